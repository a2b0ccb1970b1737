import { useTranslation } from 'react-i18next'
import { ApiError } from '../../shared/api.ts'
import { minorOf, spellMoney } from '../../shared/money.ts'
import { useAnswer } from '../app.tsx'
import { addresses } from '../boot.ts'
import { announce } from '../parts/announce.tsx'
import { useLocale } from '../parts/locale.ts'
import { type Held, lookUpGiftCard, type Preview, previewInvoice } from './asked.ts'
import styles from './checkout.module.css'
import { CodeEntry, Counted } from './codes.tsx'
import type { SetTyped, Typed } from './kept.ts'
import { GIFT_CARD_REASONS, told } from './refusals.ts'

/** Coupon and gift cards, where the site has any that could count. */
export function Reductions({
  held,
  preview,
  benefits,
  typed,
  setTyped,
}: {
  held: Held
  preview: Preview
  benefits: boolean
  typed: Typed
  setTyped: SetTyped
}) {
  const { t } = useTranslation()
  const locale = useLocale()
  const { data: options } = useAnswer<{ acceptCoupons: boolean; acceptGiftCards: boolean }>(addresses.checkoutOptions)
  const { currency } = preview.invoice.grandTotal
  const refusedCoupon = preview.discountErrors.error.find(({ code }) => code.startsWith('COUPON'))

  async function tryCoupon(coupon: string): Promise<string | null> {
    try {
      const { invoice, discountErrors } = await previewInvoice(held, { coupon, benefits })
      const refused = discountErrors.error.find(({ code }) => code.startsWith('COUPON'))
      if (refused) return wordsOf({ status: 428, code: refused.code })
      setTyped(before => ({ ...before, coupon }))
      announce(t('checkout.codes.total', { amount: spellMoney(invoice.grandTotal, locale) }))
      return null
    } catch (error) {
      return wordsOf(error)
    }
  }

  async function tryGiftCard(code: string): Promise<string | null> {
    try {
      const { lastFour, balance } = await lookUpGiftCard(code, currency)
      if (typed.giftCards.some(each => bare(each.code) === bare(code))) return t('checkout.codes.twice')
      if (typed.giftCards.length >= CARDS_MAX) return t('checkout.codes.tooMany', { count: CARDS_MAX })
      const card = { code, lastFour, balanceMinor: minorOf(balance) }
      setTyped(before => ({ ...before, giftCards: [...before.giftCards, card] }))
      announce(t('checkout.codes.giftCardAdded', { amount: spellMoney(balance, locale) }))
      return null
    } catch (error) {
      return wordsOf(error)
    }
  }

  function wordsOf(error: unknown): string {
    if (error instanceof ApiError && error.code === 'GIFT_CARD_NOT_USABLE') {
      const reason = GIFT_CARD_REASONS.find(each => each === error.data.reason)
      if (reason) return t(`checkout.giftCard.${reason}`)
    }
    const { code } = told(error as ApiError)
    return t(`checkout.refusals.${code}.title`)
  }

  return (
    <div className={styles.reductions}>
      {typed.coupon !== null && !refusedCoupon ? (
        <Counted
          label={t('checkout.codes.couponCounts', { code: typed.coupon })}
          onRemove={() => setTyped(before => ({ ...before, coupon: null }))}
        />
      ) : (
        options?.acceptCoupons && (
          <CodeEntry
            label={t('checkout.codes.coupon')}
            maxLength={20}
            problem={refusedCoupon && wordsOf({ status: 428, code: refusedCoupon.code })}
            onTry={tryCoupon}
          />
        )
      )}
      {typed.giftCards.map(({ code, lastFour }) => (
        <Counted
          key={code}
          label={t('checkout.codes.giftCardCounts', { lastFour })}
          onRemove={() =>
            setTyped(before => ({ ...before, giftCards: before.giftCards.filter(each => each.code !== code) }))
          }
        />
      ))}
      {options?.acceptGiftCards && (
        <CodeEntry label={t('checkout.codes.giftCard')} maxLength={60} onTry={tryGiftCard} />
      )}
    </div>
  )
}

/** As many as one order can be paid with. */
const CARDS_MAX = 5

function bare(code: string): string {
  return code.replace(/[\s-]/g, '').toUpperCase()
}
