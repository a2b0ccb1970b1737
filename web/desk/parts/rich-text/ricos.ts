/*
 * The contract's rich content (events 1.2) as the editor holds it, and back. What the editor does not know is held as it
 * is, and what it knows keeps its other members, so that nothing is lost by opening and saving a text.
 */

export type RicosNode = Readonly<{ type: string; id?: string; nodes?: readonly RicosNode[] } & Record<string, unknown>>
export type RicosDocument = Readonly<{ nodes?: readonly RicosNode[] } & Record<string, unknown>>

/** ProseMirror's JSON. */
export type EditorNode = {
  type: string
  attrs?: Record<string, unknown>
  content?: EditorNode[]
  text?: string
  marks?: EditorMark[]
}
type EditorMark = { type: string; attrs?: Record<string, unknown> }
type Decoration = Readonly<{ type: string } & Record<string, unknown>>

const BLOCKS: Readonly<Record<string, string>> = {
  PARAGRAPH: 'paragraph',
  HEADING: 'heading',
  BULLETED_LIST: 'bulletList',
  ORDERED_LIST: 'orderedList',
  LIST_ITEM: 'listItem',
  BLOCKQUOTE: 'blockquote',
  CODE_BLOCK: 'codeBlock',
  DIVIDER: 'horizontalRule',
}
const TYPES = invert(BLOCKS)
const MARKS: Readonly<Record<string, string>> = {
  BOLD: 'bold',
  ITALIC: 'italic',
  UNDERLINE: 'underline',
  STRIKETHROUGH: 'strike',
  LINK: 'link',
}
const DECORATIONS = invert(MARKS)

/** Blocks and marks of the editor that remember what they were made of. */
export const REMEMBERING = [...Object.values(BLOCKS), ...Object.values(MARKS)]

export function toEditor(document: RicosDocument | null): EditorNode {
  const content = (document?.nodes ?? []).map(toBlock)
  return { type: 'doc', content: content.length > 0 ? content : [{ type: 'paragraph' }] }
}

/**
 * @param before what was opened: its members besides the nodes stay
 * @returns null for a text without anything in it
 */
export function fromEditor({ content = [] }: EditorNode, before: RicosDocument | null): RicosDocument | null {
  if (content.every(block => block.type === 'paragraph' && (block.content ?? []).length === 0)) return null
  const ids = new Set<string>()
  return { ...before, nodes: content.map(block => withOwnIds(fromBlock(block), ids)) }
}

function toBlock(node: RicosNode): EditorNode {
  const known = knownBlock(node)
  return known && isSame(fromBlock(known), node) ? known : { type: 'kept', attrs: { node } }
}

/** null where the editor has no such block, or would not take what is in it. */
function knownBlock(node: RicosNode): EditorNode | null {
  const type = BLOCKS[node.type]
  if (!type) return null
  const { type: _, nodes = [], ...ricos } = node
  const attrs = { ricos }
  switch (node.type) {
    case 'PARAGRAPH':
      return nodes.every(isText) ? { type, attrs, content: nodes.flatMap(toTexts) } : null
    case 'HEADING': {
      const level = memberOf(node.headingData, 'level')
      if (!nodes.every(isText) || !Number.isInteger(level) || Number(level) < 1 || Number(level) > 6) return null
      return { type, attrs: { ...attrs, level }, content: nodes.flatMap(toTexts) }
    }
    case 'CODE_BLOCK': {
      const text = nodes.map(each => String(memberOf(each.textData, 'text') ?? '')).join('')
      const isPlain = nodes.every(each => isText(each) && decorationsOf(each).length === 0)
      return isPlain ? { type, attrs, content: text === '' ? [] : [{ type: 'text', text }] } : null
    }
    case 'DIVIDER':
      return nodes.length === 0 ? { type, attrs } : null
    case 'LIST_ITEM':
      return nodes[0]?.type === 'PARAGRAPH' && knownBlock(nodes[0])
        ? { type, attrs, content: nodes.map(toBlock) }
        : null
    case 'BULLETED_LIST':
    case 'ORDERED_LIST': {
      const items = nodes.map(each => (each.type === 'LIST_ITEM' ? knownBlock(each) : null))
      return items.length > 0 && items.every(each => each !== null) ? { type, attrs, content: items } : null
    }
    default:
      return nodes.length > 0 ? { type, attrs, content: nodes.map(toBlock) } : null
  }
}

function fromBlock({ type, attrs = {}, content = [] }: EditorNode): RicosNode {
  if (type === 'kept') return attrs.node as RicosNode // what `toBlock` put there
  const ricosType = TYPES[type] ?? 'PARAGRAPH'
  const own = membersOf(attrs.ricos, ricosType)
  switch (type) {
    case 'heading': {
      const headingData = { ...(own.headingData as object | undefined), level: attrs.level }
      return { type: ricosType, ...own, nodes: fromTexts(content), headingData }
    }
    case 'codeBlock': {
      const text = content.map(each => each.text ?? '').join('')
      return { type: ricosType, ...own, nodes: text === '' ? [] : [textNode(text, [])] }
    }
    case 'paragraph':
      return { type: ricosType, ...own, nodes: fromTexts(content) }
    default:
      return { type: ricosType, ...own, nodes: content.map(fromBlock) }
  }
}

