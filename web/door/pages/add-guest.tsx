import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addGuest, addRsvp, findOffers, giveBack, hold, type Offer } from '../core/sale.ts'
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
  const [offers, setOffers] = useState<Offer[]>([])
  const [added, setAdded] = useState<string[] | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const troubleOf = useTrouble()
  const [isBusy, setIsBusy] = useState(false)
  const hasTickets = event.kind === 'TICKETING'

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, when it is opened
  useEffect(() => {
    if (!hasTickets) return
    findOffers(door, event.id).then(setOffers, error => setTrouble(troubleOf(error)))
  }, [door, event.id, hasTickets])

  const add = async (submitted: FormEvent<HTMLFormElement>) => {
    submitted.preventDefault()
    const form = new FormData(submitted.currentTarget)
    const typed = (name: string) => String(form.get(name) ?? '').trim()
    const guest = { firstName: typed('firstName'), lastName: typed('lastName'), email: typed('email') }
    setIsBusy(true)
    setTrouble(null)
    try {
      setAdded(hasTickets ? await withTicket(guest, typed('offer')) : await addRsvp(door, event.id, guest))
    } catch (error) {
      setTrouble(troubleOf(error))
    }
    setIsBusy(false)
  }

  const withTicket = async (guest: Parameters<typeof addRsvp>[2], key: string) => {
    const held = await hold(door, offers, new Map([[key, 1]]))
    try {
      return await addGuest(door, { eventId: event.id, ...held, guest })
    } catch (error) {
      await giveBack(door, held).catch(() => {})
      throw error
    }
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
              <select name="offer" required>
                {offers.map(({ key, name }) => (
                  <option key={key} value={key}>
                    {name}
                  </option>
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
