import { parentPort } from 'node:worker_threads'
import { drawTickets, type TicketsDocument } from './ticket-sheet.ts'

/** The other side of press.ts: one document after the other, in a thread of its own. */
parentPort?.on('message', async ({ id, document }: { id: number; document: TicketsDocument }) => {
  try {
    parentPort?.postMessage({ id, pdf: await drawTickets(document) })
  } catch (error) {
    parentPort?.postMessage({ id, error })
  }
})
