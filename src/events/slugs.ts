import slugify from '@sindresorhus/slugify'
import { Refusal } from '../refusals.ts'

/** Characters of a slug (events 1.9.2). */
export const SLUG_LENGTH_MAX = 130

/** What is left of it for the title when `-123456` must fit behind. */
const BASE_LENGTH_MAX = SLUG_LENGTH_MAX - 10

/** *Leather Crafting 101* → `leather-crafting-101`; a title without any letter we can spell is just `event`. */
export function slugOf(title: string): string {
  const slug = slugify(title, { decamelize: false }).slice(0, BASE_LENGTH_MAX).replace(/-+$/, '')
  return slug === '' ? 'event' : slug
}

/** The rule that forbids `slug` as a slug of somebody's choice, or null (inferred: events 1.9.3). */
export function refusalOfSlug(slug: string): Refusal | null {
  if (slug.length <= SLUG_LENGTH_MAX && /^[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*$/u.test(slug)) return null
  return new Refusal('INVALID_SLUG_FORMAT', 'A slug is made of letters and digits, in words joined by "-".', { slug })
}

export function slugInUse(slug: string): Refusal {
  return new Refusal('SLUG_ALREADY_IN_USE', 'Another event of the site has this slug.', { slug })
}
