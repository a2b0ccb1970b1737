import { Anchor, Badge, Button, Card, Group, Stack, Text } from '@mantine/core'
import type { TFunction } from 'i18next'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { Waiting } from '../desk.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { Paged } from '../parts/paged.tsx'
import { useSaid } from '../parts/said.ts'
import { useDate } from '../parts/use-date.ts'
import { usePage } from '../parts/use-param.ts'
import { useMay, useSiteChange, useSiteQuery } from '../site.tsx'

type Why = 'CHECKOUT' | 'MANUAL' | 'PAYMENT' | 'DECISION' | 'REST' | 'CAPTURE'
type Held = {
  id: string
  eventId: string
  eventTitle?: string
  createdDate: string
  untilDate: string
  why: Why
  by: { kind: string; name?: string }
  order?: { orderNumber: string; status: string; fullName: string; email?: string }
  tickets: number
  lines: { ticketName: string; pricingOptionName?: string; seat?: string; quantity: number }[]
}
type HeldAnswer = { total: number; tickets: number; now: string; reservations: Held[] }

const LIMIT = 50
const COLOURS: Record<Why, string> = {
  CHECKOUT: 'indigo',
  MANUAL: 'grape',
  PAYMENT: 'yellow',
  DECISION: 'yellow',
  REST: 'orange',
  CAPTURE: 'green',
}

/** What is held at this moment, by whom, why and until when; with `eventId` of one event. */
export function HeldList({ eventId }: { eventId?: string }) {
  const { t } = useTranslation('desk')
  const [page, setPage] = usePage()
  const mayRelease = useMay('TICKET_RESERVATION_UPDATE')
  const [releasing, setReleasing] = useState<Held | null>(null)
  const { data, error, refetch, dataUpdatedAt } = useSiteQuery<HeldAnswer>(
    `/boxoffice/v1/held-reservations?limit=${LIMIT}&offset=${(page - 1) * LIMIT}${eventId ? `&eventId=${eventId}` : ''}`,
    undefined,
    { refetchInterval: 3000, placeholderData: before => before },
  )
  // Who looks sees the server's clock, whatever their own says.
  const tick = useTick()
  const now = data ? Date.parse(data.now) + Math.max(0, tick - dataUpdatedAt) : tick
  return (
    <Stack>
      {error && <Failed error={error} again={refetch} />}
      {!error && !data && <Waiting />}
      {data?.total === 0 && <Empty title={t('reservations.none')} story={t('reservations.noneStory')} />}
      {data && data.total > 0 && (
        <Text c="dimmed" role="status">
          {t('reservations.sum', {
            tickets: t('reservations.tickets', { count: data.tickets }),
            reservations: t('reservations.reservations', { count: data.total }),
          })}
        </Text>
      )}
      {data?.reservations.map(held => (
        <HeldCard
          key={held.id}
          held={held}
          now={now}
          isOfEvent={eventId !== undefined}
          {...(mayRelease && { onRelease: () => setReleasing(held) })}
        />
      ))}
      {data && <Paged page={page} limit={LIMIT} total={data.total} onPage={setPage} />}
      {releasing && <Release held={releasing} onClose={() => setReleasing(null)} />}
    </Stack>
  )
}

function HeldCard({
  held,
  now,
  isOfEvent,
  onRelease,
}: {
  held: Held
  now: number
  isOfEvent: boolean
  onRelease?: () => void
}) {
  const { t } = useTranslation('desk')
  const { moment } = useDate()
  const { order, why, by } = held
  const left = Math.max(0, Math.ceil((Date.parse(held.untilDate) - now) / 1000))
  const who = order?.fullName || by.name || t(by.kind === 'member' ? 'reservations.member' : 'reservations.guest')
  return (
    <Card withBorder padding="sm" component="section" aria-label={who}>
      <Group justify="space-between" align="flex-start" gap="xs">
        <Stack gap={2} style={{ flex: '1 1 240px' }}>
          <Group gap="xs">
            <Text fw={600}>{who}</Text>
            <Badge variant="light" color={COLOURS[why]} maw="none">
              {t(`reservations.why.${why}.name`)}
            </Badge>
          </Group>
          {order && (
            <Text size="sm">
              <Anchor component={Link} href={`~/dashboard/orders/${order.orderNumber}`} ff="monospace" size="sm">
                {order.orderNumber}
              </Anchor>
              {order.email && ` · ${order.email}`}
            </Text>
          )}
          {!isOfEvent && held.eventTitle && <Text size="sm">{held.eventTitle}</Text>}
          {held.lines.map((line, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines never change places
            <Text key={at} size="sm">
              {line.quantity} × {[line.ticketName, line.pricingOptionName, line.seat].filter(Boolean).join(' · ')}
            </Text>
          ))}
          <Text size="sm" c="dimmed">
            {t(`reservations.why.${why}.story`)}
          </Text>
        </Stack>
        <Stack gap={4} align="flex-end">
          <Text
            fw={700}
            role="timer"
            aria-label={t('reservations.left')}
            style={{ fontVariantNumeric: 'tabular-nums' }}
          >
            {left > 0 ? spellLeft(left, t) : t('reservations.ending')}
          </Text>
          <Text size="xs" c="dimmed">
            {t('reservations.until', { moment: moment(held.untilDate) })}
          </Text>
          <Text size="xs" c="dimmed">
            {t('reservations.since', { moment: moment(held.createdDate) })}
          </Text>
          {onRelease && (
            <Button
              variant="default"
              size="compact-sm"
              aria-label={t('reservations.releaseOf', { who })}
              onClick={onRelease}
            >
              {t('reservations.release')}
            </Button>
          )}
        </Stack>
      </Group>
    </Card>
  )
}

function Release({ held, onClose }: { held: Held; onClose: () => void }) {
  const { t } = useTranslation('desk')
  const said = useSaid()
  const cancel = useSiteChange<object>('POST', `/events/v1/ticket-reservations/${held.id}/cancel`)
  return (
    <Confirm
      opened
      title={t('reservations.releaseTitle', { count: held.tickets })}
      story={t(`reservations.why.${held.why}.release`)}
      action={t('reservations.release')}
      isDangerous
      isPending={cancel.isPending}
      error={cancel.error}
      onClose={onClose}
      onConfirm={() =>
        cancel.mutate(
          {},
          {
            onSuccess: () => {
              said(t('reservations.released', { count: held.tickets }))
              onClose()
            },
          },
        )
      }
    />
  )
}

/** Milliseconds by this device's clock, renewed each second. */
function useTick(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return now
}

/** 4:05 within the hour, else in hours or days. */
function spellLeft(seconds: number, t: TFunction<'desk'>): string {
  if (seconds >= 2 * 86_400) return t('reservations.days', { count: Math.floor(seconds / 86_400) })
  if (seconds >= 3600) return t('reservations.hours', { count: Math.floor(seconds / 3600) })
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
