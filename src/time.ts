export type Clock = () => Date

export function addMinutes(instant: Date, minutes: number): Date {
  return new Date(instant.getTime() + minutes * 60_000)
}

export function addSeconds(instant: Date, seconds: number): Date {
  return new Date(instant.getTime() + seconds * 1000)
}

/** The start of the minute that `instant` lies in (R71: sale periods are stored in whole minutes). */
export function floorToMinute(instant: Date): Date {
  return new Date(Math.floor(instant.getTime() / 60_000) * 60_000)
}

/** Whether `name` is a time zone of the IANA database that this runtime knows, aliases included. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** The earliest of several moments. */
export function earliestOf(moments: readonly Date[]): Date {
  return new Date(Math.min(...moments.map(moment => moment.getTime())))
}

/** The latest of several moments. */
export function latestOf(moments: readonly Date[]): Date {
  return new Date(Math.max(...moments.map(moment => moment.getTime())))
}
