import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../shared/api.ts'
import { type Basket, countOf, currencyOf, type Prices, type Sellable, totalOf } from '../../shared/basket.ts'
import { giveBack, type Held, holdAndPrice, type Method, sell } from '../../shared/counter.ts'
import { spellMoney } from '../../shared/money.ts'
import { useTold } from '../../shared/refusals.ts'
import { askOf, findSellables } from '../core/sale.ts'
import type { DoorEvent } from '../core/wire.ts'
import styles from '../parts/sheet.module.css'
import { Sheet } from '../parts/sheet.tsx'
import { closeSheets, openSheet, useDoor, useDoorState } from '../use-door.ts'
import { Offered } from './offered.tsx'

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
  const [definitions, setDefinitions] = useState<Sellable[] | null>(null)
  const [basket, setBasket] = useState<Basket>([])
  const [prices, setPrices] = useState<Prices>({})
  const [held, setHeld] = useState<Held | null>(null)
  const [sold, setSold] = useState<string[] | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const [isBusy, setIsBusy] = useState(false)

  const look = useCallback(async () => {
    const found = await findSellables(door, event.id)
    setDefinitions(found)
    setBasket(before => before.filter(line => isThere(line, found)))
  }, [door, event.id])

  const troubleOf = useTrouble()
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is opened
  useEffect(() => void attempt(look), [])

  // Others sell too: what is free is looked at anew while somebody chooses.
  const isChoosing = !held && !sold
  useEffect(() => {
    if (!isChoosing) return
    const timer = setInterval(() => void look().catch(() => {}), LOOK_MS)
    return () => clearInterval(timer)
  }, [isChoosing, look])

  const currency = currencyOf(definitions ?? [])
  const wanted = { basket, prices, definitions: definitions ?? [], currency }
  const total = totalOf(basket, wanted.definitions, prices, currency)
  const count = countOf(basket)
  const begin = () =>
    attempt(async () => {
      try {
        setHeld(await holdAndPrice(askOf(door), wanted))
      } catch (error) {
        void look().catch(() => {})
        throw error
      }
    })
  const pay = (method: Method | null) =>
    attempt(async () => {
      if (!held) return
      const { tickets = [] } = await sell(askOf(door), { eventId: event.id, ...held, method })
      setSold(tickets.map(({ ticketNumber }) => ticketNumber))
    })

  return (
    <Sheet title={t('sell.title')}>
      {!isOnline && <p className={styles.problem}>{t('sell.needsNetwork')}</p>}
      {trouble && (
        <p className={styles.problem} role="alert">
          {trouble}
        </p>
      )}
      {!definitions && !trouble && <p role="status">{t('opening')}</p>}
      {definitions?.length === 0 && <p role="status">{t('sell.nothing')}</p>}
      {sold ? (
        <Sold numbers={sold} />
      ) : held ? (
        <>
          <p className={styles.total} role="status">
            {held.due ? t('sell.toPay', { amount: spellMoney(held.due, i18n.language) }) : t('sell.nothingDue')}
          </p>
          {held.due ? (
            <>
              <button type="button" className="primary" disabled={isBusy} onClick={() => void pay('cash')}>
                {t('sell.cash')}
              </button>
              <button type="button" className="primary" disabled={isBusy} onClick={() => void pay('card')}>
                {t('sell.card')}
              </button>
            </>
          ) : (
            <button type="button" className="primary" disabled={isBusy} onClick={() => void pay(null)}>
              {t('sell.free')}
            </button>
          )}
          <button
            type="button"
            disabled={isBusy}
            onClick={() =>
              attempt(async () => {
                await giveBack(askOf(door), held.reservationId)
                setHeld(null)
                await look()
              })
            }
          >
            {t('sell.notPaid')}
          </button>
        </>
      ) : (
        definitions &&
        definitions.length > 0 && (
          <>
            <ul className={styles.list}>
              {definitions.map(definition => (
                <li key={definition.id} className={styles.row}>
                  <Offered
                    definition={definition}
                    basket={basket}
                    onBasket={setBasket}
                    typed={prices[definition.id] ?? ''}
                    onTyped={typed => setPrices(before => ({ ...before, [definition.id]: typed }))}
                    currency={currency}
                  />
                </li>
              ))}
            </ul>
            <p className={styles.total} aria-live="polite">
              {total ? t('sell.toPay', { amount: spellMoney(total, i18n.language) }) : t('sell.priceMissing')}
            </p>
            <button type="button" className="primary" disabled={isBusy || count === 0 || !total} onClick={begin}>
              {t('sell.hold', { count })}
            </button>
          </>
        )
      )}
    </Sheet>
  )
}

const LOOK_MS = 15_000

/** Whether what was chosen can still be had. */
function isThere({ definitionId, placeId }: Basket[number], definitions: readonly Sellable[]): boolean {
  const definition = definitions.find(({ id }) => id === definitionId)
  if (!definition) return false
  return placeId === null || (definition.seatingDetails?.places.some(each => each.placeId === placeId) ?? false)
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
