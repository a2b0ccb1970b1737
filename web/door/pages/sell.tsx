import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../shared/api.ts'
import { minorOf, spellMoney } from '../../shared/money.ts'
import { useTold } from '../../shared/refusals.ts'
import { findOffers, giveBack, type Held, hold, type Offer, sell, totalOf } from '../core/sale.ts'
import type { DoorEvent } from '../core/wire.ts'
import styles from '../parts/sheet.module.css'
import { Sheet } from '../parts/sheet.tsx'
import { closeSheets, openSheet, useDoor, useDoorState } from '../use-door.ts'

/** Why the server did not do it, in the reader's words; of a field, with its name on these sheets. */
export function useTrouble(): (error: unknown) => string {
  const { t } = useTranslation('door')
  const told = useTold(path => {
    const field = FIELDS.find(each => path.endsWith(each))
    return field ? t(`addGuest.${field}`) : null
  })
  return error => {
    if (!(error instanceof ApiError)) throw error
    if (error.status === 0 || error.status >= 500) return t('sell.offline')
    return told(error) ?? t('sell.refused')
  }
}

const FIELDS = ['firstName', 'lastName', 'email'] as const

/** Sells tickets at the door for cash or card: chosen, held, paid, and let in at once. */
export function SellSheet({ event }: { event: DoorEvent }) {
  const { t, i18n } = useTranslation('door')
  const door = useDoor()
  const { isOnline } = useDoorState()
  const [offers, setOffers] = useState<Offer[] | null>(null)
  const [quantities, setQuantities] = useState<ReadonlyMap<string, number>>(new Map())
  const [held, setHeld] = useState<Held | null>(null)
  const [sold, setSold] = useState<string[] | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const troubleOf = useTrouble()
  const [isBusy, setIsBusy] = useState(false)

  const attempt = async (doing: () => Promise<void>) => {
    setIsBusy(true)
    setTrouble(null)
    try {
      await doing()
    } catch (error) {
      setTrouble(troubleOf(error))
    }
    setIsBusy(false)
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, when it is opened
  useEffect(() => void attempt(async () => setOffers(await findOffers(door, event.id))), [])

  const total = offers && totalOf(offers, quantities)
  const count = [...quantities.values()].reduce((sum, each) => sum + each, 0)
  const amount = total && spellMoney(total, i18n.language)
  const change = (key: string, by: number) =>
    setQuantities(new Map(quantities).set(key, Math.max(0, Math.min(20, (quantities.get(key) ?? 0) + by))))
  const pay = (method: 'cash' | 'card') =>
    attempt(async () => {
      if (!held || !total) return
      setSold(await sell(door, { eventId: event.id, ...held, method, amount: total }))
    })

  return (
    <Sheet title={t('sell.title')}>
      {!isOnline && <p className={styles.problem}>{t('sell.needsNetwork')}</p>}
      {trouble && (
        <p className={styles.problem} role="alert">
          {trouble}
        </p>
      )}
      {!offers && !trouble && <p role="status">{t('opening')}</p>}
      {offers?.length === 0 && <p role="status">{t('sell.nothing')}</p>}
      {sold ? (
        <Sold numbers={sold} />
      ) : held && total ? (
        <>
          <p className={styles.total} role="status">
            {t('sell.toPay', { amount })}
          </p>
          {minorOf(total) === 0 ? (
            <button type="button" className="primary" disabled={isBusy} onClick={() => void pay('cash')}>
              {t('sell.free')}
            </button>
          ) : (
            <>
              <button type="button" className="primary" disabled={isBusy} onClick={() => void pay('cash')}>
                {t('sell.cash')}
              </button>
              <button type="button" className="primary" disabled={isBusy} onClick={() => void pay('card')}>
                {t('sell.card')}
              </button>
            </>
          )}
          <button
            type="button"
            disabled={isBusy}
            onClick={() =>
              attempt(async () => {
                await giveBack(door, held)
                setHeld(null)
              })
            }
          >
            {t('sell.notPaid')}
          </button>
        </>
      ) : (
        offers &&
        offers.length > 0 && (
          <>
            <ul className={styles.list}>
              {offers.map(({ key, name, price }) => (
                <li key={key} className={styles.row}>
                  <div className={styles.stepper}>
                    <span>
                      <strong dir="auto">{name}</strong>
                      <br />
                      {spellMoney(price, i18n.language)}
                    </span>
                    <button type="button" aria-label={t('sell.fewer', { name })} onClick={() => change(key, -1)}>
                      −
                    </button>
                    <output aria-label={t('sell.quantity', { name })}>{quantities.get(key) ?? 0}</output>
                    <button type="button" aria-label={t('sell.more', { name })} onClick={() => change(key, 1)}>
                      +
                    </button>
                  </div>
                </li>
              ))}
            </ul>
            <p className={styles.total}>{t('sell.toPay', { amount })}</p>
            <button
              type="button"
              className="primary"
              disabled={isBusy || count === 0}
              onClick={() => attempt(async () => setHeld(await hold(door, offers, quantities)))}
            >
              {t('sell.hold', { count })}
            </button>
          </>
        )
      )}
    </Sheet>
  )
}

/** New tickets, whose guests mostly want to go in right away. */
export function Sold({ numbers }: { numbers: string[] }) {
  const { t } = useTranslation('door')
  const door = useDoor()
  return (
    <>
      <p className={styles.total} role="status">
        {t('sell.done', { count: numbers.length })}
      </p>
      <ul className={styles.list}>
        {numbers.map(number => (
          <li key={number} className={styles.row}>
            {number}
          </li>
        ))}
      </ul>
      <button
        type="button"
        className="primary"
        onClick={() => {
          closeSheets()
          void door.admitNew(numbers)
        }}
      >
        {t('sell.letIn', { count: numbers.length })}
      </button>
      <button type="button" onClick={() => openSheet('')}>
        {t('sell.later')}
      </button>
    </>
  )
}
