import { SignJWT } from 'jose'
import type { GoogleSigner } from './keys.ts'

/** A ticket for Google Wallet, in words that are ready to be shown. */
export type GooglePass = {
  /** Of what all tickets of the event share, as long as that stays as it is; letters, digits and `-`. */
  classId: string
  organizer: string
  event: string
  /** BCP 47: of the words. */
  language: string
  /** With offset; null: to be decided, or not said. */
  start: string | null
  end: string | null
  place: { name: string; address: string }
  ticketName: string
  ticketNumber: string
  orderNumber: string
  guest: string
  seat: { section: string; row: string; number: string }
  code: string
}

/**
 * An address of Google that offers to keep the ticket (`savetowallet`): everything that it needs is in it and signed, so
 * nobody is asked over a network. It says no more than the ticket needs, to stay short: some 2,000 characters.
 */
export async function googleWalletLink(
  pass: GooglePass,
  { issuerId, serviceAccount, key }: GoogleSigner,
  now: Date,
): Promise<string> {
  const said = (value: string) => ({ defaultValue: { language: pass.language, value } })
  const { section, row, number } = pass.seat
  const seatInfo = Object.fromEntries(
    Object.entries({ section, row, seat: number })
      .filter(([, label]) => label !== '')
      .map(([name, label]) => [name, said(label)]),
  )
  const { start, end, place } = pass
  const eventTicketClass = {
    id: `${issuerId}.${pass.classId}`,
    issuerName: pass.organizer,
    reviewStatus: 'UNDER_REVIEW',
    eventName: said(pass.event),
    ...(start && { dateTime: { start, ...(end && { end }) } }),
    // A venue needs both.
    ...(place.name !== '' &&
      place.address !== '' && { venue: { name: said(place.name), address: said(place.address) } }),
  }
  const eventTicketObject = {
    id: `${issuerId}.${pass.ticketNumber}`,
    classId: eventTicketClass.id,
    state: 'ACTIVE',
    ticketNumber: pass.ticketNumber,
    ticketType: said(pass.ticketName),
    reservationInfo: { confirmationCode: pass.orderNumber },
    ...(pass.guest !== '' && { ticketHolderName: pass.guest }),
    ...(Object.keys(seatInfo).length > 0 && { seatInfo }),
    hexBackgroundColor: '#16213a',
    barcode: { type: 'QR_CODE', value: pass.code, alternateText: pass.ticketNumber },
  }
  const payload = { eventTicketClasses: [eventTicketClass], eventTicketObjects: [eventTicketObject] }
  const signed = await new SignJWT({ typ: 'savetowallet', payload })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .setIssuer(serviceAccount)
    .setAudience('google')
    .setIssuedAt(now)
    .sign(key)
  return `https://pay.google.com/gp/v/save/${signed}`
}
