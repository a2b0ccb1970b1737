import { readFileSync } from 'node:fs'
import { create, type Font } from 'fontkit'
import { unpackedFont } from './sfnt.ts'

/** A font as it is drawn with: one of `FACES` in one weight. */
export type Face = {
  /** Unique; what the document knows it by. */
  name: string
  font: Font
  /** Bold was asked for and there is none: it is drawn with a thin outline instead. */
  thickened: boolean
}

export type Weight = 'regular' | 'bold'

type Source = {
  name: string
  regular: string
  bold?: string
  /** Taken for characters of this script alone: it is shaped by rules of its own. */
  script?: RegExp
}

const NOTO = '@embedpdf/fonts-latin/fonts/NotoSans'
const fontsource = (script: string, weight: number) =>
  `@fontsource/noto-sans-${script}/files/noto-sans-${script}-${script}-${weight}-normal.woff`
const noto = (script: string): Source => ({
  name: script,
  regular: fontsource(script, 400),
  bold: fontsource(script, 700),
})

/** In the order in which they are asked for a character: the first that has it draws it. */
const FACES: readonly Source[] = [
  // Latin, Greek, Cyrillic and Vietnamese; and Devanagari, which must not share a run with them.
  {
    name: 'devanagari',
    regular: `${NOTO}-Regular.ttf`,
    bold: `${NOTO}-Bold.ttf`,
    script: /\p{Script_Extensions=Devanagari}/u,
  },
  { name: 'latin', regular: `${NOTO}-Regular.ttf`, bold: `${NOTO}-Bold.ttf` },
  {
    name: 'arabic',
    regular: '@embedpdf/fonts-arabic/fonts/NotoNaskhArabic-Regular.ttf',
    bold: '@embedpdf/fonts-arabic/fonts/NotoNaskhArabic-Bold.ttf',
  },
  {
    name: 'hebrew',
    regular: '@embedpdf/fonts-hebrew/fonts/NotoSansHebrew-Regular.ttf',
    bold: '@embedpdf/fonts-hebrew/fonts/NotoSansHebrew-Bold.ttf',
  },
  // Chinese in both spellings, Japanese and Korean in one weight: 4 MB instead of 30 to 70 for each of the four.
  { name: 'han', regular: '@librescore/fonts/SourceHanSansCN.min.woff2' },
  { name: 'hangul', regular: '@librescore/fonts/SourceHanSansKR.min.woff2' },
  ...['thai', 'georgian', 'armenian', 'bengali', 'tamil'].map(noto),
  // Whatever else Unicode's first plane has, in coarse dots: better to be read than to be beautiful.
  { name: 'rest', regular: '@fontsource/unifontex/files/unifontex-latin-400-normal.woff' },
]

/**
 * The face that draws `character` (one grapheme), or null when no font of ours has it, such as for an emoji. Marks and
 * spaces go with the face before them where that has them, so that fewer and longer runs are shaped.
 */
export function faceFor(character: string, weight: Weight, before: Face | null): Face | null {
  const points = [...character].map(each => each.codePointAt(0) ?? 0).filter(point => !isInvisible(point))
  const draws = ({ font }: Face) => points.every(point => font.hasGlyphForCodePoint(point))
  if (before && /^[\p{P}\p{Zs}]/u.test(character) && draws(before)) return before
  for (const source of FACES) {
    if (source.script && !source.script.test(character)) continue
    const face = faceOf(source, weight)
    if (draws(face)) return face
  }
  return null
}

/** How wide `text` is, in the size that it is set in. */
export function measure(text: string, { name, font }: Face): number {
  const key = `${name} ${text}`
  const known = MEASURED.get(key)
  if (known !== undefined) return known
  const width = font.layout(text, []).advanceWidth / font.unitsPerEm
  if (MEASURED.size >= MEASURED_MAX) MEASURED.clear()
  MEASURED.set(key, width)
  return width
}

/** The tickets of an order say the same but for a name and a number. */
const MEASURED = new Map<string, number>()
const MEASURED_MAX = 10_000

/** Joiners and variation selectors steer how others are drawn; no font needs to have them. */
function isInvisible(point: number): boolean {
  return point === 0x200c || point === 0x200d || (point >= 0xfe00 && point <= 0xfe0f)
}

/** By path, for some of these packages export no files. */
const PACKAGES = new URL('../../node_modules/', import.meta.url)

/** Opened when first needed and kept: reading the Chinese one takes a quarter of a second. */
const OPENED = new Map<string, Face>()

function faceOf({ name, regular, bold }: Source, weight: Weight): Face {
  const key = `${name} ${weight}`
  const known = OPENED.get(key)
  if (known) return known
  const file = weight === 'bold' && bold !== undefined ? bold : regular
  const opened = create(unpackedFont(readFileSync(new URL(file, PACKAGES))))
  if ('fonts' in opened) throw new Error(`${file} holds several fonts`)
  const face = { name: key, font: opened, thickened: weight === 'bold' && bold === undefined }
  OPENED.set(key, face)
  return face
}
