import { expect, test } from 'vitest'
import { createTurns } from './turns.ts'

/** Works that end when they are told to. */
function works() {
  const ends: (() => void)[] = []
  const begun: number[] = []
  const work = (number: number) => () =>
    new Promise<number>(resolve => {
      begun.push(number)
      ends.push(() => resolve(number))
    })
  return { work, begun, end: () => ends.shift()?.() }
}
const settled = () => new Promise(setImmediate)

test('only so many run at once, the others in the order in which they came', async () => {
  const { work, begun, end } = works()
  const turns = createTurns({ atOnce: 2, waitingMax: 10 })
  const results = [1, 2, 3, 4].map(number => turns(work(number)))
  await settled()
  expect(begun).toEqual([1, 2])
  end()
  await settled()
  expect(begun).toEqual([1, 2, 3])
  end()
  end()
  await settled()
  end()
  expect(await Promise.all(results)).toEqual([1, 2, 3, 4])
  const later = turns(work(5))
  await settled()
  end()
  expect(await later).toBe(5)
})

test('one that fails hands its place on', async () => {
  const turns = createTurns({ atOnce: 1, waitingMax: 10 })
  const failing = turns(() => Promise.reject(new Error('no')))
  const next = turns(async () => 'yes')
  await expect(failing).rejects.toThrow('no')
  expect(await next).toBe('yes')
})

test('who comes when too many wait is refused', async () => {
  const { work, end } = works()
  const turns = createTurns({ atOnce: 1, waitingMax: 1 })
  const running = [turns(work(1)), turns(work(2))]
  await expect(turns(work(3))).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  end()
  await settled()
  end()
  expect(await Promise.all(running)).toEqual([1, 2])
})
