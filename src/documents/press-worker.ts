import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import type { PassesDocument } from '../wallet/apple-pass.ts'
import { drawTickets, type TicketsDocument } from './ticket-sheet.ts'

// Where all cores are busy, who prints gets a third of what each who sells gets: enough for a document to come within its
// time. On Linux alone this is said of a thread.
if (process.platform === 'linux') setPriority(5)

/** The other side of press.ts: one document after the other, in a thread of its own. */
parentPort?.on('message', async ({ id, document }: { id: number; document: TicketsDocument | PassesDocument }) => {
  try {
    const file = 'sheets' in document ? await drawTickets(document) : await sign(document)
    parentPort?.postMessage({ id, file })
  } catch (error) {
    parentPort?.postMessage({ id, error })
  }
})

/** What signs is loaded when it is needed: most sites have no keys to sign with. */
async function sign(document: PassesDocument): Promise<Uint8Array> {
  const { signPasses } = await import('../wallet/apple-pass.ts')
  return signPasses(document)
}
