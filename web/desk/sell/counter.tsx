import { Alert, Button, Collapse, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiError } from '../../shared/api.ts'
import { giveBack, type Held, holdAndPrice, type Method, type Sold, sell, type Wanted } from '../../shared/counter.ts'
import { type Amount, amountOf, minorOf, spellMoney, typedAmount } from '../../shared/money.ts'
import { askFor } from '../api.ts'
import { useEvent } from '../events/event.tsx'
import { Failed } from '../parts/failed.tsx'
import { MoneyField } from '../parts/money-field.tsx'
import { useMay, useSite } from '../site.tsx'
import { BEYOND_GUESTS, useAsk } from './use-ask.ts'

type Buyer = { firstName: string; lastName: string; email: string }
/** What became of the name that was to be added; null: there was none. */
type Named = 'NAMED' | 'MAILED' | 'FAILED' | null
const NOBODY: Buyer = { firstName: '', lastName: '', email: '' }
const isNobody = (buyer: Buyer) => Object.values(buyer).every(value => value.trim() === '')
/** All of a name and an address, or nothing of it: an order is somebody's or nobody's. */
const isHalf = (buyer: Buyer) => !isNobody(buyer) && Object.values(buyer).some(value => value.trim() === '')

/** For whoever stands here: hold, take cash or card, hand out the tickets. */
export function Counter({ order, isReady, onDone }: { order: Wanted; isReady: boolean; onDone: () => void }) {
  const { t, i18n } = useTranslation('desk')
  const ask = useAsk()
  const { id: eventId } = useEvent()
  const [held, setHeld] = useState<Held | null>(null)
  const [sold, setSold] = useState<(Sold & { change: Amount | null; named: Named }) | null>(null)
  const begin = useMutation<Held, ApiError>({
    mutationFn: () => holdAndPrice(ask, order, BEYOND_GUESTS),
    onSuccess: setHeld,
  })

  if (sold)
    return (
      <Alert color="green" title={t('sell.sold', { count: sold.ticketsQuantity })} role="status">
        <Stack>
          <Text>{t('sell.orderNumber', { number: sold.orderNumber })}</Text>
          {sold.change && (
            <Text size="xl" fw={700}>
              {t('sell.change', { amount: spellMoney(sold.change, i18n.language) })}
            </Text>
          )}
          {sold.named && <Text>{t(`sell.named.${sold.named}`)}</Text>}
          <Group>
            {sold.ticketsPdf && (
              <Button component="a" href={sold.ticketsPdf} target="_blank" rel="noreferrer" variant="default">
                {t('sell.print')}
              </Button>
            )}
            <Button
              data-autofocus
              autoFocus
              onClick={() => {
                setSold(null)
                begin.reset()
                onDone()
              }}
            >
              {t('sell.next')}
            </Button>
          </Group>
        </Stack>
      </Alert>
    )
  return (
    <>
      {begin.error && <Failed error={begin.error} />}
      <Button size="lg" disabled={!isReady} loading={begin.isPending} onClick={() => begin.mutate()}>
        {t('sell.charge')}
      </Button>
      {held && (
        <Payment
          held={held}
          eventId={eventId}
          onClose={async () => {
            setHeld(null)
            await giveBack(ask, held.reservationId)
          }}
          onSold={each => {
            setHeld(null)
            setSold(each)
          }}
        />
      )}
    </>
  )
}

