import { isNoindex, seoOf, tagsWith } from '../../shared/seo.ts'
import { clockOf, momentOf } from '../parts/moments.ts'
import type { Picture } from '../parts/picture-field.tsx'
import type { RefusedFields } from '../parts/refused-fields.ts'
import type { Shape } from '../parts/revised.ts'
import type { RicosDocument } from '../parts/rich-text/ricos.ts'
import type { DeskEvent, SeoData } from './event.tsx'

/** What an event is, as it is typed. Dates are what a clock in `timeZone` shows. */
export type Facts = {
  title: string
  shortDescription: string
  description: RicosDocument | null
  picture: Picture | null
  isDateOpen: boolean
  dateMessage: string
  start: string
  end: string
  timeZone: string
  hidesEnd: boolean
  showsZone: boolean
  place: 'VENUE' | 'ONLINE' | 'OPEN'
  placeName: string
  street: string
  street2: string
  postalCode: string
  city: string
  country: string
  /** What the address says besides, and of what. */
  addressBefore: Address | null
  registersBy: 'HERE' | 'ELSEWHERE' | 'NOTHING'
  externalUrl: string
  membersOnly: boolean
  isPaused: boolean
  mayDecline: boolean
  guestLimit: string
  hasWaitlist: boolean
  answersFrom: string
  answersUntil: string
  showsGuests: boolean
  slug: string
  seoTitle: string
  seoDescription: string
  seoPicture: Picture | null
  isUnlisted: boolean
  /** What is said to search engines besides, and of what. */
  seoBefore: SeoData
}

type Address = NonNullable<NonNullable<DeskEvent['location']>['address']>

/** What the API changes together, and the fields that it is typed in. */
export const FACT_MEMBERS = {
  title: ['title'],
  shortDescription: ['shortDescription'],
  description: ['description'],
  mainImage: ['picture'],
  dateAndTimeSettings: ['isDateOpen', 'dateMessage', 'start', 'end', 'timeZone', 'hidesEnd', 'showsZone'],
  location: ['place', 'placeName', 'street', 'street2', 'postalCode', 'city', 'country', 'addressBefore'],
  registersBy: ['registersBy', 'externalUrl'],
  allowedGuestTypes: ['membersOnly'],
  registrationPaused: ['isPaused'],
  rsvp: ['mayDecline', 'guestLimit', 'hasWaitlist', 'answersFrom', 'answersUntil'],
  guestListSettings: ['showsGuests'],
  slug: ['slug'],
  seo: ['seoTitle', 'seoDescription', 'seoPicture', 'isUnlisted', 'seoBefore'],
} as const satisfies Record<string, readonly (keyof Facts)[]>
export type FactMember = keyof typeof FACT_MEMBERS

export const FACTS: Shape<Facts, FactMember> = { members: FACT_MEMBERS, wireOf: wireOfFacts }

export function emptyFacts(timeZone: string): Facts {
  return {
    title: '',
    shortDescription: '',
    description: null,
    picture: null,
    isDateOpen: false,
    dateMessage: '',
    start: '',
    end: '',
    timeZone,
    hidesEnd: false,
    showsZone: false,
    place: 'VENUE',
    placeName: '',
    street: '',
    street2: '',
    postalCode: '',
    city: '',
    country: '',
    addressBefore: null,
    registersBy: 'HERE',
    externalUrl: '',
    membersOnly: false,
    isPaused: false,
    mayDecline: false,
    guestLimit: '',
    hasWaitlist: false,
    answersFrom: '',
    answersUntil: '',
    showsGuests: false,
    slug: '',
    seoTitle: '',
    seoDescription: '',
    seoPicture: null,
    isUnlisted: false,
    seoBefore: {},
  }
}

