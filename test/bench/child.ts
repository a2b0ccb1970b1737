/**
 * The half of the bench's process protocol that runs in the child: it says `ready` once, then answers what it is asked.
 * A child ends with its parent.
 */
export type Question = { id: number; name: string; argument: unknown }
export type Answer = { id: number; answer: unknown } | { id: number; failure: string }

type Answers = Record<string, (argument: never) => unknown>

/** Of this process, user and system; every child knows it. */
function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

export function answerParent(ready: unknown, answers: Answers, stop: () => Promise<void>): void {
  const end = async () => {
    await stop()
    process.exit(0)
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', () => {}) // Ctrl-C reaches the whole group; the parent ends us in its order
  process.on('disconnect', end)
  process.on('message', async ({ id, name, argument }: Question) => {
    try {
      const answer = name === 'cpuMicroseconds' ? cpuMicroseconds : answers[name]
      if (!answer) throw new Error(`nobody answers "${name}"`)
      process.send?.({ id, answer: await answer(argument as never) } satisfies Answer)
    } catch (error) {
      process.send?.({ id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  })
  process.send?.({ ready })
}
