import { useTranslation } from 'react-i18next'
import {
  type Basket,
  countOf,
  countOfDefinition,
  type Line,
  nameOfPlace,
  PER_ORDER_MAX,
  type Place,
  pricesOf,
  quantityOf,
  type Sellable,
  sectionsOf,
  typedPriceOf,
  withQuantity,
} from '../../shared/basket.ts'
import { spellMoney } from '../../shared/money.ts'
import styles from '../parts/sheet.module.css'
import placeStyles from './offered.module.css'

type Choosing = { definition: Sellable; basket: Basket; onBasket: (basket: Basket) => void; room: number }

/** A definition that is sold: how many of each price, which places, and what guests give where they choose. */
export function Offered({
  definition,
  basket,
  onBasket,
  typed,
  onTyped,
  currency,
}: Omit<Choosing, 'room'> & { typed: string; onTyped: (typed: string) => void; currency: string }) {
  const { t, i18n } = useTranslation('door')
  const { id, name, pricingMethod, salesDetails, seatingDetails } = definition
  const { guestPrice } = pricingMethod
  const wanted = countOfDefinition(basket, id)
  const unsold = salesDetails?.unsoldCount
  const room = Math.min(PER_ORDER_MAX - countOf(basket), unsold === undefined ? PER_ORDER_MAX : unsold - wanted)
  const choosing = { definition, basket, onBasket, room }
  const isWrong = !typedPriceOf(definition, typed, currency)
  return (
    <>
      {(seatingDetails || pricingMethod.pricingOptions) && <strong dir="auto">{name}</strong>}
      {unsold !== undefined && <span className={styles.soft}>{t('sell.left', { count: unsold })}</span>}
      {seatingDetails ? (
        <Places {...choosing} />
      ) : (
        pricesOf(definition).map(each => <Stepper key={each.optionId} {...choosing} {...each} placeId={null} />)
      )}
      {guestPrice && wanted > 0 && (
        <label className={placeStyles.price}>
          {t('sell.guestPrice', { name })}
          <input
            inputMode="decimal"
            autoComplete="off"
            value={typed}
            aria-invalid={isWrong}
            aria-describedby={`${id}-least`}
            onChange={event => onTyped(event.target.value)}
          />
          <span id={`${id}-least`} className={isWrong && typed !== '' ? styles.out : styles.soft}>
            {t('sell.atLeast', { amount: spellMoney(guestPrice, i18n.language) })}
          </span>
        </label>
      )}
    </>
  )
}

function Stepper({
  definition,
  basket,
  onBasket,
  room,
  optionId,
  placeId,
  label,
  price,
}: Choosing & Omit<Line, 'definitionId' | 'quantity'> & Pick<ReturnType<typeof pricesOf>[number], 'label' | 'price'>) {
  const { t, i18n } = useTranslation('door')
  const key = { definitionId: definition.id, optionId, placeId }
  const quantity = quantityOf(basket, key)
  const { free, guestPrice } = definition.pricingMethod
  const shown = price ?? (guestPrice && !price ? null : free ? { value: '0', currency: 'EUR' } : null)
  return (
    <div className={styles.stepper}>
      <span>
        <strong dir="auto">{label}</strong>
        <br />
        {shown ? spellMoney(shown, i18n.language) : guestPrice && t('sell.chooses')}
      </span>
      <button
        type="button"
        aria-label={t('sell.fewer', { name: label })}
        disabled={quantity === 0}
        onClick={() => onBasket(withQuantity(basket, key, quantity - 1))}
      >
        −
      </button>
      <output aria-label={t('sell.quantity', { name: label })}>{quantity}</output>
      <button
        type="button"
        aria-label={t('sell.more', { name: label })}
        disabled={room <= 0}
        onClick={() => onBasket(withQuantity(basket, key, quantity + 1))}
      >
        +
      </button>
    </div>
  )
}

