import { Anchor, Badge, Button, Group, ScrollArea, Stack, Title } from '@mantine/core'
import { createContext, Suspense, useContext, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Redirect, Route, Router, Switch, useLocation, useParams } from 'wouter'
import type { Amount } from '../../shared/money.ts'
import type { SeoTag } from '../../shared/seo.ts'
import { Waiting } from '../desk.tsx'
import { Failed } from '../parts/failed.tsx'
import { NothingHere } from '../parts/nothing-here.tsx'
import type { Picture } from '../parts/picture-field.tsx'
import type { RicosDocument } from '../parts/rich-text/ricos.ts'
import { startOf } from '../sections.tsx'
import { useSite, useSiteQuery } from '../site.tsx'
import { TABS } from './tabs.tsx'

export type EventStatus = 'DRAFT' | 'UPCOMING' | 'STARTED' | 'ENDED' | 'CANCELED'

/** What its page says to search engines and messengers; whoever writes it keeps what else is in it. */
export type SeoData = { tags?: SeoTag[]; settings?: unknown }

/** An event as the desk knows it (events section 1.4); which of it is there says `fields`. */
export type DeskEvent = {
  id: string
  title: string
  status: EventStatus
  slug: string
  shortDescription?: string
  detailedDescription?: string
  description?: RicosDocument
  mainImage?: Picture
  dateAndTimeSettings?: {
    dateAndTimeTbd?: boolean
    dateAndTimeTbdMessage?: string
    startDate?: string
    endDate?: string
    timeZoneId?: string
    hideEndDate?: boolean
    showTimeZone?: boolean
    recurrenceStatus?:
      | 'ONE_TIME'
      | 'RECURRING'
      | 'RECURRING_UPCOMING'
      | 'RECURRING_RECENTLY_ENDED'
      | 'RECURRING_RECENTLY_CANCELED'
    recurringEvents?: { categoryId?: string }
  }
  location?: {
    name?: string
    type?: 'VENUE' | 'ONLINE'
    locationTbd?: boolean
    address?: {
      addressLine?: string
      addressLine2?: string
      streetAddress?: { number?: string; name?: string }
      city?: string
      subdivision?: string
      country?: string
      countryFullname?: string
      postalCode?: string
      formattedAddress?: string
      geocode?: { latitude: number; longitude: number }
    }
  }
  registration?: {
    type?: string
    initialType?: 'RSVP' | 'TICKETING'
    status?: string
    allowedGuestTypes?: 'VISITOR_OR_MEMBER' | 'MEMBER'
    registrationPaused?: boolean
    registrationDisabled?: boolean
    external?: { url: string }
    rsvp?: {
      responseType: 'YES_ONLY' | 'YES_AND_NO'
      limit?: number
      waitlistEnabled: boolean
      startDate?: string
      endDate?: string
    }
    tickets?: {
      currency?: string
      lowestPrice?: Amount
      highestPrice?: Amount
      soldOut?: boolean
      guestsAssignedSeparately?: boolean
      ticketLimitPerOrder?: number
      reservationDurationInMinutes?: number
      taxSettings?: {
        type: 'INCLUDED_IN_PRICE' | 'ADDED_AT_CHECKOUT'
        name: string
        rate: string
        appliedToDonations: boolean
      }
    }
  }
  summaries?: {
    tickets?: { ticketsSold: number; revenue: Amount; totalOrders: number; totalSales: Amount }
    rsvps?: { totalCount: number; yesCount: number; noCount: number; waitlistCount: number }
    cancellation?: { canceledDate: string }
  }
  guestListSettings?: { displayedPublicly: boolean }
  categories?: { categories: { id: string; name: string; type: string }[] }
  eventPageUrl?: { base: string; path: string }
  seoSettings?: { advancedSeoData?: SeoData }
  createdDate: string
  updatedDate: string
}

/** Where an event is asked for; whoever changes it by `useSiteChange` sees it anew. */
export function eventPath(eventId: string): string {
  return `/events/v3/events/${eventId}?${['DETAILS', 'REGISTRATION', 'URLS', 'CATEGORIES'].map(each => `fields=${each}`).join('&')}`
}

const EventContext = createContext<DeskEvent | null>(null)

/** The event whose page this is. */
export function useEvent(): DeskEvent {
  const event = useContext(EventContext)
  if (!event) throw new Error('no event is open')
  return event
}

/** The zone that the event's dates are told in. */
export function useEventZone(): string {
  return useEvent().dateAndTimeSettings?.timeZoneId ?? 'UTC'
}

/** The page of one event: what it is called, how it stands, and its parts. */
export function EventPage() {
  const { t } = useTranslation('desk')
  const { eventId = '' } = useParams<{ eventId: string }>()
  const { permissions, name: siteName } = useSite()
  const [path] = useLocation()
  const { data, error, refetch } = useSiteQuery<{ event: DeskEvent }>(eventPath(eventId))
  const event = data?.event
  useEffect(() => {
    if (event) document.title = `${event.title} · ${siteName}`
  }, [event, siteName])
  if (error && !event) return error.status === 404 ? <NothingHere /> : <Failed error={error} again={refetch} />
  if (!event) return <Waiting />
  const tabs = TABS.filter(({ permission }) => permissions.includes(permission))
  const [first] = tabs
  const base = `/events/${eventId}`
  return (
    <EventContext value={event}>
      <Stack>
        <Anchor component={Link} href="/events" size="sm" w="fit-content">
          {t('sections.events')}
        </Anchor>
        <Group>
          <Title order={1} size="h2">
            {event.title}
          </Title>
          <EventBadge status={event.status} />
        </Group>
        <ScrollArea type="auto" offsetScrollbars="x">
          <Group component="nav" aria-label={t('tabs.label')} gap={4} wrap="nowrap">
            {tabs.map(tab => {
              const to = base + startOf(tab)
              const isHere = path === to || path.startsWith(`${to}/`)
              return (
                <Button
                  key={tab.name}
                  component={Link}
                  href={to}
                  variant={isHere ? 'light' : 'subtle'}
                  color={isHere ? 'indigo' : 'gray'}
                  size="compact-md"
                  style={{ flexShrink: 0 }}
                  ref={isHere ? showTab : null}
                  {...(isHere && { 'aria-current': 'page' })}
                >
                  {t(`tabs.${tab.name}`)}
                </Button>
              )
            })}
          </Group>
        </ScrollArea>
        <Router base={base}>
          <Suspense fallback={<Waiting />}>
            <Switch>
              {tabs.map(({ name, path: at, component }) => (
                <Route key={name} path={at} component={component} />
              ))}
              <Route path="/">{first && <Redirect to={startOf(first)} replace />}</Route>
              <Route>
                <NothingHere />
              </Route>
            </Switch>
          </Suspense>
        </Router>
      </Stack>
    </EventContext>
  )
}

/** On a phone the row of tabs is longer than the screen. */
function showTab(tab: HTMLElement | null): void {
  tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
}

const COLOURS: Record<EventStatus, string> = {
  DRAFT: 'gray',
  UPCOMING: 'indigo',
  STARTED: 'green',
  ENDED: 'gray',
  CANCELED: 'red',
}

/** How an event stands, in a word. */
export function EventBadge({ status }: { status: EventStatus }) {
  const { t } = useTranslation('desk')
  return (
    <Badge variant="light" color={COLOURS[status]}>
      {t(`eventStatus.${status}`)}
    </Badge>
  )
}
