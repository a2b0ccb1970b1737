import type { Texts } from '../texts/texts.ts'
import type { GuestMailKind } from './model.ts'

/**
 * A mail to an address, about nothing that is looked up: its kind is a key of `letters` in mail.json, which has its
 * `subject`, its `body`, the text of its link, and under `why` the reason for which somebody gets it; each may have
 * placeholders that `values` fills.
 */
export type LetterKind = Parameters<Texts['mail']>[0] extends infer Key
  ? Key extends `letters.${infer Kind}.subject`
    ? Kind
    : never
  : never

/** Values of `data` of a letter, as they were when it was wanted. */
export type LetterData = {
  /** BCP 47: of whoever reads it; null: as the site is. */
  locale: string | null
  /** Whom it greets; empty: nobody by name. */
  name: string
  values: Readonly<Record<string, string | number>>
  /** Lines of what and how much, below the body. */
  facts?: readonly (readonly [term: string, content: string])[]
  /** Where its link leads. */
  url?: string
  /** Where whoever wants no more of these says so: of anything that is sent again and again. */
  unsubscribeUrl?: string
}

/** One mail to one person, and what became of it. */
export type Mail = {
  siteId: string
  mailId: string
  kind: GuestMailKind | LetterKind
  /** What made it; null: a person asked for it. */
  fact: string | null
  eventId: string | null
  orderNumber: string | null
  /** null: to the buyer, about the whole order; else to the guest that these tickets name. */
  ticketNumbers: readonly string[] | null
  rsvpId: string | null
  data: Readonly<Record<string, unknown>>
  /** Where it went; of a letter where it goes. */
  address: string | null
  createdAt: Date
  sentAt: Date | null
  droppedAt: Date | null
}
export type NewMail = Omit<Mail, 'createdAt' | 'sentAt' | 'droppedAt'>

/** What became of a mail: it goes out, it went out, there was nothing to say or nobody to say it to, it was given up. */
export const MAIL_STATES = ['WAITING', 'SENT', 'DROPPED', 'FAILED'] as const
export type MailState = (typeof MAIL_STATES)[number]

/** A mail as the organizer sees it. Its address is the one that it went to, or would go to now. */
export type ShownMail = Mail & {
  state: MailState
  attempts: number
  /** Of one that waits. */
  dueAt: Date | null
  /** Why the last attempt failed. */
  failure: { at: string; message: string } | null
}
