import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { nameOfPlace, pricesOf, type Sellable, sectionsOf } from '../../shared/basket.ts'
import { addGuest, addRsvp, findSellables } from '../core/sale.ts'
import type { DoorEvent } from '../core/wire.ts'
import styles from '../parts/sheet.module.css'
import { Sheet } from '../parts/sheet.tsx'
import { useDoor, useDoorState } from '../use-door.ts'
import { Sold, useTrouble } from './sell.tsx'

/** Adds somebody whom the organizer invites: nothing is paid at the door. */
export function AddGuestSheet({ event }: { event: DoorEvent }) {
  const { t } = useTranslation('door')
  const door = useDoor()
  const { isOnline } = useDoorState()
  const [definitions, setDefinitions] = useState<Sellable[]>([])
  const [chosen, setChosen] = useState('')
  const [added, setAdded] = useState<string[] | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const troubleOf = useTrouble()
  const [isBusy, setIsBusy] = useState(false)
  const hasTickets = event.kind === 'TICKETING'

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, when it is opened
  useEffect(() => {
    if (!hasTickets) return
    findSellables(door, event.id).then(setDefinitions, error => setTrouble(troubleOf(error)))
  }, [door, event.id, hasTickets])

  const add = async (submitted: FormEvent<HTMLFormElement>) => {
    submitted.preventDefault()
    const form = new FormData(submitted.currentTarget)
    const typed = (name: string) => String(form.get(name) ?? '').trim()
    const guest = { firstName: typed('firstName'), lastName: typed('lastName'), email: typed('email') }
    setIsBusy(true)
    setTrouble(null)
    try {
      setAdded(hasTickets ? await withTicket(guest, typed('place')) : await addRsvp(door, event.id, guest))
    } catch (error) {
      setTrouble(troubleOf(error))
    }
    setIsBusy(false)
  }

  const offers = definitions.flatMap(definition =>
    pricesOf(definition).map(({ optionId, label }) => ({
      key: `${definition.id} ${optionId ?? ''}`,
      name: optionId === null ? label : `${definition.name} – ${label}`,
      definition,
      optionId,
    })),
  )
  const offer = offers.find(({ key }) => key === chosen) ?? offers[0]
  const places = offer?.definition.seatingDetails?.places

  const withTicket = async (guest: Parameters<typeof addRsvp>[2], placeId: string) => {
    if (!offer) return null
    const { definition, optionId } = offer
    return addGuest(door, {
      eventId: event.id,
      guest,
      gift: { definition, optionId, placeId: places ? placeId : null },
    })
  }

  return (
    <Sheet title={t('addGuest.title')}>
      {!isOnline && <p className={styles.problem}>{t('sell.needsNetwork')}</p>}
      {trouble && (
        <p className={styles.problem} role="alert">
          {trouble}
        </p>
      )}
      {added ? (
        <Sold numbers={added} />
      ) : (
        <form className={styles.form} onSubmit={add}>
          <label>
            {t('addGuest.firstName')}
            <input name="firstName" maxLength={50} autoComplete="off" required />
          </label>
          <label>
            {t('addGuest.lastName')}
            <input name="lastName" maxLength={50} autoComplete="off" required />
          </label>
          <label>
            {t('addGuest.email')}
            <input name="email" type="email" maxLength={255} autoComplete="off" required />
          </label>
          {hasTickets && (
            <label>
              {t('guest.definition')}
              <select value={offer?.key ?? ''} onChange={({ target }) => setChosen(target.value)} required>
                {offers.map(({ key, name }) => (
                  <option key={key} value={key}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          )}
          {places && (
            <label>
              {t('guest.seat')}
              <select name="place" required>
                {sectionsOf(places).map(({ section, elements }) => (
                  <optgroup key={section} label={section || t('sell.places')}>
                    {elements.flatMap(each =>
                      each.places.map(place => (
                        <option key={place.placeId} value={place.placeId}>
                          {nameOfPlace(place)}
                        </option>
                      )),
                    )}
                  </optgroup>
                ))}
              </select>
            </label>
          )}
          <button type="submit" className="primary" disabled={isBusy || (hasTickets && offers.length === 0)}>
            {t('addGuest.do')}
          </button>
        </form>
      )}
    </Sheet>
  )
}