/** @param siteZone where an event has none yet */
export function factsOf(event: DeskEvent, siteZone: string): Facts {
  const when = event.dateAndTimeSettings ?? {}
  const timeZone = when.timeZoneId ?? siteZone
  const { location: where = {}, registration } = event
  const { address, name = '' } = where
  const rsvp = registration?.rsvp
  return {
    ...emptyFacts(timeZone),
    title: event.title,
    shortDescription: event.shortDescription ?? '',
    description: event.description ?? null,
    picture: event.mainImage ?? null,
    isDateOpen: when.dateAndTimeTbd ?? false,
    dateMessage: when.dateAndTimeTbdMessage ?? '',
    start: clockOf(when.startDate, timeZone),
    end: clockOf(when.endDate, timeZone),
    hidesEnd: when.hideEndDate ?? false,
    showsZone: when.showTimeZone ?? false,
    place: where.locationTbd ? 'OPEN' : (where.type ?? 'VENUE'),
    placeName: name,
    ...typedAddress(address ?? {}),
    addressBefore: address ?? null,
    registersBy: registration?.registrationDisabled ? 'NOTHING' : registration?.external ? 'ELSEWHERE' : 'HERE',
    externalUrl: registration?.external?.url ?? '',
    membersOnly: registration?.allowedGuestTypes === 'MEMBER',
    isPaused: registration?.registrationPaused ?? false,
    mayDecline: rsvp?.responseType === 'YES_AND_NO',
    guestLimit: rsvp?.limit === undefined ? '' : String(rsvp.limit),
    hasWaitlist: rsvp?.waitlistEnabled ?? false,
    answersFrom: clockOf(rsvp?.startDate, timeZone),
    answersUntil: clockOf(rsvp?.endDate, timeZone),
    showsGuests: event.guestListSettings?.displayedPublicly ?? false,
    slug: event.slug,
    ...typedSeo(event.seoSettings?.advancedSeoData ?? {}),
  }
}

function typedAddress({
  addressLine,
  addressLine2 = '',
  streetAddress,
  postalCode = '',
  city = '',
  country = '',
}: Address) {
  const { number = '', name = '' } = streetAddress ?? {}
  return { street: addressLine ?? `${number} ${name}`.trim(), street2: addressLine2, postalCode, city, country }
}

function wireOfFacts(facts: Facts): Record<FactMember, unknown> {
  const { timeZone, picture, guestLimit } = facts
  return {
    title: facts.title.trim(),
    shortDescription: facts.shortDescription.trim() || null,
    description: facts.description,
    mainImage: picture && { ...picture, altText: picture.altText?.trim() || null },
    dateAndTimeSettings: wireOfDates(facts),
    location: wireOfPlace(facts),
    registersBy: {
      registrationDisabled: facts.registersBy === 'NOTHING',
      external: facts.registersBy === 'ELSEWHERE' ? { url: facts.externalUrl.trim() } : null,
    },
    allowedGuestTypes: facts.membersOnly ? 'MEMBER' : 'VISITOR_OR_MEMBER',
    registrationPaused: facts.isPaused,
    rsvp: {
      responseType: facts.mayDecline ? 'YES_AND_NO' : 'YES_ONLY',
      limit: guestLimit.trim() === '' ? null : Number(guestLimit),
      waitlistEnabled: facts.hasWaitlist,
      startDate: momentOf(facts.answersFrom, timeZone),
      endDate: momentOf(facts.answersUntil, timeZone),
    },
    guestListSettings: { displayedPublicly: facts.showsGuests },
    slug: facts.slug.trim(),
    seo: wireOfSeo(facts),
  }
}

export function wireOfDates(facts: Facts) {
  const { timeZone, showsZone, hidesEnd } = facts
  if (facts.isDateOpen)
    return {
      dateAndTimeTbd: true,
      dateAndTimeTbdMessage: facts.dateMessage.trim(),
      timeZoneId: timeZone,
      showTimeZone: showsZone,
    }
  return {
    dateAndTimeTbd: false,
    startDate: momentOf(facts.start, timeZone),
    endDate: momentOf(facts.end, timeZone),
    timeZoneId: timeZone,
    hideEndDate: hidesEnd,
    showTimeZone: showsZone,
  }
}

