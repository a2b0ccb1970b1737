import sanitizeHtml from 'sanitize-html'
import { type Html, html } from '../pages/html.ts'
import { isPlainObject } from '../wire/plain-object.ts'

/**
 * HTML that an organizer wrote, as a page of ours may show it: text, lists, links and pictures; no script, style, form or
 * frame, and no heading above those of the page (events 5.4.13).
 */
export function safeHtml(text: string): string {
  return sanitizeHtml(text, SAFE)
}

/** The words of it alone, on one line, at most so many characters. */
export function plainText(text: string, lengthMax: number): string {
  const apart = text.replace(/<(?:\/(?:p|li|h\d|div)|br\s*\/?)>/gi, ' ')
  const words = sanitizeHtml(apart, { allowedTags: [], allowedAttributes: {} })
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => MEANT[name] ?? '')
    .replace(/\s+/g, ' ')
    .trim()
  return words.length <= lengthMax ? words : `${words.slice(0, lengthMax - 1).replace(/\s+\S*$/, '')}…`
}

const MEANT: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

/** The contract's rich content as such HTML: its paragraphs, headings, lists, quotes, pictures; of all else the text. */
export function richContentHtml(content: unknown): string {
  const count = { left: NODES_MAX }
  return safeHtml(nodesOf(content, 0, count).text)
}

const NODES_MAX = 5000
const DEPTH_MAX = 20

type Count = { left: number }

function nodesOf(node: unknown, depth: number, count: Count): Html {
  const nodes = isPlainObject(node) && Array.isArray(node.nodes) ? node.nodes : []
  if (depth > DEPTH_MAX) return html``
  return html`${nodes.map(each => {
    count.left -= 1
    return count.left >= 0 && isPlainObject(each) ? nodeOf(each, depth, count) : null
  })}`
}

function nodeOf(node: Record<string, unknown>, depth: number, count: Count): Html {
  const inside = () => nodesOf(node, depth + 1, count)
  switch (node.type) {
    case 'TEXT':
      return textOf(node.textData)
    case 'PARAGRAPH':
      return html`<p>${inside()}</p>`
    case 'HEADING':
      return Number(memberOf(node.headingData, 'level')) > 2 ? html`<h4>${inside()}</h4>` : html`<h3>${inside()}</h3>`
    case 'BULLETED_LIST':
      return html`<ul>${inside()}</ul>`
    case 'ORDERED_LIST':
      return html`<ol>${inside()}</ol>`
    case 'LIST_ITEM':
      return html`<li>${inside()}</li>`
    case 'BLOCKQUOTE':
      return html`<blockquote>${inside()}</blockquote>`
    case 'CODE_BLOCK':
      return html`<pre>${inside()}</pre>`
    case 'DIVIDER':
      return html`<hr>`
    case 'IMAGE': {
      const address = memberOf(memberOf(memberOf(node.imageData, 'image'), 'src'), 'url')
      const alternative = memberOf(node.imageData, 'altText')
      return typeof address === 'string'
        ? html`<img src="${address}" alt="${typeof alternative === 'string' ? alternative : ''}">`
        : html``
    }
    default:
      return inside()
  }
}

function textOf(data: unknown): Html {
  const text = memberOf(data, 'text')
  const decorations = memberOf(data, 'decorations')
  const plain = html`${typeof text === 'string' ? text : ''}`
  return (Array.isArray(decorations) ? decorations.slice(0, 10) : []).reduce<Html>((inner, each) => {
    switch (memberOf(each, 'type')) {
      case 'BOLD':
        return html`<strong>${inner}</strong>`
      case 'ITALIC':
        return html`<em>${inner}</em>`
      case 'UNDERLINE':
        return html`<u>${inner}</u>`
      case 'STRIKETHROUGH':
        return html`<s>${inner}</s>`
      case 'LINK': {
        const address = memberOf(memberOf(memberOf(each, 'linkData'), 'link'), 'url')
        return typeof address === 'string' ? html`<a href="${address}">${inner}</a>` : inner
      }
      default:
        return inner
    }
  }, plain)
}

function memberOf(value: unknown, name: string): unknown {
  return isPlainObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

const SAFE: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['p', 'br', 'hr', 'div', 'span', 'h3', 'h4', 'ul', 'ol', 'li', 'blockquote', 'pre', 'code', 'a', 'img'],
    ...['strong', 'b', 'em', 'i', 'u', 's', 'sub', 'sup', 'small', 'dl', 'dt', 'dd', 'figure', 'figcaption'],
    ...['table', 'caption', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  allowedAttributes: {
    a: ['href', 'rel'],
    img: ['src', 'alt', 'width', 'height', 'loading'],
    th: ['colspan', 'rowspan', 'scope'],
    td: ['colspan', 'rowspan'],
    '*': ['dir', 'lang'],
  },
  allowedSchemes: ['https', 'http', 'mailto', 'tel'],
  allowedSchemesByTag: { img: ['https'] },
  allowProtocolRelative: false,
  nestingLimit: 50,
  transformTags: {
    h1: 'h3',
    h2: 'h3',
    h5: 'h4',
    h6: 'h4',
    a: sanitizeHtml.simpleTransform('a', { rel: 'nofollow noopener' }),
    img: (tagName, { alt = '', ...attributes }) => ({ tagName, attribs: { ...attributes, alt, loading: 'lazy' } }),
  },
}
