import { Button, Timeline as Line, Text } from '@mantine/core'
import type { TFunction } from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Amount, spellMoney } from '../../shared/money.ts'
import { Waiting } from '../desk.tsx'
import { type MailKind, nameOfMail } from '../mails/words.ts'
import { Failed } from '../parts/failed.tsx'
import { useDate } from '../parts/use-date.ts'
import { useSiteQuery } from '../site.tsx'
import { Part } from './order.tsx'

type Happening = {
  occurredDate: string
  kind: string
  actor: { kind: string; name?: string }
  tickets?: number
  ticketNumbers?: string[]
  amount?: Amount
  data: Record<string, unknown>
}

const STEP = 30
const MOST = 200

/** Everything that happened to an order, the newest first, in plain words. */
export function Timeline({ orderNumber, updated }: { orderNumber: string; updated: string }) {
  const { t, i18n } = useTranslation('desk')
  const { moment } = useDate()
  const [limit, setLimit] = useState(STEP)
  // `updated` makes another question of it whenever the order has changed; what was shown stays until the answer is here.
  const { data, error, refetch } = useSiteQuery<{ happenings: Happening[]; isMore: boolean }>(
    `/boxoffice/v1/orders/${orderNumber}/timeline?limit=${limit}&_=${encodeURIComponent(updated)}`,
    undefined,
    { placeholderData: before => before, refetchInterval: 20_000 },
  )
  return (
    <Part title={t('orders.timeline')}>
      {error && <Failed error={error} again={refetch} />}
      {!error && !data && <Waiting />}
      {data && (
        <Line bulletSize={14} lineWidth={2} active={-1} styles={{ item: { marginTop: 12 } }}>
          {data.happenings.map((happening, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: several may happen at the same moment
            <Line.Item key={`${happening.occurredDate} ${happening.kind} ${at}`}>
              <Text size="sm">{storyOf(happening, t, i18n.language)}</Text>
              <Text size="xs" c="dimmed">
                <time dateTime={happening.occurredDate}>{moment(happening.occurredDate)}</time>
                {byWhom(happening, t)}
              </Text>
            </Line.Item>
          ))}
        </Line>
      )}
      {data?.isMore && limit < MOST && (
        <Button variant="subtle" onClick={() => setLimit(Math.min(MOST, limit * 3))}>
          {t('orders.more')}
        </Button>
      )}
      {data?.isMore && limit >= MOST && <Text size="sm">{t('orders.tooMuch', { count: MOST })}</Text>}
    </Part>
  )
}

type T = TFunction<'desk'>

const KINDS = [
  'order.initiated',
  'order.confirmed',
  'order.paid',
  'order.partially_paid',
  'order.pending',
  'order.authorized',
  'order.capture_asked',
  'order.refund_asked',
  'order.canceled',
  'order.declined',
  'order.voided',
  'order.anonymized',
  'ticket.issued',
  'ticket.checked_in',
  'ticket.check_in_deleted',
  'ticket.canceled',
  'ticket.anonymized',
  'ticket_reservation.created',
  'ticket_reservation.extended',
  'ticket_reservation.expired',
  'ticket_reservation.canceled_manually',
  'ticket_reservation.deleted',
  'ticket_reservation.tags_updated',
  'refund.asked',
  'refund.done',
  'refund.failed',
  'mail.wanted',
  'mail.sent',
  'mail.dropped',
] as const

function storyOf({ kind, tickets, ticketNumbers, amount, data }: Happening, t: T, locale: string): string {
  const told = {
    count: tickets ?? 0,
    tickets: tickets === 1 ? (ticketNumbers?.[0] ?? '') : '',
    amount: amount ? spellMoney(amount, locale) : '',
    mail: typeof data.mail === 'string' ? nameOfMail(data.mail as MailKind, t) : '',
    to: typeof data.to === 'string' ? data.to : '',
  }
  if (kind === 'order.updated') return t(`orders.happened.updated.${updateOf(data)}`)
  if (kind === 'ticket.updated')
    return t(`orders.happened.ticketUpdated.${ticketUpdateOf(data)}`, { ...told, ticket: ticketNumbers?.[0] ?? '' })
  if (kind === 'order.initiated' && data.status !== 'INITIATED') return t('orders.happened.ordered')
  if (kind === 'order.canceled' && data.refunded === true) return t('orders.happened.order.canceledTooLate')
  if (kind === 'mail.sent' && told.to === '') return t('orders.happened.mail.sentSomewhere', told)
  if (kind.startsWith('refund.') && data.reason === 'EXCESS' && kind !== 'refund.failed')
    return t(kind === 'refund.asked' ? 'orders.happened.excess.asked' : 'orders.happened.excess.done', told)
  if (kind === 'refund.done' && data.reason === 'ELSEWHERE') return t('orders.happened.refund.elsewhere', told)
  const known = KINDS.find(each => each === kind)
  return known ? t(`orders.happened.${known}`, told) : t('orders.happened.other', { kind })
}

function updateOf(data: Record<string, unknown>) {
  if (data.archived === true) return 'archived'
  if (data.archived === false) return 'restored'
  if (data.checkoutForm === true) return 'answers'
  if (data.priced === true) return 'priced'
  return 'buyer'
}

function ticketUpdateOf({ guestChanged, archived }: Record<string, unknown>) {
  if (guestChanged === true) return 'guest'
  return archived === true ? 'archived' : 'restored'
}

/** Who did it, as far as that is anybody; after a separator. */
function byWhom({ kind, actor }: Happening, t: T): string {
  if (kind.startsWith('mail.')) return ''
  switch (actor.kind) {
    case 'organizer':
    case 'staff':
      return ` · ${actor.name ?? t('orders.by.gone')}`
    case 'admin':
      return ` · ${t('orders.by.key', { name: actor.name ?? '' })}`
    case 'visitor':
    case 'member':
      return ` · ${t('orders.by.buyer')}`
    case 'link':
      return ` · ${t('orders.by.link')}`
    case 'payment':
      return ` · ${t('orders.by.payment')}`
    default:
      return ` · ${t('orders.by.itself')}`
  }
}