function typedSeo(data: SeoData) {
  const seo = seoOf(data.tags)
  const { url = '', width = 0, height = 0 } = seo.socialImage ?? {}
  return {
    seoTitle: seo.title ?? '',
    seoDescription: seo.description ?? '',
    // By its path, where it was uploaded here.
    seoPicture: url === '' ? null : { id: new URL(url).pathname.slice(1), url, width, height },
    isUnlisted: isNoindex(seo),
    seoBefore: data,
  }
}

/** The whole of it, with what was there besides; null where nothing is left to say. */
function wireOfSeo({ seoTitle, seoDescription, seoPicture, isUnlisted, seoBefore }: Facts): SeoData | null {
  const { tags: before = [], ...others } = seoBefore
  const { title: _, description: __, socialImage: ___, robots, ...kept } = seoOf(before)
  const { url, width = 0, height = 0 } = seoPicture ?? {}
  const [title, description] = [seoTitle.trim(), seoDescription.trim()]
  const stays = isUnlisted === isNoindex({ ...(robots && { robots }) }) ? robots : isUnlisted ? 'noindex' : undefined
  const tags = tagsWith(before, {
    ...kept,
    ...(title && { title }),
    ...(description && { description }),
    ...(url && { socialImage: { url, ...(width > 0 && height > 0 && { width, height }) } }),
    ...(stays && { robots: stays }),
  })
  const data = { ...others, ...(tags.length > 0 && { tags }) }
  return Object.keys(data).length > 0 ? data : null
}

/** Where nothing of the address was typed it stays as it was; else what it says besides is true no more. */
function wireOfPlace(facts: Facts) {
  const name = facts.placeName.trim() || null
  if (facts.place === 'OPEN') return { locationTbd: true, name }
  if (facts.place === 'ONLINE') return { type: 'ONLINE', locationTbd: false, name, address: null }
  const typed = {
    street: facts.street.trim(),
    street2: facts.street2.trim(),
    postalCode: facts.postalCode.trim(),
    city: facts.city.trim(),
    country: facts.country,
  }
  const before = facts.addressBefore
  const isAsBefore = before !== null && JSON.stringify(typed) === JSON.stringify(typedAddress(before))
  const { countryFullname: _, formattedAddress, ...kept } = before ?? {}
  const address = isAsBefore
    ? { ...kept, ...(Object.keys(kept).length === 0 && { formattedAddress }) }
    : {
        ...(typed.street && { addressLine: typed.street }),
        ...(typed.street2 && { addressLine2: typed.street2 }),
        ...(typed.postalCode && { postalCode: typed.postalCode }),
        ...(typed.city && { city: typed.city }),
        ...(typed.country && { country: typed.country }),
        ...(kept.subdivision && typed.country === (before?.country ?? '') && { subdivision: kept.subdivision }),
      }
  return { type: 'VENUE', locationTbd: false, name, address: Object.keys(address).length > 0 ? address : null }
}

/** What an update sends of what was changed: the members of the event that they belong to. */
export function eventOf(patch: Partial<Record<FactMember, unknown>>): Record<string, unknown> {
  const { registersBy, allowedGuestTypes, registrationPaused, rsvp, slug, seo, ...members } = patch
  const registration = {
    ...(registersBy as object | undefined),
    ...(allowedGuestTypes !== undefined && { allowedGuestTypes }),
    ...(registrationPaused !== undefined && { registrationPaused }),
    ...(rsvp !== undefined && { rsvp }),
  }
  return {
    ...members,
    ...(Object.keys(registration).length > 0 && { registration }),
    ...((slug !== undefined || seo !== undefined) && {
      seoSettings: { ...(slug !== undefined && { slug }), ...(seo !== undefined && { advancedSeoData: seo }) },
    }),
  }
}