/** Places that are free now: by section, and in it by row, table or area. */
function Places(choosing: Choosing) {
  const { t } = useTranslation('door')
  const { definition, basket } = choosing
  const sections = sectionsOf(definition.seatingDetails?.places ?? [])
  const chosen = basket.filter(({ definitionId }) => definitionId === definition.id)
  return (
    <>
      {chosen.map(line => (
        <Chosen key={`${line.placeId} ${line.optionId}`} {...choosing} line={line} />
      ))}
      {sections.length === 0 && <span className={styles.soft}>{t('sell.noPlaces')}</span>}
      {sections.map(({ section, elements }) => (
        <details key={section} className={placeStyles.section} open={sections.length === 1}>
          <summary dir="auto">
            {section || t('sell.places')}
            <span className={styles.soft}>
              {t('sell.left', { count: elements.reduce((sum, { places }) => sum + roomIn(places), 0) })}
            </span>
          </summary>
          {elements.map(({ element, places }) => (
            <Element key={element} {...choosing} element={element} places={places} />
          ))}
        </details>
      ))}
    </>
  )
}

function Element({ element, places, ...choosing }: Choosing & { element: string; places: Place[] }) {
  const { definition, basket, onBasket, room } = choosing
  const prices = pricesOf(definition)
  const [area] = places
  // An area has room for many, each at whichever price.
  if (area && places.length === 1 && area.availableCapacity > 1) {
    const inArea = countOf(basket.filter(({ placeId }) => placeId === area.placeId))
    return prices.map(({ optionId, label, price }) => (
      <Stepper
        key={optionId}
        {...choosing}
        room={Math.min(room, area.availableCapacity - inArea)}
        optionId={optionId}
        placeId={area.placeId}
        label={optionId === null ? element : `${element}, ${label}`}
        price={price}
      />
    ))
  }
  return (
    <fieldset className={placeStyles.element}>
      <legend dir="auto">{element}</legend>
      {places.map(place => {
        const line = basket.find(each => each.definitionId === definition.id && each.placeId === place.placeId)
        const { optionId } = line ?? prices[0] ?? { optionId: null }
        const key = { definitionId: definition.id, optionId, placeId: place.placeId }
        return (
          <button
            key={place.placeId}
            type="button"
            aria-pressed={line !== undefined}
            aria-label={nameOfPlace(place)}
            disabled={!line && room <= 0}
            onClick={() => onBasket(withQuantity(basket, key, line ? 0 : 1))}
          >
            {place.label}
          </button>
        )
      })}
    </fieldset>
  )
}

/** A place that was chosen, with its price where there are several. */
function Chosen({ definition, basket, onBasket, line }: Choosing & { line: Line }) {
  const { t, i18n } = useTranslation('door')
  const place = definition.seatingDetails?.places.find(({ placeId }) => placeId === line.placeId)
  const prices = pricesOf(definition)
  if (!place) return null
  const name = nameOfPlace(place)
  const price = prices.find(({ optionId }) => optionId === line.optionId)?.price
  const isSeat = place.availableCapacity === 1
  return (
    <div className={placeStyles.chosen}>
      <span dir="auto">
        {isSeat ? name : `${line.quantity} × ${name}`}
        {price && prices.length === 1 && ` · ${spellMoney(price, i18n.language)}`}
      </span>
      <button
        type="button"
        aria-label={t('sell.remove', { name })}
        onClick={() => onBasket(withQuantity(basket, line, 0))}
      >
        ×
      </button>
      {isSeat && prices.length > 1 && (
        <select
          aria-label={t('sell.priceOf', { name })}
          value={line.optionId ?? ''}
          onChange={({ target }) =>
            onBasket(withQuantity(withQuantity(basket, line, 0), { ...line, optionId: target.value }, line.quantity))
          }
        >
          {prices.map(each => (
            <option key={each.optionId} value={each.optionId ?? ''}>
              {[each.label, each.price && spellMoney(each.price, i18n.language)].filter(Boolean).join(' · ')}
            </option>
          ))}
        </select>
      )}
    </div>
  )
}

function roomIn(places: readonly Place[]): number {
  return places.reduce((sum, { availableCapacity }) => sum + availableCapacity, 0)
}
