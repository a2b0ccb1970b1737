/*
 * What an event's page tells search engines and messengers in the organizer's words: `seoSettings.advancedSeoData.tags`
 * of the contract, which are the elements of a page's head. What of them pages of ours say is read here, and written.
 */

/** As the contract has it: `<title>children</title>`, `<meta {...props}>`. Anything may have been stored. */
export type SeoTag = {
  type?: unknown
  props?: unknown
  meta?: unknown
  children?: unknown
  custom?: unknown
  disabled?: unknown
}

/** Absent: nothing is said, and the page says it by itself. */
export type Seo = {
  title?: string
  description?: string
  /** What messengers say, where that is something else. */
  socialTitle?: string
  socialDescription?: string
  socialImage?: { url: string; width?: number; height?: number }
  /** Such as `noindex`. */
  robots?: string
}

/** Longer ones are shown by nobody. */
const LENGTH_MAX = 1000

export function seoOf(tags: readonly SeoTag[] | null | undefined): Seo {
  const seo: Seo = {}
  for (const tag of tags ?? []) {
    if (tag.disabled === true) continue
    const text = textOf(tag)
    if (text === '') continue
    switch (nameOf(tag)) {
      case 'title':
        seo.title = text
        break
      case 'description':
        seo.description = text
        break
      case 'og:title':
        seo.socialTitle = text
        break
      case 'og:description':
        seo.socialDescription = text
        break
      case 'og:image':
        if (/^https?:\/\//i.test(text) && URL.canParse(text)) seo.socialImage = { url: text, ...sizeOf(tag) }
        break
      case 'robots':
        if (/^[\w:, -]+$/.test(text)) seo.robots = text.toLowerCase()
        break
    }
  }
  return seo
}

/** Whether search engines are asked to leave a page out. */
export function isNoindex({ robots = '' }: Seo): boolean {
  return /\b(noindex|none)\b/.test(robots)
}

/** The tags that say `seo`, with whatever else stood among `before`. */
export function tagsWith(before: readonly SeoTag[], seo: Seo): SeoTag[] {
  const { title, description, socialTitle, socialDescription, socialImage, robots } = seo
  const meta = (key: 'name' | 'property', name: string, content: string | undefined): SeoTag[] =>
    content === undefined ? [] : [{ type: 'meta', props: { [key]: name, content } }]
  const { url, ...size } = socialImage ?? {}
  return [
    ...before.filter(tag => tag.disabled === true || !OURS.has(nameOf(tag) ?? '')),
    ...(title === undefined ? [] : [{ type: 'title', children: title }]),
    ...meta('name', 'description', description),
    ...meta('property', 'og:title', socialTitle),
    ...meta('property', 'og:description', socialDescription),
    ...meta('property', 'og:image', url).map(tag => ({ ...tag, ...(Object.keys(size).length > 0 && { meta: size }) })),
    ...meta('name', 'robots', robots),
  ]
}

const OURS: ReadonlySet<string> = new Set(['title', 'description', 'og:title', 'og:description', 'og:image', 'robots'])

/** What a tag says something of; null of what is no title and no `meta`. */
function nameOf({ type, props }: SeoTag): string | null {
  if (type === 'title') return 'title'
  if (type !== 'meta' || !isObject(props)) return null
  const name = props.name ?? props.property
  return typeof name === 'string' && name !== 'title' ? name.toLowerCase() : null
}

function textOf({ type, props, children }: SeoTag): string {
  const text = type === 'title' ? children : isObject(props) ? props.content : ''
  return typeof text === 'string' ? text.replace(/\s+/g, ' ').trim().slice(0, LENGTH_MAX) : ''
}

function sizeOf({ meta }: SeoTag): { width?: number; height?: number } {
  const pixels = (value: unknown) => (Number.isInteger(Number(value)) && Number(value) > 0 ? Number(value) : null)
  const [width, height] = isObject(meta) ? [pixels(meta.width), pixels(meta.height)] : []
  return width && height ? { width, height } : {}
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
