import bidiFactory from 'bidi-js'
import { type Face, faceFor, measure, type Weight } from './fonts.ts'

/** A piece of a line that one face draws in one go. */
export type Run = {
  /** As it is drawn: brackets mirrored where the line runs from right to left. */
  text: string
  face: Face
  width: number
}

/** The runs of a line from left to right, whatever the direction in which they are read. */
export type Line = { runs: Run[]; width: number; rightToLeft: boolean }

export type Setting = {
  /** Points. */
  size: number
  weight: Weight
  /** Points. */
  width: number
  /** What does not fit into so many lines is cut off, with an ellipsis. */
  linesMax: number
}

/**
 * Breaks `text` of any script into lines: a face for each character (`faceFor`), the directions of the Unicode
 * bidirectional algorithm, breaks at spaces and hyphens, in scripts without spaces between words, and where nothing else
 * helps between characters.
 */
export function typeset(text: string, setting: Setting): Line[] {
  const lines: Line[] = []
  for (const paragraph of text.normalize('NFC').split(/\r\n|[\n\r\u2028\u2029]/)) {
    const characters = charactersOf(paragraph, setting.weight)
    if (characters.length === 0) continue
    const width = (part: readonly Character[]) => widthOf(part, setting.size)
    let rest = piecesOf(characters)
    while (rest.length > 0) {
      const { line, others } = firstLine(rest, setting.width, width)
      const isLast = lines.length === setting.linesMax - 1
      const shown = isLast && others.length > 0 ? shortened(line, setting, width) : line
      lines.push(toLine(trimmed(shown), setting.size))
      if (lines.length === setting.linesMax) return lines
      rest = others
    }
  }
  return lines
}

/** One grapheme, with what decides how it is drawn. */
type Character = { text: string; face: Face; level: number; base: number }

function charactersOf(paragraph: string, weight: Weight): Character[] {
  // What cannot be seen is not drawn; what steers the direction has done so once the levels are known.
  const { levels, paragraphs } = BIDI.getEmbeddingLevels(paragraph, 'auto')
  const base = paragraphs[0]?.level ?? 0
  const characters: Character[] = []
  for (const { segment, index } of GRAPHEMES.segment(paragraph)) {
    const text = SPACE.test(segment) ? ' ' : segment.replace(STEERING, '')
    const face = text === '' ? null : faceFor(text, weight, characters.at(-1)?.face ?? null)
    if (face) characters.push({ text, face, level: levels[index] ?? base, base })
  }
  return characters
}

// Its types say that the function is a member `default`; what Node imports is the function.
const BIDI = (bidiFactory as unknown as typeof bidiFactory.default)()
const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const WORDS = new Intl.Segmenter(undefined, { granularity: 'word' })
/** Any space but those that hold two words together. */
const SPACE = /^[^\S\u00a0\u2007\u202f]$/u
/** Control characters, and the marks of the bidirectional algorithm. */
const STEERING = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu

/** Characters that stay on one line together, each group with the space that follows it. */
function piecesOf(characters: readonly Character[]): Character[][] {
  const text = characters.map(each => each.text).join('')
  const breaks = new Set<number>()
  let before = ''
  for (const { segment, index } of WORDS.segment(text)) {
    if (before !== '' && mayBreak(before, segment)) breaks.add(index)
    before = segment
  }
  const pieces: Character[][] = []
  let offset = 0
  for (const character of characters) {
    if (offset === 0 || breaks.has(offset)) pieces.push([])
    pieces.at(-1)?.push(character)
    offset += character.text.length
  }
  return pieces
}

function mayBreak(before: string, after: string): boolean {
  if (/^\s/u.test(after)) return false
  if (before.endsWith(' ') || /[-\u2010\u2013\u2014/]$/u.test(before)) return true
  const spaceless = SPACELESS_END.test(before) || SPACELESS_START.test(after)
  return spaceless && !/\p{Ps}$|\p{Pi}$/u.test(before) && !/^[\p{Pe}\p{Pf}\p{Po}\p{Lm}\p{M}]/u.test(after)
}

const SPACELESS = String.raw`\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}`
const SPACELESS_START = new RegExp(`^[${SPACELESS}]`, 'u')
const SPACELESS_END = new RegExp(`[${SPACELESS}\u3000-\u303f\uff00-\uffef]$`, 'u')

