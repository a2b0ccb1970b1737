import { connect, type Socket } from 'node:net'
import type autocannon from 'autocannon'
import { answerParent } from './child.ts'
import { percentile } from './figures.ts'

/** Thousands of listeners in one process: bare connections, of whose messages is counted what comes when. */
export type Told = { p50: number; p99: number; last: number }

type Listener = { socket: Socket; messages: number; at: number }

const listeners: Listener[] = []
let heard = () => {}

answerParent(
  null,
  {
    /** So many streams, each of which has had its first message. */
    open: async ({ url, path, count }: { url: string; path: string; count: number }) => {
      for (let from = 0; from < count; from += AT_ONCE)
        await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - from) }, () => open(new URL(path, url))))
    },
    /** Asks for a change; ms from its answer to the message about it, over all listeners. */
    change: async ({ url, request }: { url: string; request: autocannon.Request }): Promise<Told> => {
      const all = new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error('a listener was not told within 20 s')), 20_000)
        let waiting = listeners.length
        heard = () => {
          waiting -= 1
          if (waiting > 0) return
          clearTimeout(late)
          resolve()
        }
      })
      for (const listener of listeners) listener.at = Number.NaN
      const { method = 'GET', path = '', headers = {}, body } = request
      const answer = await fetch(url + path, { method, headers, ...(body !== undefined && { body }) })
      const answeredAt = performance.now()
      if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`)
      await answer.arrayBuffer()
      await all
      heard = () => {}
      // Who is told before the buyer has read the answer is told at once.
      const times = listeners.map(({ at }) => Math.max(0, at - answeredAt))
      return { p50: percentile(times, 0.5), p99: percentile(times, 0.99), last: Math.max(...times) }
    },
    /** Messages that came, of all listeners together. */
    messages: () => listeners.reduce((sum, { messages }) => sum + messages, 0),
    close: async () => {
      for (const { socket } of listeners.splice(0)) socket.destroy()
    },
  },
  async () => {},
)

/** Connections that are made at the same time. */
const AT_ONCE = 100

function open({ hostname, port, pathname, host }: URL): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    const listener: Listener = { socket, messages: 0, at: 0 }
    let rest = ''
    socket.setEncoding('latin1')
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('a stream was closed')))
    socket.write(`GET ${pathname} HTTP/1.1\r\nhost: ${host}\r\naccept: text/event-stream\r\n\r\n`)
    socket.on('data', (chunk: string) => {
      if (listener.messages === 0 && !/^HTTP\/1.1 200/.test(rest + chunk))
        reject(new Error((rest + chunk).slice(0, 500)))
      const parts = (rest + chunk).split('\n\n')
      rest = parts.pop() ?? ''
      const told = parts.filter(part => part.includes('data: ')).length
      if (told === 0) return
      if (listener.messages === 0) {
        listeners.push(listener)
        resolve()
      }
      listener.messages += told
      if (!Number.isNaN(listener.at)) return
      listener.at = performance.now()
      heard()
    })
  })
}
