import { useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Amount, amountOf, minorOf, spellMoney } from '../../shared/money.ts'
import { useAnswer, useBoot, usePaths } from '../app.tsx'
import { type Definition, type EventShown, type Live, questions } from '../boot.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { useLocale } from '../parts/locale.ts'
import { Notice } from '../parts/notice.tsx'
import { NoSale } from '../parts/preview.tsx'
import { countOf, isOnSale, possibleOf, priceOf, ticketsOf, totalOf } from './choice.ts'
import { DefinitionRow } from './definition.tsx'
import { HeldNotice, PriceChanged } from './held.tsx'
import { keepHold, type Reservation, ticketFormPath, useHold } from './hold.ts'
import { useWaitingWords } from './left.tsx'
import styles from './picker.module.css'
import { Problem } from './problem.tsx'
import { useReserve } from './reserve.ts'
import { useChoice } from './use-choice.ts'

/** What can be bought of an event, and the way to hold it. */
export function Picker({ event, live }: { event: EventShown; live: Live | null }) {
  const { t } = useTranslation()
  const { eventOf } = usePaths()
  const id = useId()
  const { preview } = useBoot()
  const { data, refetch } = useAnswer<{ ticketDefinitions: readonly Definition[] }>(questions.definitions(event.id))
  const [picked, setPicked] = useChoice(event.id)
  const { hold, look, giveBack } = useHold(event.id)
  const { reserving, reserve, reset } = useReserve()
  const [priceless, setPriceless] = useState<Definition | null>(null)
  const [changed, setChanged] = useState<{ reservation: Reservation; shown: Amount } | null>(null)
  const waitingWords = useWaitingWords(live)
  const { tickets } = event.registration
  useSeatsRenewed(live, refetch)
  const isRefused = reserving.state === 'REFUSED'
  useEffect(() => {
    if (isRefused) void refetch() // what it was refused for has changed
  }, [isRefused, refetch])
  if (!tickets) return null

  const definitions = shownOf(data?.ticketDefinitions ?? [], live)
  const choice = possibleOf(picked, { definitions, live, perOrder: tickets.ticketLimitPerOrder })
  const count = countOf(choice)
  const total = totalOf(choice, definitions, tickets.currency)
  const isBusy = reserving.state === 'BUSY' || reserving.state === 'WAITING'

  async function submit() {
    const missing = definitions.find(
      each => each.pricingMethod.guestPrice && countOf(choice, each.id) > 0 && !priceOf(choice, each, null),
    )
    setPriceless(missing ?? null)
    if (missing) return document.getElementById(`price-${missing.id}`)?.focus()
    const reservation = await reserve(ticketsOf(choice, definitions))
    if (!reservation) return
    keepHold(event.id, reservation.id)
    if (!total || costOf(reservation) === minorOf(total))
      return location.assign(ticketFormPath(eventOf(event.slug), reservation.id))
    setChanged({ reservation, shown: total })
    reset()
    look()
  }

  if (hold.state === 'HELD' && !isBusy && !preview)
    return (
      <section id="tickets" className={styles.picker} aria-labelledby={id}>
        <h2 id={id}>{t('picker.title')}</h2>
        <HeldNotice hold={hold} slug={event.slug} onEnd={look} onGiveBack={giveBack} />
        {changed && (
          <PriceChanged
            {...changed}
            held={amountOf(costOf(changed.reservation), changed.shown.currency)}
            slug={event.slug}
            onGiveBack={() => giveBack().then(() => setChanged(null))}
          />
        )}
      </section>
    )
  const anyOnSale = definitions.some(each => isOnSale(each, live))
  const change = (to: typeof choice) => {
    setPicked(to)
    setPriceless(null)
    if (isRefused) reset()
  }
  const sum = <Sum count={count} total={total} />
  const words = isBusy ? t('picker.reserving') : t('picker.get')
  return (
    <section id="tickets" className={styles.picker} aria-labelledby={id}>
      <h2 id={id}>{t('picker.title')}</h2>
      {hold.state === 'EXPIRED' && (
        <Notice tone="wait" title={t('hold.expired')}>
          <p>{t('hold.expiredStory')}</p>
        </Notice>
      )}
      {hold.state === 'LOST' && (
        <Notice tone="wait" title={t('hold.lost')}>
          <p>{t('hold.lostStory')}</p>
        </Notice>
      )}
      {waitingWords && (
        <Notice tone="wait">
          <p>{waitingWords}</p>
        </Notice>
      )}
      {data && definitions.length === 0 && <p>{t('picker.nothing')}</p>}
      <ul className={styles.definitions}>
        {definitions.map(each => (
          <DefinitionRow
            key={each.id}
            definition={each}
            live={live}
            tickets={tickets}
            zone={event.dateAndTimeSettings.timeZoneId ?? 'UTC'}
            choice={choice}
            onChoice={change}
          />
        ))}
      </ul>
      {reserving.state === 'REFUSED' && (
        <Problem
          error={reserving.error}
          definitions={definitions}
          minutes={tickets.reservationDurationInMinutes}
          onRetry={submit}
        />
      )}
      {reserving.state === 'WAITING' && (
        <Notice tone="wait" title={t('reserve.busy')} takesFocus>
          <p>{t('reserve.busyStory')}</p>
        </Notice>
      )}
      {priceless && (
        <p className={styles.problem} role="alert">
          {t('picker.sayPrice', { name: priceless.name })}
        </p>
      )}
      {anyOnSale && (
        <>
          <p className={styles.total}>
            <span>{t('picker.total')}</span>
            {count > 0 ? sum : <span className={styles.soft}>{t('picker.noneYet')}</span>}
          </p>
          <div className={styles.submit}>
            <Button look="main" wide busy={isBusy} disabled={count === 0 || preview !== undefined} onClick={submit}>
              {words}
            </Button>
          </div>
          {preview && <NoSale />}
          <p className={styles.note}>{t('picker.heldFor', { count: tickets.reservationDurationInMinutes })}</p>
          <div className={styles.bar}>
            {count > 0 ? (
              <>
                {sum}
                <Button look="main" busy={isBusy} disabled={preview !== undefined} onClick={submit}>
                  {words}
                </Button>
              </>
            ) : (
              <>
                <span>{t('picker.noneYet')}</span>
                <ButtonLink look="main" href="#tickets">
                  {t('picker.choose')}
                </ButtonLink>
              </>
            )}
          </div>
        </>
      )}
    </section>
  )
}

