import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { spellMoney } from '../../shared/money.ts'
import { useBoot } from '../app.tsx'
import type { Definition, Live, Registration } from '../boot.ts'
import { Field } from '../parts/field.tsx'
import { useLocale } from '../parts/locale.ts'
import { Moment } from '../parts/moment.tsx'
import { Money } from '../parts/money.tsx'
import { Alert } from './alert.tsx'
import {
  type Choice,
  countOf,
  extrasOf,
  guestPriceOf,
  isOnSale,
  limitOf,
  quantityOf,
  withGuestPrice,
  withQuantity,
} from './choice.ts'
import { Left } from './left.tsx'
import styles from './picker.module.css'
import { Seats } from './seats.tsx'
import { Stepper } from './stepper.tsx'

/** One ticket definition: what it is, what it costs, how many are left, and how many a guest wants of it. */
export function DefinitionRow({
  definition,
  live,
  tickets,
  zone,
  choice,
  onChoice,
}: {
  definition: Definition
  live: Live | null
  tickets: NonNullable<Registration['tickets']>
  zone: string
  choice: Choice
  onChoice: (choice: Choice) => void
}) {
  const { t } = useTranslation()
  const id = useId()
  const { fixedPrice, pricingOptions } = definition.pricingMethod
  const numbers = live?.ticketDefinitions.find(each => each.id === definition.id)
  const onSale = isOnSale(definition, live)
  const limit = limitOf(choice, { definition, live, perOrder: tickets.ticketLimitPerOrder })
  const whyNoMore =
    limit.because === 'LEFT'
      ? t('picker.noMoreLeft', { count: numbers?.unsold ?? 0 })
      : t('picker.noMoreInOrder', { count: tickets.ticketLimitPerOrder })
  const stepper = (optionId: string | null, label: string) => {
    const key = { definitionId: definition.id, optionId, placeId: null }
    const quantity = quantityOf(choice, key)
    return (
      <Stepper
        label={label}
        quantity={quantity}
        more={limit.more}
        whyNoMore={whyNoMore}
        onChange={to => onChoice(withQuantity(choice, key, to))}
      />
    )
  }
  const seated = definition.seatingDetails !== undefined
  const saleStatus = numbers?.saleStatus ?? definition.saleStatus
  const isSoldOut = saleStatus === 'SALE_STARTED' && numbers?.unsold === 0
  const waitsFor = saleStatus === 'SALE_SCHEDULED' ? 'OPENING' : isSoldOut ? 'RETURN' : null
  return (
    <li className={styles.definition} aria-labelledby={id}>
      <div className={styles.row}>
        <div className={styles.what}>
          <h3 id={id} dir="auto">
            {definition.name}
          </h3>
          {fixedPrice && (
            <p className={styles.price}>
              {definition.pricingMethod.free ? t('picker.free') : <Money {...fixedPrice} />}{' '}
              <Extras definition={definition} tickets={tickets} />
            </p>
          )}
          {!fixedPrice && <Extras definition={definition} tickets={tickets} />}
        </div>
        {onSale && !pricingOptions && !seated && stepper(null, definition.name)}
        {!onSale && <SaleState definition={definition} live={live} />}
      </div>
      {definition.description && (
        <p className={styles.description} dir="auto">
          {definition.description}
        </p>
      )}
      <SaleDates definition={definition} live={live} zone={zone} />
      <Left numbers={numbers} />
      {waitsFor && <Alert definitionId={definition.id} name={definition.name} wants={waitsFor} />}
      {onSale && definition.pricingMethod.guestPrice && (
        <GuestPrice definition={definition} choice={choice} onChoice={onChoice} />
      )}
      {onSale && seated && (
        <Seats definition={definition} choice={choice} more={limit.more} whyNoMore={whyNoMore} onChoice={onChoice} />
      )}
      {pricingOptions && !(onSale && seated) && (
        <ul className={styles.options}>
          {pricingOptions.optionDetails.map(({ optionId, name, price }) => (
            <li key={optionId} className={styles.row}>
              <span className={styles.what}>
                <span dir="auto">{name}</span>
                <span className={styles.price}>
                  {Number(price.value) === 0 ? t('picker.free') : <Money {...price} />}
                </span>
              </span>
              {onSale && stepper(optionId, `${definition.name}, ${name}`)}
            </li>
          ))}
        </ul>
      )}
      {onSale && limit.more === 0 && countOf(choice, definition.id) > 0 && (
        <p className={styles.description}>{whyNoMore}</p>
      )}
      {definition.policyText && (
        <details className={styles.policy}>
          <summary>{t('picker.policy')}</summary>
          <p dir="auto">{definition.policyText}</p>
        </details>
      )}
    </li>
  )
}

