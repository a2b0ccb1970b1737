import { useTranslation } from 'react-i18next'
import { minorOf, spellMoney } from '../../shared/money.ts'
import type { Definition } from './definition.ts'

/** What a definition costs, in a few words. */
export function usePriceWords(): (definition: Pick<Definition, 'pricingMethod'>) => string {
  const { t, i18n } = useTranslation('desk')
  const spell = (amount: { value: string; currency: string }) => spellMoney(amount, i18n.language)
  return ({ pricingMethod: { fixedPrice, guestPrice, pricingOptions, free } }) => {
    if (free) return t('tickets.free')
    if (fixedPrice) return spell(fixedPrice)
    if (guestPrice)
      return minorOf(guestPrice) === 0
        ? t('tickets.guestPrice')
        : t('tickets.guestPriceFrom', { price: spell(guestPrice) })
    const prices = (pricingOptions?.optionDetails ?? [])
      .map(({ price }) => price)
      .toSorted((one, other) => minorOf(one) - minorOf(other))
    const [lowest, highest] = [prices[0], prices.at(-1)]
    if (!lowest || !highest) return ''
    return lowest.value === highest.value
      ? t('tickets.optionsOne', { count: prices.length, price: spell(lowest) })
      : t('tickets.options', { count: prices.length, lowest: spell(lowest), highest: spell(highest) })
  }
}
