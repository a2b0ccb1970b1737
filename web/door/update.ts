import { useSyncExternalStore } from 'react'

/* New versions of the app: fetched in the background, and taken over when a person says so. */

let waiting: ServiceWorker | null = null
const listeners = new Set<() => void>()

/** Keeps the app on the phone, and looks for a newer one whenever it comes back to the front. */
export function watchForUpdates(): void {
  if (!navigator.serviceWorker) return
  void register()
}

function takeOver(): void {
  const next = waiting
  if (!next) return
  // The page itself is still of the old version, whether that worker has it or not. Another tab may have gone over first,
  // or a newer one may have taken its place, which the page finds when it is loaded.
  const reloadWhenOver = () => {
    if (next.state === 'activated' || next.state === 'redundant') location.reload()
  }
  next.addEventListener('statechange', reloadWhenOver)
  next.postMessage('take over')
  reloadWhenOver()
}

async function register(): Promise<void> {
  try {
    const registration = await navigator.serviceWorker.register('/check-in/worker.js', { scope: '/check-in' })
    const look = () => {
      // The first one of all takes over by itself: there is nothing before it.
      if (!registration.waiting || !registration.active) return
      waiting = registration.waiting
      for (const each of listeners) each()
    }
    look()
    registration.addEventListener('updatefound', () => {
      registration.installing?.addEventListener('statechange', look)
    })
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') void registration.update().catch(() => {})
    })
  } catch {
    // Without it the app works as long as there is a network; the menu says so.
  }
}

/** What goes over to the new version; null: this is the newest one. */
export function useUpdate(): (() => void) | null {
  const found = useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => waiting,
  )
  return found && takeOver
}
