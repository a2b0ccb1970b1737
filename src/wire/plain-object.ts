/** Whether `value` is a JSON object: not null, not an array. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `record` without the members that are null or undefined: on the wire they are absent (api 3.1.3). */
export function present<T extends Record<string, unknown>>(record: T): { [K in keyof T]: NonNullable<T[K]> } {
  const kept = Object.entries(record).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(kept) as { [K in keyof T]: NonNullable<T[K]> } // absent members read as undefined
}