type Width = (characters: readonly Character[]) => number

/** As many pieces as fit, at least one; a piece that is too long for any line is broken anywhere. */
function firstLine(
  pieces: Character[][],
  widthMax: number,
  width: Width,
): { line: Character[]; others: Character[][] } {
  const [first = [], ...others] = pieces
  if (width(trimmed(first)) > widthMax) {
    const count = Math.max(1, fittingOf(first, widthMax, width))
    return { line: first.slice(0, count), others: [first.slice(count), ...others].filter(piece => piece.length > 0) }
  }
  let taken = width(first)
  let count = 1
  for (const piece of others) {
    if (taken + width(trimmed(piece)) > widthMax) break
    taken += width(piece)
    count += 1
  }
  return { line: pieces.slice(0, count).flat(), others: pieces.slice(count) }
}

/** How many characters from the start fit. */
function fittingOf(characters: readonly Character[], widthMax: number, width: Width): number {
  let [low, high] = [0, characters.length]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (width(characters.slice(0, middle)) <= widthMax) low = middle
    else high = middle - 1
  }
  return low
}

/** The line with an ellipsis at its end instead of what does not fit beside it. */
function shortened(line: readonly Character[], { weight, width: widthMax }: Setting, width: Width): Character[] {
  const face = faceFor('…', weight, line.at(-1)?.face ?? null)
  const base = line[0]?.base ?? 0
  const ellipsis = face ? [{ text: '…', face, level: base, base }] : []
  const count = fittingOf(line, widthMax - width(ellipsis), width)
  return [...trimmed(line.slice(0, count)), ...ellipsis]
}

function trimmed(characters: readonly Character[]): Character[] {
  const end = characters.findLastIndex(({ text }) => text !== ' ') + 1
  return characters.slice(0, end)
}

function widthOf(characters: readonly Character[], size: number): number {
  return stretchesOf(characters).reduce((sum, each) => sum + measure(textOf(each), each.face) * size, 0)
}

type Stretch = { characters: Character[]; face: Face; level: number }

/** Neighbours of one face and one direction. */
function stretchesOf(characters: readonly Character[]): Stretch[] {
  const stretches: Stretch[] = []
  for (const character of characters) {
    const last = stretches.at(-1)
    if (last && last.face === character.face && last.level === character.level) last.characters.push(character)
    else stretches.push({ characters: [character], face: character.face, level: character.level })
  }
  return stretches
}

/** From the order in which it is read to the order in which it stands (rule L2), each run ready to be drawn. */
function toLine(characters: readonly Character[], size: number): Line {
  const stretches = stretchesOf(characters)
  const highest = Math.max(0, ...stretches.map(({ level }) => level))
  for (let level = highest; level >= 1; level -= 1) {
    for (let start = 0; start < stretches.length; start += 1) {
      let end = start
      while ((stretches[end]?.level ?? -1) >= level) end += 1
      if (end > start) stretches.splice(start, end - start, ...stretches.slice(start, end).reverse())
      start = Math.max(start, end - 1)
    }
  }
  const runs = stretches.map(stretch => {
    const text = textOf(stretch)
    return { text, face: stretch.face, width: measure(text, stretch.face) * size }
  })
  const width = runs.reduce((sum, run) => sum + run.width, 0)
  return { runs, width, rightToLeft: (characters[0]?.base ?? 0) % 2 === 1 }
}

/**
 * What the font is given. It turns letters that are written from right to left itself, but not what has no direction of
 * its own; brackets are swapped here, as no font does it for us (rule L4).
 */
function textOf({ characters, level }: Stretch): string {
  if (level % 2 === 0) return characters.map(({ text }) => text).join('')
  const mirrored = characters.map(({ text }) => BIDI.getMirroredCharacter(text) ?? text)
  return mirrored.some(text => RIGHT_TO_LEFT.test(text)) ? mirrored.join('') : mirrored.reverse().join('')
}

const RIGHT_TO_LEFT = /[\p{sc=Arab}\p{sc=Hebr}\p{sc=Syrc}\p{sc=Thaa}\p{sc=Nkoo}\p{sc=Adlm}]/u
