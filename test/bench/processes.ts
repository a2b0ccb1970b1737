import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Answer, Question } from './child.ts'

export type Child<Ready> = {
  ready: Ready
  ask: <T>(name: string, argument?: unknown) => Promise<T>
  stop: () => Promise<void>
}

/** Starts one of the bench's own programs, with node's flags as we were given them, and waits until it is ready. */
export async function start<Ready>(
  file: string,
  { env = {}, execArgv = [] }: { env?: Record<string, string>; execArgv?: string[] } = {},
): Promise<Child<Ready>> {
  const child = fork(new URL(file, import.meta.url), {
    env: { ...process.env, ...env },
    execArgv: [...process.execArgv, ...execArgv],
  })
  const waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>()
  let last = 0
  const gone = once(child, 'exit').then(([code, signal]) => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} ended (${signal ?? code})`))
    waiting.clear()
  })
  const ready = await new Promise<Ready>((resolve, reject) => {
    child.once('message', (message: { ready: Ready }) => resolve(message.ready))
    child.once('error', reject)
    gone.then(() => reject(new Error(`${file} did not start`)))
  })
  child.on('message', (message: Answer) => {
    const asked = waiting.get(message.id)
    waiting.delete(message.id)
    if ('failure' in message) asked?.reject(new Error(`${file}: ${message.failure}`))
    else asked?.resolve(message.answer as never)
  })
  return {
    ready,
    ask: (name, argument) =>
      new Promise((resolve, reject) => {
        last += 1
        waiting.set(last, { resolve, reject })
        child.send({ id: last, name, argument } satisfies Question, error => error && reject(error))
      }),
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await gone
    },
  }
}
