import { useTranslation } from 'react-i18next'
import { spellMoney } from '../../shared/money.ts'

export type Unit = 'MINUTE' | 'HOUR' | 'DAY' | 'WEEK' | 'MONTH'
export type Period = { from: string; to: string; timeZoneId: string; unit?: Unit }

const MOMENTS: Record<Unit, Intl.DateTimeFormatOptions> = {
  MINUTE: { hour: '2-digit', minute: '2-digit' },
  HOUR: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  DAY: { day: 'numeric', month: 'short' },
  WEEK: { day: 'numeric', month: 'short', year: '2-digit' },
  MONTH: { month: 'short', year: 'numeric' },
}

/** How a report's reader spells its numbers, amounts and moments. */
export function useSpelling() {
  const { i18n } = useTranslation()
  const locale = i18n.language
  const whole = new Intl.NumberFormat(locale)
  return {
    count: (number: number) => whole.format(number),
    money: (value: string, currency: string) => spellMoney({ value, currency }, locale),
    /** Of a number that is only drawn. */
    drawn: (currency: string) => {
      const format = new Intl.NumberFormat(locale, { style: 'currency', currency, notation: 'compact' })
      return (value: number) => format.format(value)
    },
    start: ({ timeZoneId: timeZone, unit = 'DAY' }: Period) => {
      const format = new Intl.DateTimeFormat(locale, { ...MOMENTS[unit], timeZone })
      return (moment: string) => format.format(new Date(moment))
    },
  }
}
