import { Anchor, List, Text, ThemeIcon } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useMay, useSiteQuery } from '../site.tsx'
import type { DeskEvent } from './event.tsx'

type Item = 'date' | 'place' | 'tickets' | 'payment' | 'text' | 'picture'
type Step = { item: Item; isDone: boolean; isNeeded: boolean; tab: string }

/** What an event has of what guests look for; what is needed to sell comes first. */
export function useChecklist(event: DeskEvent): Step[] | null {
  const isTicketing = event.registration?.type === 'TICKETING'
  const mayRead = useMay('READ_TICKET_DEFINITIONS')
  const tickets = useSiteQuery<{ ticketDefinitions: { hidden?: boolean }[] }>(
    '/events/v3/ticket-definitions/query',
    { query: { filter: { eventId: event.id }, paging: { limit: 100 } } },
    { enabled: isTicketing && mayRead },
  )
  const methods = useSiteQuery<{ methods: unknown[] }>(`/boxoffice/v1/events/${event.id}/payment-methods`, undefined, {
    enabled: isTicketing,
  })
  if (isTicketing && ((mayRead && !tickets.data) || !methods.data)) return null
  const { registration, dateAndTimeSettings: when, location: where } = event
  const isPaid = Number(registration?.tickets?.highestPrice?.value ?? 0) > 0
  const offered = (tickets.data?.ticketDefinitions ?? []).filter(({ hidden }) => !hidden)
  const facts = (item: Item, isDone: boolean, isNeeded = false): Step => ({ item, isDone, isNeeded, tab: 'facts' })
  return [
    ...(isTicketing && mayRead
      ? [{ item: 'tickets' as const, isDone: offered.length > 0, isNeeded: true, tab: 'tickets' }]
      : []),
    ...(isTicketing && isPaid
      ? [
          {
            item: 'payment' as const,
            isDone: (methods.data?.methods.length ?? 0) > 0,
            isNeeded: true,
            tab: 'tickets',
          },
        ]
      : []),
    facts('date', !when?.dateAndTimeTbd),
    facts('place', !where?.locationTbd),
    facts('text', Boolean(event.shortDescription || event.description || event.detailedDescription)),
    facts('picture', Boolean(event.mainImage)),
  ]
}

function Check() {
  return (
    <svg
      width="12"
      height="12"
      viewBox="0 0 12 12"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
    >
      <path d="M2 6.5 4.8 9.2 10 3.2" />
    </svg>
  )
}

/**
 * The same as a list that leads to where each is done.
 * @param onlyOpen what is done is not shown
 */
export function Checklist({ event, onlyOpen = false }: { event: DeskEvent; onlyOpen?: boolean }) {
  const { t } = useTranslation('desk')
  const steps = useChecklist(event)
  if (!steps) return <Text c="dimmed">{t('waiting')}</Text>
  const shown = onlyOpen ? steps.filter(({ isDone }) => !isDone) : steps
  if (shown.length === 0) return <Text>{t('checklist.ready')}</Text>
  return (
    <List spacing={6} listStyleType="none" center>
      {shown.map(({ item, isDone, isNeeded, tab }) => (
        <List.Item
          key={item}
          icon={
            <ThemeIcon color={isDone ? 'green' : isNeeded ? 'red' : 'gray'} variant="light" size={22} radius="xl">
              {isDone ? <Check /> : <span aria-hidden>{isNeeded ? '!' : '–'}</span>}
            </ThemeIcon>
          }
        >
          {isDone ? (
            t(`checklist.done.${item}`)
          ) : (
            <Anchor component={Link} href={`~/dashboard/events/${event.id}/${tab}`}>
              {t(`checklist.open.${item}`)}
            </Anchor>
          )}
        </List.Item>
      ))}
    </List>
  )
}