function Extras({ definition, tickets }: { definition: Definition; tickets: NonNullable<Registration['tickets']> }) {
  const { t } = useTranslation()
  const { site } = useBoot()
  const { name = '', rate = '' } = tickets.taxSettings ?? {}
  const said = extrasOf(definition, { tickets, serviceFeePercent: site.serviceFeePercent }).map(extra =>
    extra === 'FEE_ADDED'
      ? t('picker.feeAdded', { rate: site.serviceFeePercent })
      : t(extra === 'TAX_ADDED' ? 'picker.taxAdded' : 'picker.taxIncluded', { name, rate }),
  )
  return said.length === 0 ? null : <span className={styles.soft}>{said.join(', ')}</span>
}

function SaleState({ definition, live }: { definition: Definition; live: Live | null }) {
  const { t } = useTranslation()
  const numbers = live?.ticketDefinitions.find(each => each.id === definition.id)
  const saleStatus = numbers?.saleStatus ?? definition.saleStatus
  if (saleStatus === 'SALE_SCHEDULED')
    return <span className={`${styles.badge} ${styles.wait}`}>{t('picker.notYet')}</span>
  if (saleStatus === 'SALE_ENDED') return <span className={styles.badge}>{t('picker.saleEnded')}</span>
  return numbers && numbers.held > 0 ? (
    <span className={`${styles.badge} ${styles.wait}`}>{t('picker.inBaskets')}</span>
  ) : (
    <span className={styles.badge}>{t('picker.soldOut')}</span>
  )
}

/** From or until when it is sold, in the event's zone. */
function SaleDates({ definition, live, zone }: { definition: Definition; live: Live | null; zone: string }) {
  const { t } = useTranslation()
  const saleStatus =
    live?.ticketDefinitions.find(each => each.id === definition.id)?.saleStatus ?? definition.saleStatus
  const { startDate, endDate } = definition.salePeriod ?? {}
  if (saleStatus === 'SALE_SCHEDULED' && startDate)
    return (
      <p className={styles.dates}>
        {t('picker.saleOpens')} <Moment at={startDate} zone={zone} zoned />
      </p>
    )
  if (saleStatus === 'SALE_STARTED' && endDate)
    return (
      <p className={styles.soft}>
        {t('picker.saleEnds')} <Moment at={endDate} zone={zone} style="short" />
      </p>
    )
  return null
}

function GuestPrice({
  definition,
  choice,
  onChoice,
}: {
  definition: Definition
  choice: Choice
  onChoice: (choice: Choice) => void
}) {
  const { t } = useTranslation()
  const locale = useLocale()
  const minimum = definition.pricingMethod.guestPrice
  if (!minimum) return null
  const typed = choice.guestPrices[definition.id] ?? ''
  const spelled = spellMoney(minimum, locale)
  const isWrong = typed !== '' && guestPriceOf(typed, minimum) === null
  return (
    <div className={styles.guestPrice}>
      <Field
        id={`price-${definition.id}`}
        label={t('picker.yourPrice')}
        hint={Number(minimum.value) > 0 ? t('picker.atLeast', { amount: spelled }) : t('picker.anyPrice')}
        error={isWrong && t('picker.wrongPrice', { amount: spelled })}
      >
        {control => (
          <input
            {...control}
            required={false}
            inputMode="decimal"
            autoComplete="off"
            value={typed}
            placeholder={minimum.value}
            onChange={({ target }) => onChoice(withGuestPrice(choice, definition.id, target.value))}
          />
        )}
      </Field>
      <span className={styles.currency}>{minimum.currency}</span>
    </div>
  )
}
