import { readFileSync } from 'node:fs'
import { PKPass } from 'passkit-generator'
import type { AppleSigner } from './keys.ts'

/** A ticket in a phone's wallet, in words that are ready to be shown. */
export type ApplePass = {
  serialNumber: string
  /** Passes with the same one are shown as one stack. */
  group: string
  organizer: string
  /** What is read aloud instead of the picture. */
  description: string
  event: string
  /** What clocks show there, with their offset: `2030-06-01T20:00:00+02:00`; null: to be decided, or not said. */
  start: string | null
  end: string | null
  /** What is shown where there is no start. */
  dateOpen: string
  place: string
  geocode: { latitude: number; longitude: number } | null
  guest: string
  seat: { section: string; row: string; number: string; words: string }
  ticketName: string
  labels: { date: string; place: string; guest: string; seat: string; ticket: string }
  /** Term and content, one below the other, on the back. */
  back: readonly (readonly [term: string, content: string])[]
  /** null: it does not admit. */
  code: { text: string; caption: string } | null
}

/** What is asked of the thread that signs: one pass alone, or several as one file. */
export type PassesDocument = { signer: AppleSigner; passes: readonly ApplePass[]; bundled: boolean }

/** `.pkpass`, or `.pkpasses` where they are bundled. */
export function signPasses({ signer, passes, bundled }: PassesDocument): Uint8Array {
  const signed = passes.map(pass => passOf(pass, signer))
  const [only] = signed
  return (bundled || !only ? PKPass.pack(...signed) : only).getAsBuffer()
}

function passOf(pass: ApplePass, { passTypeId, teamId, cert, key, wwdr }: AppleSigner): PKPass {
  const made = new PKPass(
    { ...IMAGES },
    { signerCert: cert, signerKey: key, wwdr },
    {
      passTypeIdentifier: passTypeId,
      teamIdentifier: teamId,
      serialNumber: pass.serialNumber,
      groupingIdentifier: pass.group,
      organizationName: pass.organizer,
      description: pass.description,
      logoText: pass.organizer,
      backgroundColor: 'rgb(22, 33, 58)',
      foregroundColor: 'rgb(255, 255, 255)',
      labelColor: 'rgb(170, 184, 214)',
      voided: pass.code === null,
      semantics: semanticsOf(pass),
    },
  )
  made.type = 'eventTicket'
  fillFields(made, pass)
  if (pass.start) made.setRelevantDate(new Date(pass.start))
  if (pass.geocode) made.setLocations(pass.geocode)
  if (pass.code)
    made.setBarcodes({
      format: 'PKBarcodeFormatQR',
      message: pass.code.text,
      messageEncoding: 'iso-8859-1', // an address: ASCII alone
      altText: pass.code.caption,
    })
  return made
}

function fillFields(made: PKPass, pass: ApplePass): void {
  const { start, labels, seat } = pass
  const when = start && { value: start, ignoresTimeZone: true }
  if (when) made.headerFields.push({ key: 'day', ...when, dateStyle: 'PKDateStyleShort', timeStyle: 'PKDateStyleNone' })
  made.primaryFields.push({ key: 'event', value: pass.event })
  made.secondaryFields.push(
    when
      ? { key: 'date', label: labels.date, ...when, dateStyle: 'PKDateStyleMedium', timeStyle: 'PKDateStyleShort' }
      : { key: 'date', label: labels.date, value: pass.dateOpen },
    { key: 'place', label: labels.place, value: pass.place },
  )
  const auxiliary = [
    { key: 'ticket', label: labels.ticket, value: pass.ticketName },
    { key: 'seat', label: labels.seat, value: seat.words },
    { key: 'guest', label: labels.guest, value: pass.guest },
  ]
  made.auxiliaryFields.push(...auxiliary.filter(({ value }) => value !== ''))
  made.backFields.push(...pass.back.map(([label, value], index) => ({ key: `back-${index}`, label, value })))
}

/** The same for the phone's other programs: calendar, maps, suggestions. */
function semanticsOf({ event, start, end, place, geocode, guest, seat, ticketName }: ApplePass) {
  const { section: seatSection, row: seatRow, number: seatNumber } = seat
  const named = Object.entries({ seatSection, seatRow, seatNumber }).filter(([, label]) => label !== '')
  return {
    eventType: 'PKEventTypeGeneric' as const,
    eventName: event,
    ...(start && { eventStartDate: start }),
    ...(end && { eventEndDate: end }),
    ...(place !== '' && { venueName: place }),
    ...(geocode && { venueLocation: geocode }),
    ...(guest !== '' && { attendeeName: guest }),
    ...(named.length > 0 && { seats: [{ ...Object.fromEntries(named), seatDescription: ticketName }] }),
  }
}

/** Drawn by us: `images/ticket.svg` in the sizes that a wallet asks for, the logo without its ground. */
const IMAGES: Readonly<Record<string, Buffer>> = Object.fromEntries(
  ['icon', 'logo']
    .flatMap(name => ['', '@2x', '@3x'].map(scale => `${name}${scale}.png`))
    .map(name => [name, readFileSync(new URL(`./images/${name}`, import.meta.url))]),
)