/** What a block was made of, without what is only a member of another type: a paragraph may have become a heading. */
function membersOf(ricos: unknown, type: string): Record<string, unknown> {
  const own = `${type.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())}Data`
  const entries = Object.entries((ricos as object | null | undefined) ?? {})
  return Object.fromEntries(entries.filter(([name]) => name === own || !name.endsWith('Data')))
}

function isText({ type, nodes = [], textData }: RicosNode): boolean {
  return type === 'TEXT' && nodes.length === 0 && typeof memberOf(textData, 'text') === 'string'
}

/** A line break is a node of its own in the editor. */
function toTexts(node: RicosNode): EditorNode[] {
  const marks = decorationsOf(node).map(toMark)
  const lines = String(memberOf(node.textData, 'text')).split('\n')
  return lines.flatMap((text, index): EditorNode[] => [
    ...(index > 0 ? [{ type: 'hardBreak', ...(marks.length > 0 && { marks }) }] : []),
    ...(text === '' ? [] : [{ type: 'text', text, ...(marks.length > 0 && { marks }) }]),
  ])
}

function fromTexts(content: readonly EditorNode[]): RicosNode[] {
  const texts: { text: string; decorations: Decoration[] }[] = []
  for (const { type, text = '', marks = [] } of content) {
    const said = type === 'hardBreak' ? '\n' : text
    const decorations = marks.map(fromMark)
    const last = texts.at(-1)
    if (last && JSON.stringify(last.decorations) === JSON.stringify(decorations)) last.text += said
    else texts.push({ text: said, decorations })
  }
  return texts.map(({ text, decorations }) => textNode(text, decorations))
}

function textNode(text: string, decorations: readonly Decoration[]): RicosNode {
  return { type: 'TEXT', id: '', nodes: [], textData: { text, decorations } }
}

function decorationsOf({ textData }: RicosNode): readonly Decoration[] {
  const decorations = memberOf(textData, 'decorations')
  return Array.isArray(decorations) ? decorations : []
}

function toMark(decoration: Decoration): EditorMark {
  const type = MARKS[decoration.type]
  if (type === undefined) return { type: 'keptMark', attrs: { decoration } }
  if (type !== 'link') return { type, attrs: { ricos: decoration } }
  const href = addressOf(decoration)
  return typeof href === 'string'
    ? { type, attrs: { href, ricos: decoration } }
    : { type: 'keptMark', attrs: { decoration } }
}

function fromMark({ type, attrs = {} }: EditorMark): Decoration {
  if (type === 'keptMark') return attrs.decoration as Decoration // what `toMark` put there
  const before = attrs.ricos as Decoration | null | undefined
  if (type === 'link' && (!before || addressOf(before) !== attrs.href))
    return { type: 'LINK', linkData: { link: { url: attrs.href, target: 'BLANK' } } }
  return before ?? { type: DECORATIONS[type] ?? 'BOLD', ...NEW_DECORATIONS[type] }
}

/** What goes with a decoration that was made here. */
const NEW_DECORATIONS: Readonly<Record<string, object>> = {
  bold: { fontWeightValue: 700 },
  italic: { italicData: true },
  underline: { underlineData: true },
  strike: { strikethroughData: true },
}

function addressOf(decoration: Decoration): unknown {
  return memberOf(memberOf(decoration.linkData, 'link'), 'url')
}

/** Where a block was split both halves have its id: the second becomes one of its own. */
function withOwnIds(node: RicosNode, ids: Set<string>): RicosNode {
  const { id = '', nodes = [], type, ...rest } = node
  if (type === 'TEXT') return node
  const own = id !== '' && !ids.has(id) ? id : newId(ids)
  ids.add(own)
  return { type, id: own, nodes: nodes.map(each => withOwnIds(each, ids)), ...rest }
}

function newId(ids: ReadonlySet<string>): string {
  for (let number = ids.size + 1; ; number += 1) {
    const id = `n${number.toString(36)}`
    if (!ids.has(id)) return id
  }
}

/** Whether two nodes say the same: ids of texts, and how texts of one look are divided, say nothing. */
function isSame(one: RicosNode, other: RicosNode): boolean {
  return JSON.stringify(plain(one)) === JSON.stringify(plain(other))
}

function plain(node: RicosNode): unknown {
  const { nodes = [], ...rest } = node
  const texts: unknown[] = []
  for (const each of nodes) {
    if (each.type !== 'TEXT') {
      texts.push(plain(each))
      continue
    }
    const { decorations: _, text: __, ...more } = (each.textData ?? {}) as Record<string, unknown>
    const { id: ___, nodes: ____, textData: _____, ...others } = each
    const look = sorted({ ...others, more, decorations: decorationsOf(each).map(mark => JSON.stringify(sorted(mark))) })
    const text = String(memberOf(each.textData, 'text') ?? '')
    const last = texts.at(-1) as { look?: string; text: string } | undefined
    if (last?.look === JSON.stringify(look)) last.text += text
    else if (text !== '') texts.push({ look: JSON.stringify(look), text })
  }
  return sorted({ ...rest, nodes: texts })
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, each]) => [name, sorted(each)]),
  )
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

function invert(names: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(names).map(([one, other]) => [other, one]))
}

type Texts = { textData?: { text?: string }; nodes?: readonly Texts[] }

/** All words of a document, in one line. */
export function textOf(document: Texts | null): string {
  if (!document) return ''
  return [document.textData?.text ?? '', ...(document.nodes ?? []).map(textOf)].filter(each => each !== '').join(' ')
}