export type Problem =
  | 'needed'
  | 'title'
  | 'dateMessage'
  | 'start'
  | 'end'
  | 'timeZone'
  | 'place'
  | 'openPlace'
  | 'externalUrl'
  | 'guestLimit'
  | 'answersUntil'
  | 'slug'

/** Why a field cannot be saved so; keys of `desk:events.wrong`. */
export function problemsOf(facts: Facts, initialType: 'RSVP' | 'TICKETING'): Partial<Record<keyof Facts, Problem>> {
  const problems: Partial<Record<keyof Facts, Problem>> = {}
  const { timeZone } = facts
  if (facts.title.trim() === '') problems.title = 'title'
  if (momentOf('2030-01-01T00:00', timeZone) === null) problems.timeZone = 'timeZone'
  if (facts.isDateOpen) {
    if (facts.dateMessage.trim() === '') problems.dateMessage = 'dateMessage'
  } else {
    const [start, end] = [momentOf(facts.start, timeZone), momentOf(facts.end, timeZone)]
    if (!start && !problems.timeZone) problems.start = 'start'
    if (!problems.timeZone && (!end || (start && Date.parse(end) < Date.parse(start)))) problems.end = 'end'
  }
  if (facts.place === 'OPEN' && facts.placeName.trim() === '') problems.placeName = 'openPlace'
  if (facts.place === 'VENUE' && [facts.placeName, facts.street, facts.city].every(each => each.trim() === ''))
    if (!facts.addressBefore?.formattedAddress) problems.placeName = 'place'
  if (facts.registersBy === 'ELSEWHERE' && !/^https?:\/\/\S+\.\S+$/.test(facts.externalUrl.trim()))
    problems.externalUrl = 'externalUrl'
  if (initialType === 'RSVP') {
    if (!/^(|[1-9]\d{0,8})$/.test(facts.guestLimit.trim())) problems.guestLimit = 'guestLimit'
    const [from, until] = [momentOf(facts.answersFrom, timeZone), momentOf(facts.answersUntil, timeZone)]
    if (from && until && until < from) problems.answersUntil = 'answersUntil'
  }
  if (facts.slug !== '' && !/^[\p{L}\p{N}]+(-[\p{L}\p{N}]+)*$/u.test(facts.slug.trim())) problems.slug = 'slug'
  return problems
}

/** Where the form has what the API refuses. */
export const REFUSED_FACTS: RefusedFields = {
  fieldOf: field => REFUSED.find(([path]) => field.startsWith(path))?.[1] ?? null,
  codes: { SLUG_ALREADY_IN_USE: 'slug', INVALID_SLUG_FORMAT: 'slug' },
}

const REFUSED: readonly (readonly [path: string, field: keyof Facts])[] = [
  ['event.title', 'title'],
  ['event.shortDescription', 'shortDescription'],
  ['event.dateAndTimeSettings.startDate', 'start'],
  ['event.dateAndTimeSettings.endDate', 'end'],
  ['event.dateAndTimeSettings.timeZoneId', 'timeZone'],
  ['event.dateAndTimeSettings.dateAndTimeTbdMessage', 'dateMessage'],
  ['event.location.address.country', 'country'],
  ['event.location', 'placeName'],
  ['event.registration.external', 'externalUrl'],
  ['event.registration.rsvp.limit', 'guestLimit'],
  ['event.registration.rsvp', 'answersUntil'],
  ['event.seoSettings.slug', 'slug'],
]

/** The end that goes with a new start: as long as before, two hours where nothing was said. */
export function endFor(start: string, before: Pick<Facts, 'start' | 'end'>): string {
  const [began, ended] = [momentOf(before.start, 'UTC'), momentOf(before.end, 'UTC')]
  const starts = momentOf(start, 'UTC')
  if (!starts) return before.end
  const length = began && ended ? Date.parse(ended) - Date.parse(began) : 7_200_000
  return clockOf(new Date(Date.parse(starts) + Math.max(0, length)), 'UTC')
}
