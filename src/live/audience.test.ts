import { describe, expect, test, vi } from 'vitest'
import { type Audience, type Listener, newAudience, tellAll } from './audience.ts'

/** A connection as its writer sees it; one that does not read keeps what it was sent. */
function aListener({ reads = true, version = '' } = {}): Listener & { sent: (Buffer | string)[]; reads: boolean } {
  const sent: (Buffer | string)[] = []
  const out = {
    destroyed: false,
    writableLength: 0,
    write: (chunk: Buffer | string) => {
      sent.push(chunk)
      if (!listener.reads) out.writableLength += chunk.length
      return listener.reads
    },
    end: (chunk: Buffer | string) => out.write(chunk),
    destroy: () => {
      out.destroyed = true
    },
  }
  const listener = { out: out as unknown as Listener['out'], version, stalledAt: null, sent, reads }
  return listener
}

function anAudience(listeners: readonly Listener[]): Audience {
  const audience = newAudience(null, { version: '1', message: Buffer.from('one') })
  for (const listener of listeners) audience.listeners.add(listener)
  return audience
}

const say = (audience: Audience, version: string) => Object.assign(audience, { version, message: Buffer.from(version) })
const asText = (sent: readonly (Buffer | string)[]) => sent.map(String)

describe('telling all', () => {
  test('everybody who does not know it is sent the same bytes, once', async () => {
    const listeners = Array.from({ length: 450 }, (_, index) => aListener({ version: index % 2 === 0 ? '' : '1' }))
    const audience = anAudience(listeners)
    await tellAll(audience, 'ALL')
    await tellAll(audience, 'ALL')
    for (const [index, { sent, version }] of listeners.entries()) {
      expect([sent.length, version]).toEqual([index % 2 === 0 ? 1 : 0, '1'])
      if (index % 2 === 0) expect(sent[0]).toBe(audience.message)
    }
  })

  test('others have their turn in between, and a state that comes meanwhile reaches everybody', async () => {
    const listeners = Array.from({ length: 1000 }, () => aListener())
    const audience = anAudience(listeners)
    let turns = 0
    const telling = tellAll(audience, 'ALL')
    setImmediate(() => {
      turns += 1
      say(audience, '2')
    })
    expect(await tellAll(audience, 'ALL')).toBeNull() // the same is under way
    await telling
    expect(turns).toBe(1)
    expect(listeners.every(({ sent }) => asText(sent).at(-1) === '2')).toBe(true)
    expect(listeners.some(({ sent }) => sent.length === 2)).toBe(true)
    expect(listeners.some(({ sent }) => sent.length === 1)).toBe(true)
  })

  test('who does not read is sent one message, then the newest when it reads again', async () => {
    const [slow, quick] = [aListener({ reads: false }), aListener()]
    const audience = anAudience([slow, quick])
    for (const version of ['1', '2', '3', '4']) {
      say(audience, version)
      await tellAll(audience, 'ALL')
    }
    expect([asText(slow.sent), asText(quick.sent)]).toEqual([['1'], ['1', '2', '3', '4']])
    expect([...audience.stalled]).toEqual([slow])
    Object.assign(slow.out, { writableLength: 0 })
    await tellAll(audience, 'STALLED')
    expect([asText(slow.sent), audience.stalled.size, slow.stalledAt]).toEqual([['1', '4'], 0, null])
    expect(quick.sent).toHaveLength(4)
  })

  test('who does not read for half a minute is dropped; a silent stream beats every 15 seconds', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    try {
      const [slow, quick] = [aListener({ reads: false }), aListener()]
      const audience = anAudience([slow, quick])
      await tellAll(audience, 'ALL')
      await tellAll(audience, 'ALL')
      vi.advanceTimersByTime(14_999)
      await tellAll(audience, 'ALL')
      expect([asText(quick.sent), slow.out.destroyed]).toEqual([['one'], false])
      // Told at 0, so its silence began there.
      vi.advanceTimersByTime(15_000)
      await tellAll(audience, 'ALL')
      expect([asText(quick.sent), slow.out.destroyed]).toEqual([['one', ':\n\n'], false])
      vi.advanceTimersByTime(2)
      await tellAll(audience, 'STALLED')
      expect([slow.out.destroyed, quick.out.destroyed]).toEqual([true, false])
      await tellAll(audience, 'ALL')
      expect(slow.sent).toHaveLength(1)
    } finally {
      vi.useRealTimers()
    }
  })
})