function Sum({ count, total }: { count: number; total: Amount | null }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const amount = total && (Number(total.value) === 0 ? t('picker.free') : spellMoney(total, locale))
  return <output>{[t('picker.tickets', { count }), amount].filter(Boolean).join(' · ')}</output>
}

/** Of what guests may get, what is shown outside of its sale period too, or is on sale, in the organizer's order. */
function shownOf(definitions: readonly Definition[], live: Live | null): readonly Definition[] {
  return definitions
    .filter(each => {
      const numbers = live?.ticketDefinitions.find(({ id }) => id === each.id)
      return (numbers?.saleStatus ?? each.saleStatus) === 'SALE_STARTED' || each.salePeriod?.displayNotOnSale !== false
    })
    .sort((one, other) => one.sortIndex - other.sortIndex)
}

/** What a reservation costs before taxes and fees, in minor units. */
function costOf({ tickets }: Reservation): number {
  return tickets.reduce((sum, { price, quantity }) => sum + minorOf(price) * quantity, 0)
}

/** Reads the places again when they have changed, not everybody at the same moment. */
function useSeatsRenewed(live: Live | null, refetch: () => void) {
  const version = live?.seatsVersion
  const [known, setKnown] = useState(version)
  useEffect(() => {
    if (version === known) return
    const timer = setTimeout(() => {
      setKnown(version)
      refetch()
    }, Math.random() * 1000)
    return () => clearTimeout(timer)
  }, [version, known, refetch])
}