function Payment({
  held: { reservationId, due },
  eventId,
  onClose,
  onSold,
}: {
  held: Held
  eventId: string
  onClose: () => void
  onSold: (sold: Sold & { change: Amount | null; named: Named }) => void
}) {
  const { t, i18n } = useTranslation('desk')
  const { siteId } = useSite()
  const ask = useAsk()
  const mayMail = useMay('MANAGE')
  const [received, setReceived] = useState('')
  const [buyer, setBuyer] = useState<Buyer>(NOBODY)
  const [isNamed, setIsNamed] = useState(false)
  const isUnfinished = isNamed && isHalf(buyer)
  const given = due && typedAmount(received, due)
  const change = due && given ? amountOf(minorOf(given) - minorOf(due), due.currency) : null
  const selling = useMutation<Sold & { named: Named }, ApiError, Method | null>({
    mutationFn: async method => {
      const order = await sell(ask, { eventId, reservationId, method })
      return { ...order, named: await name(order.orderNumber) }
    },
    onSuccess: (sold, method) => onSold({ ...sold, change: method === 'cash' ? change : null }),
  })

  /** A sale to nobody in particular is given a buyer afterwards; that it was sold stands, whatever becomes of this. */
  async function name(orderNumber: string): Promise<Named> {
    if (!isNamed || isNobody(buyer)) return null
    const inputValues = Object.entries(buyer).map(([inputName, value]) => ({ inputName, value: value.trim() }))
    try {
      const path = `/events/v1/events/${eventId}/orders/${orderNumber}`
      await askFor(siteId, path, { method: 'PATCH', body: { checkoutForm: { inputValues }, fields: 'checkoutForm' } })
      if (!mayMail) return 'NAMED'
      await askFor(siteId, `/boxoffice/v1/orders/${orderNumber}/resend`, { method: 'POST', body: {} })
      return 'MAILED'
    } catch {
      return 'FAILED'
    }
  }

  return (
    <Modal
      opened
      onClose={selling.isPending ? () => {} : onClose}
      title={due ? t('sell.due', { amount: spellMoney(due, i18n.language) }) : t('sell.nothingDue')}
      closeButtonProps={{ 'aria-label': t('cancel') }}
    >
      <Stack>
        {selling.error && <Failed error={selling.error} />}
        {due && (
          <MoneyField
            label={t('sell.received')}
            currency={due.currency}
            value={received}
            onChange={({ currentTarget }) => setReceived(currentTarget.value)}
            data-autofocus
            error={received !== '' && !given ? t('sell.tooLittle') : null}
          />
        )}
        {change && (
          <Text size="xl" fw={700} aria-live="polite">
            {t('sell.change', { amount: spellMoney(change, i18n.language) })}
          </Text>
        )}
        <Button variant="subtle" w="fit-content" aria-expanded={isNamed} onClick={() => setIsNamed(!isNamed)}>
          {t('sell.name')}
        </Button>
        <Collapse expanded={isNamed}>
          <BuyerFields buyer={buyer} onBuyer={setBuyer} />
          {isUnfinished && <Text c="red">{t('sell.halfNamed')}</Text>}
        </Collapse>
        <Group grow>
          {due ? (
            <>
              <Button
                loading={selling.isPending && selling.variables === 'cash'}
                disabled={(received !== '' && !given) || isUnfinished}
                onClick={() => selling.mutate('cash')}
              >
                {t('sell.cash')}
              </Button>
              <Button
                loading={selling.isPending && selling.variables === 'card'}
                disabled={isUnfinished}
                onClick={() => selling.mutate('card')}
              >
                {t('sell.card')}
              </Button>
            </>
          ) : (
            <Button
              data-autofocus
              loading={selling.isPending}
              disabled={isUnfinished}
              onClick={() => selling.mutate(null)}
            >
              {t('sell.handOut')}
            </Button>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {t('sell.cardStory')}
        </Text>
      </Stack>
    </Modal>
  )
}

/** Who buys: for tickets by mail and a name on them. */
function BuyerFields({ buyer, onBuyer }: { buyer: Buyer; onBuyer: (buyer: Buyer) => void }) {
  const { t } = useTranslation('desk')
  return (
    <Stack gap="xs">
      {(['firstName', 'lastName', 'email'] as const).map(key => (
        <TextInput
          key={key}
          label={t(`sell.${key}`)}
          type={key === 'email' ? 'email' : 'text'}
          autoComplete="off"
          value={buyer[key]}
          maxLength={key === 'email' ? 255 : 50}
          onChange={({ currentTarget }) => onBuyer({ ...buyer, [key]: currentTarget.value })}
        />
      ))}
    </Stack>
  )
}
