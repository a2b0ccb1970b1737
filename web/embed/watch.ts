import { type EventAvailability, listenToEvent } from '../shared/live.ts'
import { addressOf } from '../shared/visitor.ts'

/** What is left of an event; null: there is no such event (any more). */
export type News = EventAvailability | null
type Watcher = (news: News) => void

type Watch = { watchers: Set<Watcher>; last: News | undefined; end: () => void }
const watches = new Map<string, Watch>()

/**
 * Tells what is left of an event, now and whenever it changes, until the function that it returns is called. However many
 * elements of a page watch it, there is one stream: browsers open only a few to one host.
 */
export function watch(eventId: string, watcher: Watcher): () => void {
  const id = eventId.toLowerCase()
  const watching = watches.get(id) ?? begin(id)
  watching.watchers.add(watcher)
  if (watching.last !== undefined) watcher(watching.last)
  return () => {
    watching.watchers.delete(watcher)
    if (watching.watchers.size > 0) return
    watching.end()
    watches.delete(id)
  }
}

function begin(eventId: string): Watch {
  const begun: Watch = { watchers: new Set(), last: undefined, end: () => {} }
  watches.set(eventId, begun)
  const tell = (news: News) => {
    begun.last = news
    for (const each of [...begun.watchers]) each(news)
  }
  begun.end = listenToEvent(eventId, tell, addressOf(''))
  return begun
}
