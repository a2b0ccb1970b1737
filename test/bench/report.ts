import type { Outcome } from './bench.ts'
import type { Machine } from './machine.ts'

export type Results = { machine: Machine; seconds: number; rounds: number; tookSeconds: number; outcomes: Outcome[] }
export function renderReport(results: Results): string {
  return JSON.stringify(results)
}
