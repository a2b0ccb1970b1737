/** What several rounds of one measurement say; the rounds themselves stay with it. */
export type Spread = { median: number; min: number; max: number; rounds: number[] }

export function spreadOf(rounds: readonly number[]): Spread {
  if (rounds.length === 0) throw new Error('a figure without a measurement')
  return { median: percentile(rounds, 0.5), min: Math.min(...rounds), max: Math.max(...rounds), rounds: [...rounds] }
}

/** The value that `share` of all are not above, between two of them where it falls there. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const place = share * (sorted.length - 1)
  const below = sorted[Math.floor(place)]
  const above = sorted[Math.ceil(place)]
  if (below === undefined || above === undefined) throw new Error('a figure without a measurement')
  return below + (above - below) * (place - Math.floor(place))
}

/** Each round over its own baseline: a noisy moment of the machine then hits both. */
export function ratiosOf(measured: readonly number[], baseline: readonly number[]): Spread {
  if (measured.length !== baseline.length) throw new Error('as many rounds of the one as of the other')
  return spreadOf(measured.map((value, round) => value / (baseline[round] ?? Number.NaN)))
}

export type ScenarioName = 'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g'
export type Unit = 'of the echo' | 'times' | 's' | 'MB' | 'KB' | 'tickets' | 'laws broken' | 'of (a)' | 'of those alone'

/** What was promised, and what came out. */
export type Target = {
  scenario: ScenarioName
  name: string
  unit: Unit
  bound: 'at least' | 'under' | 'exactly'
  goal: number
}
export type Judged = Target & {
  measured: Spread
  met: boolean
  /** How far off, in percent of the goal; 0 where it is met. */
  missedByPercent: number
}

/** The median decides. */
export function judge(target: Target, measured: Spread): Judged {
  const { goal, bound } = target
  const { median } = measured
  const met = bound === 'at least' ? median >= goal : bound === 'under' ? median < goal : median === goal
  const off = goal === 0 ? Math.abs(median) : Math.abs(median - goal) / goal
  return { ...target, measured, met, missedByPercent: met ? 0 : off * 100 }
}

export function formatted(value: number, unit: Unit): string {
  switch (unit) {
    case 'of the echo':
    case 'of (a)':
    case 'of those alone':
      return `${(value * 100).toFixed(0)} %`
    case 'times':
      return `${value.toFixed(value < 10 ? 2 : 1)} ×`
    case 's':
      return `${value.toFixed(1)} s`
    case 'MB':
      return `${value.toFixed(0)} MB`
    case 'KB':
      return `${value.toFixed(2)} KB`
    case 'tickets':
    case 'laws broken':
      return value.toLocaleString('en')
  }
}

/** What a target is about, and what its percentage is of. */
export function titleOf({ name, unit }: Pick<Target, 'name' | 'unit'>): string {
  return unit.startsWith('of ') ? `${name}, ${unit}` : name
}

/** `77 % (71 to 80)`; a single measurement has no spread to show. */
export function withSpread({ median, min, max, rounds }: Spread, unit: Unit): string {
  const shown = formatted(median, unit)
  return rounds.length === 1 ? shown : `${shown} (${bare(min, unit)} to ${bare(max, unit)})`
}

function bare(value: number, unit: Unit): string {
  return formatted(value, unit).split(' ')[0] ?? ''
}
