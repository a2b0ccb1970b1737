import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../refusals.ts'
import { type Asked, createIntake } from './intake.ts'

const SITE = 'a site'
const asked = (wanted: string, more: Partial<Asked<string>> = {}): Asked<string> => ({
  siteId: SITE,
  wanted,
  contendsFor: 'tickets',
  ...more,
})

/** Decides when told to; every batch it was given is on record. */
function aDesk({ fails = () => null }: { fails?: (batch: readonly string[]) => Error | null } = {}) {
  const batches: string[][] = []
  const waiting: (() => void)[] = []
  const decide = async (_: string, batch: readonly string[]) => {
    batches.push([...batch])
    await new Promise<void>(resolve => waiting.push(resolve))
    const error = fails(batch)
    if (error) throw error
    return batch.map(wanted => (wanted === 'refused' ? new Refusal('TICKET_LIMIT_EXCEEDED', 'No.') : `${wanted}!`))
  }
  const commit = async () => {
    waiting.shift()?.()
    await turn()
  }
  return { batches, decide, commit }
}

function failing(code: string): Error {
  return Object.assign(new Error(code), { code })
}

describe('gathering', () => {
  test('design 5: what arrives while a batch is being committed is the next batch, in arrival order', async () => {
    const desk = aDesk()
    const intake = createIntake(desk.decide)
    const answers = ['a', 'b', 'c', 'refused'].map(wanted => intake.submit(asked(wanted)))
    const outcomes = Promise.allSettled(answers)
    expect(desk.batches).toEqual([['a']])
    await desk.commit()
    expect(desk.batches).toEqual([['a'], ['b', 'c', 'refused']])
    await desk.commit()
    expect((await outcomes).map(outcome => (outcome.status === 'fulfilled' ? outcome.value : 'refused'))).toEqual([
      'a!',
      'b!',
      'c!',
      'refused',
    ])
  })

  test('a batch has an end: the rest is the next one', async () => {
    const desk = aDesk()
    const intake = createIntake(desk.decide, { batchMax: 2 })
    const answers = Promise.all(['a', 'b', 'c', 'd'].map(wanted => intake.submit(asked(wanted))))
    for (let round = 0; round < 3; round += 1) await desk.commit()
    await answers
    expect(desk.batches).toEqual([['a'], ['b', 'c'], ['d']])
  })

  test('design 5: each site has batches of its own, and none waits for another', async () => {
    const desk = aDesk()
    const intake = createIntake(desk.decide)
    const sites = ['one', 'two', 'one', 'two', 'two']
    const answers = Promise.all(sites.map((siteId, index) => intake.submit(asked(String(index), { siteId }))))
    expect(desk.batches).toEqual([['0'], ['1']])
    await desk.commit()
    expect(desk.batches).toEqual([['0'], ['1'], ['2']])
    await desk.commit()
    expect(desk.batches).toEqual([['0'], ['1'], ['2'], ['3', '4']])
    await desk.commit()
    await desk.commit()
    await answers
  })

  test('a full queue refuses at once, says when to come back, and takes requests again when it has emptied', async () => {
    const desk = aDesk()
    const intake = createIntake(desk.decide, { queueMax: 2 })
    const taken = ['deciding', 'b', 'c'].map(wanted => intake.submit(asked(wanted)))
    await expect(intake.submit(asked('one too many'))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      data: { retryAfterSeconds: 1 },
    })
    await desk.commit()
    await desk.commit()
    expect(await Promise.all(taken)).toEqual(['deciding!', 'b!', 'c!'])
    const later = intake.submit(asked('later'))
    await desk.commit()
    expect(await later).toBe('later!')
  })

  test('whose client has gone before its batch begins is not granted; the others are', async () => {
    const desk = aDesk()
    const intake = createIntake(desk.decide)
    let gone = false
    const answers = Promise.allSettled([
      intake.submit(asked('a')),
      intake.submit(asked('vanishes', { isGone: () => gone })),
      intake.submit(asked('stays', { isGone: () => false })),
    ])
    gone = true
    await desk.commit()
    expect(desk.batches).toEqual([['a'], ['stays']])
    await desk.commit()
    expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })
})

describe('a batch that fails', () => {
  test.each(['23505', '23514', '22P05'])(
    '%s: each is tried alone, and only the one that breaks it is refused',
    async code => {
      const desk = aDesk({ fails: batch => (batch.includes('poison') ? failing(code) : null) })
      const intake = createIntake(desk.decide)
      const answers = Promise.allSettled(['a', 'b', 'poison', 'c'].map(wanted => intake.submit(asked(wanted))))
      for (let round = 0; round < 5; round += 1) await desk.commit()
      expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
      expect(desk.batches).toEqual([['a'], ['b', 'poison', 'c'], ['b'], ['poison'], ['c']])
    },
  )

  test('55P03: what somebody keeps locked holds up only those that want it, and nobody twice', async () => {
    const desk = aDesk({
      fails: batch => (batch.some(wanted => wanted.startsWith('locked')) ? failing('55P03') : null),
    })
    const intake = createIntake(desk.decide)
    const wanted = ['a', 'locked 1', 'b', 'locked 2']
    const answers = Promise.allSettled(
      wanted.map(each => intake.submit(asked(each, { contendsFor: each.split(' ')[0] ?? '' }))),
    )
    for (let round = 0; round < 5; round += 1) await desk.commit()
    expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
    expect(desk.batches).toEqual([['a'], ['locked 1', 'b', 'locked 2'], ['locked 1', 'locked 2'], ['b']])
  })

  test.each(['CONNECTION_CLOSED', '57P01', '57014', '53300'])(
    '%s: nobody is tried again, for it may have been granted',
    async code => {
      const desk = aDesk({ fails: batch => (batch.length > 1 ? failing(code) : null) })
      const intake = createIntake(desk.decide)
      const answers = Promise.allSettled(['a', 'b', 'c'].map(wanted => intake.submit(asked(wanted))))
      await desk.commit()
      await desk.commit()
      expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
      expect(desk.batches).toHaveLength(2)
    },
  )

  test('it goes on with the next batch', async () => {
    const desk = aDesk({ fails: batch => (batch.includes('a') ? failing('57014') : null) })
    const intake = createIntake(desk.decide)
    const answers = Promise.allSettled(['a', 'b'].map(wanted => intake.submit(asked(wanted))))
    await desk.commit()
    await desk.commit()
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  })
})
