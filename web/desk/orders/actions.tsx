import { Button, Checkbox, Group, List, Menu, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../shared/api.ts'
import { newGuid } from '../../shared/guid.ts'
import { spellMoney } from '../../shared/money.ts'
import { askFor } from '../api.ts'
import { Confirm } from '../parts/confirm.tsx'
import { useSaid } from '../parts/said.ts'
import { useSite } from '../site.tsx'
import { type OrderAction, PERMISSION_OF, type Whole } from './model.ts'
import { RefundDialog } from './refund.tsx'
import { Refused } from './refused.tsx'

/** What is asked before it is done; what is edited has its button where it stands. */
type Asked = Exclude<OrderAction, 'EDIT_GUESTS'>
const OFFERED: readonly Asked[] = [
  'CONFIRM',
  'CAPTURE',
  'REFUND',
  'RESEND',
  'VOID',
  'CANCEL',
  'ARCHIVE',
  'UNARCHIVE',
  'ANONYMIZE',
]
/** On the page as buttons; the others are behind one. */
const SHOWN: ReadonlySet<Asked> = new Set(['CONFIRM', 'CAPTURE', 'REFUND', 'RESEND'])
const DANGEROUS: ReadonlySet<Asked> = new Set(['VOID', 'CANCEL', 'ANONYMIZE'])

/** What this person may do to the order as it is now. */
export function OrderActions({ whole }: { whole: Whole }) {
  const { t } = useTranslation('desk')
  const { permissions } = useSite()
  const [asking, setAsking] = useState<Asked | null>(null)
  const offered = OFFERED.filter(each => whole.actions.includes(each) && permissions.includes(PERMISSION_OF[each]))
  const others = offered.filter(each => !SHOWN.has(each))
  const close = () => setAsking(null)
  return (
    <>
      <Group gap="xs">
        {offered
          .filter(each => SHOWN.has(each))
          .map(each => (
            <Button
              key={each}
              variant={each === 'CONFIRM' || each === 'CAPTURE' ? 'filled' : 'default'}
              onClick={() => setAsking(each)}
            >
              {t(`orders.action.${each}.do`)}
            </Button>
          ))}
        {others.length > 0 && (
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="default">{t('orders.moreActions')}</Button>
            </Menu.Target>
            <Menu.Dropdown>
              {others.map(each => (
                <Menu.Item key={each} {...(DANGEROUS.has(each) && { color: 'red' })} onClick={() => setAsking(each)}>
                  {t(`orders.action.${each}.do`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      {asking === 'REFUND' && <RefundDialog whole={whole} onClose={close} />}
      {asking !== null && asking !== 'REFUND' && <Ask action={asking} whole={whole} onClose={close} />}
    </>
  )
}

type Step = { method: 'POST' | 'PATCH'; path: string; body: object }

/** @param refundId what goes back too; null: nothing does */
function stepsOf(action: Exclude<Asked, 'REFUND'>, { order }: Whole, refundId: string | null): Step[] {
  const { eventId, orderNumber, reservationId } = order
  const path = `/events/v1/events/${eventId}/orders`
  const own = `/boxoffice/v1/orders/${orderNumber}`
  switch (action) {
    case 'CONFIRM':
      return [{ method: 'POST', path: `${path}/confirm`, body: { orderNumber: [orderNumber] } }]
    case 'CAPTURE':
    case 'VOID':
      return [
        { method: 'POST', path: `/events/v1/events/orders/${orderNumber}/${action.toLowerCase()}`, body: { eventId } },
      ]
    case 'CANCEL':
      return [
        { method: 'POST', path: `/events/v1/ticket-reservations/${reservationId}/cancel`, body: {} },
        ...(refundId ? [{ method: 'POST' as const, path: `${own}/refunds`, body: { refundId } }] : []),
      ]
    case 'ARCHIVE':
    case 'UNARCHIVE':
      return [
        {
          method: 'PATCH',
          path: `${path}/${orderNumber}`,
          body: { archived: action === 'ARCHIVE', fields: 'archived' },
        },
      ]
    case 'RESEND':
      return [{ method: 'POST', path: `${own}/resend`, body: {} }]
    case 'ANONYMIZE':
      return [{ method: 'POST', path: `${own}/anonymize`, body: {} }]
  }
}

/** Says what it means, does it, and stays open until it is done or refused. */
function Ask({ action, whole, onClose }: { action: Exclude<Asked, 'REFUND'>; whole: Whole; onClose: () => void }) {
  const { t, i18n } = useTranslation('desk')
  const { siteId, permissions } = useSite()
  const queries = useQueryClient()
  const said = useSaid()
  const mayRefund = permissions.includes('DECIDE_PAYMENTS') && Number(whole.refundable.value) > 0
  const [isRefunding, setRefunding] = useState(mayRefund)
  const [refundId] = useState(newGuid)
  const [isPending, setPending] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  const [isHalfDone, setHalfDone] = useState(false)
  const amount = spellMoney(whole.refundable, i18n.language)

  async function run() {
    setPending(true)
    setError(null)
    const steps = stepsOf(action, whole, action === 'CANCEL' && isRefunding ? refundId : null)
    // What is done stays done: who tries again goes on with the next one.
    const left = isHalfDone ? steps.slice(1) : steps
    try {
      for (const [at, { method, path, body }] of left.entries()) {
        await askFor(siteId, path, { method, body })
        if (at < left.length - 1) setHalfDone(true)
      }
      said(t(`orders.action.${action}.done`))
      onClose()
    } catch (refused) {
      if (!(refused instanceof ApiError)) throw refused
      setError(refused)
    } finally {
      setPending(false)
      await queries.invalidateQueries({ queryKey: [siteId] })
    }
  }

  return (
    <Confirm
      opened
      title={t(`orders.action.${action}.title`, { number: whole.order.orderNumber })}
      story={t(`orders.action.${action}.story`, {
        amount: spellMoney(whole.order.totalPrice, i18n.language),
        email: whole.order.email ?? '',
      })}
      action={t(isHalfDone ? 'orders.action.REFUND.do' : `orders.action.${action}.do`)}
      isDangerous={DANGEROUS.has(action)}
      isPending={isPending}
      onConfirm={run}
      onClose={onClose}
    >
      {action === 'CANCEL' && mayRefund && (
        <Checkbox
          label={t('orders.action.CANCEL.refund', { amount })}
          description={t('orders.action.CANCEL.refundStory')}
          checked={isRefunding}
          disabled={isHalfDone}
          onChange={event => setRefunding(event.currentTarget.checked)}
        />
      )}
      {action === 'ANONYMIZE' && (
        <Points
          points={[
            t('orders.action.ANONYMIZE.gone'),
            t('orders.action.ANONYMIZE.stays'),
            t('orders.action.ANONYMIZE.forever'),
          ]}
        />
      )}
      {isHalfDone && <Text fw={600}>{t('orders.action.CANCEL.half')}</Text>}
      {error && <Refused error={error} />}
    </Confirm>
  )
}

function Points({ points }: { points: readonly ReactNode[] }) {
  return (
    <List size="sm" spacing="xs">
      {points.map((point, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same sentences in the same order
        <List.Item key={at}>{point}</List.Item>
      ))}
    </List>
  )
}
