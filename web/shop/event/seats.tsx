import { useTranslation } from 'react-i18next'
import { spellMoney } from '../../shared/money.ts'
import type { Definition, Place } from '../boot.ts'
import { useLocale } from '../parts/locale.ts'
import { Money } from '../parts/money.tsx'
import { type Choice, quantityOf, withQuantity } from './choice.ts'
import styles from './seats.module.css'
import { Stepper } from './stepper.tsx'

/** The places of a definition that are left, as a list: by section, and in it by row, table or area. */
export function Seats({
  definition,
  choice,
  more,
  whyNoMore,
  onChoice,
}: {
  definition: Definition
  choice: Choice
  more: number
  whyNoMore: string
  onChoice: (choice: Choice) => void
}) {
  const { t } = useTranslation()
  const places = definition.seatingDetails?.places ?? []
  const sections = Map.groupBy(places, ({ sectionLabel }) => sectionLabel)
  const chosen = choice.lines.filter(line => line.definitionId === definition.id)
  return (
    <div className={styles.seats}>
      {chosen.length > 0 && (
        <ul className={styles.chosen} aria-label={t('seats.chosen')}>
          {chosen.map(line => {
            const place = places.find(({ placeId }) => placeId === line.placeId)
            return (
              place && (
                <ChosenPlace key={line.placeId} {...{ definition, choice, place, optionId: line.optionId, onChoice }} />
              )
            )
          })}
        </ul>
      )}
      {[...sections].map(([section, inSection]) => (
        <details key={section} className={styles.section} open={sections.size === 1}>
          <summary>
            <span dir="auto">{section || t('seats.places')}</span>
            <span className={styles.count}>{t('picker.left', { count: roomIn(inSection) })}</span>
          </summary>
          {[...Map.groupBy(inSection, ({ elementLabel }) => elementLabel)].map(([element, inElement]) => (
            <Element key={element} {...{ definition, choice, element, places: inElement, more, whyNoMore, onChoice }} />
          ))}
        </details>
      ))}
    </div>
  )
}

function Element({
  definition,
  choice,
  element,
  places,
  more,
  whyNoMore,
  onChoice,
}: {
  definition: Definition
  choice: Choice
  element: string
  places: readonly Place[]
  more: number
  whyNoMore: string
  onChoice: (choice: Choice) => void
}) {
  const { t } = useTranslation()
  const options = definition.pricingMethod.pricingOptions?.optionDetails
  const firstOption = options?.[0]?.optionId ?? null
  // An area has room for many; whoever wants several prices in one takes it option by option.
  const [area] = places
  if (area && places.length === 1 && area.availableCapacity > 1)
    return (
      <>
        {(options ?? [null]).map(option => {
          const key = { definitionId: definition.id, optionId: option?.optionId ?? null, placeId: area.placeId }
          const name = option ? `${element}, ${option.name}` : element
          const inArea = choice.lines
            .filter(({ placeId }) => placeId === area.placeId)
            .reduce((sum, each) => sum + each.quantity, 0)
          return (
            <div key={option?.optionId ?? ''} className={styles.area}>
              <span>
                <span dir="auto">{name}</span> {option && <Money {...option.price} />}{' '}
                <span className={styles.count}>{t('picker.left', { count: area.availableCapacity })}</span>
              </span>
              <Stepper
                label={`${definition.name}, ${name}`}
                quantity={quantityOf(choice, key)}
                more={Math.min(more, area.availableCapacity - inArea)}
                whyNoMore={whyNoMore}
                onChange={to => onChoice(withQuantity(choice, key, to))}
              />
            </div>
          )
        })}
      </>
    )
  return (
    <fieldset className={styles.element}>
      <legend dir="auto">
        {element} <span className={styles.count}>{t('picker.left', { count: places.length })}</span>
      </legend>
      {places.map(place => {
        const line = choice.lines.find(
          ({ definitionId, placeId }) => definitionId === definition.id && placeId === place.placeId,
        )
        const key = { definitionId: definition.id, optionId: line?.optionId ?? firstOption, placeId: place.placeId }
        const isFull = !line && more === 0
        return (
          <label key={place.placeId} className={styles.seat} title={isFull ? whyNoMore : undefined}>
            <input
              type="checkbox"
              checked={line !== undefined}
              disabled={isFull}
              aria-label={[place.sectionLabel, element, place.label].filter(Boolean).join(', ')}
              onChange={({ target }) => onChoice(withQuantity(choice, key, target.checked ? 1 : 0))}
            />
            <span aria-hidden="true">{place.label}</span>
          </label>
        )
      })}
    </fieldset>
  )
}

/** A place that was chosen, with its price where there are several, and a way to give it back. */
function ChosenPlace({
  definition,
  choice,
  place,
  optionId,
  onChoice,
}: {
  definition: Definition
  choice: Choice
  place: Place
  optionId: string | null
  onChoice: (choice: Choice) => void
}) {
  const { t } = useTranslation()
  const locale = useLocale()
  const options = definition.pricingMethod.pricingOptions?.optionDetails
  const key = { definitionId: definition.id, optionId, placeId: place.placeId }
  const name = [place.sectionLabel, place.elementLabel, place.label].filter(Boolean).join(', ')
  const quantity = quantityOf(choice, key)
  const isSeat = place.availableCapacity === 1
  return (
    <li>
      <span className={styles.name} dir="auto">
        {isSeat ? name : `${quantity} × ${name}`}
      </span>
      {options && isSeat && (
        <select
          aria-label={t('seats.price', { name })}
          value={optionId ?? ''}
          onChange={({ target }) =>
            onChoice(withQuantity(withQuantity(choice, key, 0), { ...key, optionId: target.value }, quantity))
          }
        >
          {options.map(option => (
            <option key={option.optionId} value={option.optionId}>
              {option.name} · {spellMoney(option.price, locale)}
            </option>
          ))}
        </select>
      )}
      <button type="button" onClick={() => onChoice(withQuantity(choice, key, 0))}>
        <span aria-hidden="true">×</span>
        <span className={styles.unseen}>{t('seats.remove', { name })}</span>
      </button>
    </li>
  )
}

function roomIn(places: readonly Place[]): number {
  return places.reduce((sum, { availableCapacity }) => sum + availableCapacity, 0)
}
