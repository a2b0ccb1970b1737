import { Anchor, Badge, Button, Card, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { spellMoney } from '../../shared/money.ts'
import { Paged } from '../parts/paged.tsx'
import { useDate } from '../parts/use-date.ts'
import { useMay, useSiteChange } from '../site.tsx'
import { AnswerList } from './answers.tsx'
import { EditGuest } from './guests.tsx'
import { ADMISSION_COLOURS, seatOf, type Ticket, type Whole } from './model.ts'
import { Part } from './order.tsx'
import { Refused } from './refused.tsx'

const LIMIT = 20

/** The tickets of an order, whether each admits, whose it is; checking them in. */
export function OrderTickets({ whole }: { whole: Whole }) {
  const { t } = useTranslation('desk')
  const { order, admissions } = whole
  const [page, setPage] = useState(1)
  const mayCheckIn = useMay('CHECK-IN')
  const checkIn = useSiteChange<{ eventId: string; ticketNumber: string[] }>('POST', '/events/v1/tickets/check-in')
  const waiting = admissions.filter(({ admission }) => admission === 'VALID').map(({ ticketNumber }) => ticketNumber)
  return (
    <Part
      title={t('orders.ticketsTitle', { count: order.ticketsQuantity })}
      actions={
        <Group gap="xs">
          {order.ticketsPdf && (
            <Anchor href={order.ticketsPdf} target="_blank" rel="noreferrer" size="sm">
              {t('orders.printTickets')}
            </Anchor>
          )}
          {mayCheckIn && waiting.length > 1 && (
            <Button
              variant="default"
              size="compact-sm"
              loading={checkIn.isPending}
              onClick={() => checkIn.mutate({ eventId: order.eventId, ticketNumber: waiting.slice(0, 100) })}
            >
              {t('orders.checkAllIn', { count: waiting.length })}
            </Button>
          )}
        </Group>
      }
    >
      {checkIn.error && <Refused error={checkIn.error} />}
      {order.tickets.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('orders.noTickets')}
        </Text>
      )}
      {order.tickets.slice((page - 1) * LIMIT, page * LIMIT).map(ticket => (
        <OneTicket key={ticket.ticketNumber} ticket={ticket} whole={whole} mayCheckIn={mayCheckIn} />
      ))}
      <Paged page={page} limit={LIMIT} total={order.tickets.length} onPage={setPage} />
    </Part>
  )
}

function OneTicket({ ticket, whole, mayCheckIn }: { ticket: Ticket; whole: Whole; mayCheckIn: boolean }) {
  const { t, i18n } = useTranslation('desk')
  const { moment } = useDate()
  const { eventId, anonymized } = whole.order
  const { ticketNumber, guestDetails } = ticket
  const [isEditing, setEditing] = useState(false)
  const mayEdit =
    useMay('MANAGE_TICKETS') && guestDetails.guestAssigned && !anonymized && whole.eventTitle !== undefined
  const checkIn = useSiteChange<object>('POST', '/events/v1/tickets/check-in')
  const undo = useSiteChange<object>(
    'DELETE',
    `/events/v1/tickets/check-in?eventId=${eventId}&ticketNumber=${ticketNumber}`,
  )
  const state = whole.admissions.find(each => each.ticketNumber === ticketNumber)
  const admission = state?.admission ?? 'NOT_CONFIRMED'
  const problem = checkIn.error ?? undo.error
  const seat = seatOf(ticket)
  return (
    <Card withBorder padding="sm" role="group" aria-label={ticketNumber}>
      <Group justify="space-between" align="flex-start" gap="xs">
        <Stack gap={2} style={{ flex: '1 1 220px' }}>
          <Text fw={600}>{ticket.name}</Text>
          {seat && <Text size="sm">{seat}</Text>}
          <Text size="sm">{[ticket.guestFullName, guestDetails.email].filter(Boolean).join(' · ')}</Text>
          <Text size="sm" c="dimmed" ff="monospace">
            {ticketNumber}
          </Text>
        </Stack>
        <Stack gap={4} align="flex-end">
          <Badge variant="light" color={ADMISSION_COLOURS[admission]} maw="none">
            {t(`orders.admission.${admission}`)}
          </Badge>
          {ticket.checkIn && admission === 'CHECKED_IN' && (
            <Text size="xs" c="dimmed">
              {moment(ticket.checkIn.created)}
            </Text>
          )}
          <Text size="sm">{spellMoney(ticket.price, i18n.language)}</Text>
        </Stack>
      </Group>
      {guestDetails.guestAssigned && <AnswerList eventId={eventId} answers={guestDetails.form} />}
      {problem && <Refused error={problem} />}
      <Group gap="xs" mt="xs">
        {mayCheckIn && admission === 'VALID' && (
          <Button
            variant="default"
            size="compact-sm"
            loading={checkIn.isPending}
            onClick={() => checkIn.mutate({ eventId, ticketNumber: [ticketNumber] })}
          >
            {t('orders.checkIn')}
          </Button>
        )}
        {mayCheckIn && admission === 'CHECKED_IN' && (
          <Button variant="default" size="compact-sm" loading={undo.isPending} onClick={() => undo.mutate({})}>
            {t('orders.undoCheckIn')}
          </Button>
        )}
        {mayEdit && admission !== 'CANCELED' && (
          <Button variant="default" size="compact-sm" onClick={() => setEditing(true)}>
            {t('orders.editGuest')}
          </Button>
        )}
        {(admission === 'VALID' || admission === 'CHECKED_IN') && (
          <Anchor href={ticket.ticketPdfUrl} target="_blank" rel="noreferrer" size="sm">
            {t('orders.printTicket')}
          </Anchor>
        )}
      </Group>
      {isEditing && <EditGuest whole={whole} ticketNumber={ticketNumber} onClose={() => setEditing(false)} />}
    </Card>
  )
}
