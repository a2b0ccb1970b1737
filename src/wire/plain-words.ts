import type { Db, Fragment } from '../db/connect.ts'

/** Words as they are compared: without case and accents, for who searches on a phone types neither. */
export function plainWords(text: string): string[] {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '')
    .slice(0, WORDS_MAX)
}

const WORDS_MAX = 10

/**
 * Whether `text` says all of the words, spelled as `plainWords` does; letters are compared by ICU, for the database's own
 * order knows only ASCII.
 */
export function saysAll(db: Db, text: Fragment, words: readonly string[]): Fragment {
  if (words.length === 0) return db`true`
  return db`
    not exists (
      select from unnest(${[...words]}::text[]) as word
       where position(word in lower(regexp_replace(normalize(${text}, NFKD),
                                                   '[\u0300-\u036f]', '', 'g') collate "und-x-icu")) = 0
    )`
}
