import type { TFunction } from 'i18next'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { amountOf, minorOf } from '../../shared/money.ts'
import { Money } from '../parts/money.tsx'
import type { HeldLine, Invoice } from './asked.ts'
import styles from './checkout.module.css'
import type { Payable } from './due.ts'
import { SafeHtml } from './safe-html.tsx'

/** What is held, with the places. */
export function HeldLines({ lines }: { lines: readonly HeldLine[] }) {
  const { t } = useTranslation()
  return (
    <ul className={styles.held}>
      {lines.map(line => (
        <li key={line.ticketLineItemId}>
          <span dir="auto">
            <strong>{`${line.quantity - line.removedQuantity} ×`}</strong> {nameOf(line)}
          </span>
          {line.ticketInfo.seatInfo && <span className={styles.soft}>{seatOf(line, t)}</span>}
          {line.policy && (
            <details>
              <summary>{t('checkout.held.terms')}</summary>
              <SafeHtml text={line.policy} />
            </details>
          )}
        </li>
      ))}
    </ul>
  )
}

export function nameOf({ ticketName, ticketInfo }: HeldLine): string {
  return ticketInfo.pricingOptionName ? `${ticketName} – ${ticketInfo.pricingOptionName}` : ticketName
}

type Say = TFunction<'shop'>

export function seatOf({ ticketInfo: { seatInfo } }: HeldLine, t: Say): string {
  if (!seatInfo) return ''
  const { sectionLabel, areaLabel, tableLabel, rowLabel, seatLabel } = seatInfo
  return [
    sectionLabel,
    areaLabel,
    tableLabel && t('checkout.held.table', { label: tableLabel }),
    rowLabel && t('checkout.held.row', { label: rowLabel }),
    seatLabel && seatLabel !== 'GA' && t('checkout.held.seat', { label: seatLabel }),
  ]
    .filter(Boolean)
    .join(', ')
}

/** What it costs, line by line, and what gift cards will pay of it. */
export function InvoiceTable({ invoice, payable }: { invoice: Invoice; payable: Payable }) {
  const { t } = useTranslation()
  const { items, discount, tax, grandTotal } = invoice
  const { cards, dueMinor, totalMinor, feesMinor } = payable
  const { currency } = grandTotal
  const money = (minor: number) => <Money {...amountOf(minor, currency)} />
  return (
    <dl className={styles.invoice}>
      {items.map((item, index) => (
        <Row
          // biome-ignore lint/suspicious/noArrayIndexKey: two items may be alike in everything
          key={index}
          term={
            <>
              <span dir="auto">{item.name}</span>{' '}
              <span className={styles.soft}>
                {item.quantity} × <Money {...item.price} />
              </span>
            </>
          }
        >
          <Money {...item.total} />
        </Row>
      ))}
      {discount?.discounts.map(({ coupon, paidPlan, amount }, index) => (
        <Row
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          key={index}
          term={<span dir="auto">{coupon?.name ?? paidPlan?.name}</span>}
        >
          −<Money {...amount} />
        </Row>
      ))}
      {tax && minorOf(tax.amount) > 0 && (
        <Row
          term={t(tax.type === 'ADDED_AT_CHECKOUT' ? 'checkout.invoice.tax' : 'checkout.invoice.taxIncluded', {
            name: tax.name,
            rate: tax.rate,
          })}
          soft={tax.type !== 'ADDED_AT_CHECKOUT'}
        >
          <Money {...tax.amount} />
        </Row>
      )}
      {feesMinor > 0 && <Row term={t('checkout.invoice.fee')}>{money(feesMinor)}</Row>}
      <Row term={t('checkout.invoice.total')} strong>
        {money(totalMinor)}
      </Row>
      {cards.map(({ lastFour, amountMinor }) => (
        <Row key={lastFour} term={t('checkout.invoice.giftCard', { lastFour })}>
          −{money(amountMinor)}
        </Row>
      ))}
      {cards.length > 0 && (
        <Row term={t('checkout.invoice.due')} strong>
          {money(dueMinor)}
        </Row>
      )}
    </dl>
  )
}

function Row({
  term,
  children,
  strong,
  soft,
}: {
  term: ReactNode
  children: ReactNode
  strong?: boolean
  soft?: boolean
}) {
  return (
    <div className={[strong && styles.strong, soft && styles.soft].filter(Boolean).join(' ') || undefined}>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}
