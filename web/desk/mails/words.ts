import type { TFunction } from 'i18next'
import type words from '../../../locales/en/desk.json'

/** What a mail is about, as the API calls it. */
export type MailKind = keyof (typeof words)['mails']['kinds']

/** The same in the reader's words. */
export function nameOfMail(kind: MailKind, t: TFunction<'desk'>): string {
  return t(`mails.kinds.${kind}`)
}
