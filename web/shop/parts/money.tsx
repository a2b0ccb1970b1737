import { type Amount, spellMoney } from '../../shared/money.ts'
import { useLocale } from './locale.ts'

/** An amount, spelled for this visitor. */
export function Money({ value, currency }: Amount) {
  // Browsers and the server may know other spellings of a currency; what the server said stays.
  return <span suppressHydrationWarning>{spellMoney({ value, currency }, useLocale())}</span>
}
