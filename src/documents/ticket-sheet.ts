import PDFDocument from 'pdfkit'
import type { Weight } from './fonts.ts'
import { qrCode } from './qr.ts'
import { type Line, typeset } from './typeset.ts'

/** One ticket on a page of its own, in words that are ready to be printed. */
export type TicketSheet = {
  organizer: string
  event: string
  dateAndTime: string
  place: { name: string; address: string }
  ticketName: string
  /** Term and content, one below the other: guest, price, number … */
  facts: readonly (readonly [term: string, content: string])[]
  /** null: it does not admit, so it must not look as if it did. */
  code: { text: string; alternative: string; caption: string } | null
  /** Why it does not admit. */
  withdrawn: { headline: string; story: string } | null
  terms: { heading: string; text: string } | null
  /** `1 / 2`. */
  page: string
}

export type TicketsDocument = {
  title: string
  /** BCP 47: of the words that are ours. */
  language: string
  organizer: string
  sheets: readonly TicketSheet[]
}

/** A4, in points. */
const PAGE = { width: 595.28, height: 841.89, margin: 48 }
const CONTENT_WIDTH = PAGE.width - 2 * PAGE.margin
const RIGHT = PAGE.width - PAGE.margin
const CODE_SIDE = 224
const GAP = 22
/** What stays white around the code: four of its modules and a little. */
const QUIET = 20

const INK = '#16181d'
const SOFT = '#565d69'
const RULE = '#c9ced7'
const BAD = '#9b1c1c'
const BAD_GROUND = '#fdeaea'

/** All sheets as one PDF, tagged, so that it can be read aloud. */
export async function drawTickets({ title, language, organizer, sheets }: TicketsDocument): Promise<Uint8Array> {
  const doc = new PDFDocument({
    size: [PAGE.width, PAGE.height],
    margin: 0,
    autoFirstPage: false,
    pdfVersion: '1.7',
    tagged: true,
    lang: language,
    displayTitle: true,
    info: { Title: title, Author: organizer, Creator: 'Boxoffice', Producer: 'Boxoffice' },
  })
  const chunks: Uint8Array[] = []
  const done = new Promise<void>((resolve, reject) => {
    doc.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    doc.on('end', resolve)
    doc.on('error', reject)
  })
  const root = doc.struct('Document')
  doc.addStructure(root)
  for (const sheet of sheets) {
    doc.addPage()
    const section = doc.struct('Sect')
    root.add(section)
    drawSheet(penOn(doc, section), sheet)
    section.end()
  }
  root.end()
  doc.end()
  await done
  return Buffer.concat(chunks)
}

function drawSheet(pen: Pen, sheet: TicketSheet): void {
  const { place, withdrawn } = sheet
  const ink = withdrawn ? SOFT : INK
  const left = { x: PAGE.margin, width: CONTENT_WIDTH }
  pen.write(sheet.page, { ...left, y: PAGE.margin, size: 10, color: SOFT, align: 'right' })
  let y = pen.write(sheet.organizer, { ...left, width: CONTENT_WIDTH - 60, y: PAGE.margin, size: 11, color: SOFT })
  y = withdrawn ? drawWithdrawn(pen, withdrawn, y + 10) : y
  y = pen.write(sheet.event, { ...left, y: y + 10, ...titleSize(sheet.event), weight: 'bold', color: ink, tag: 'H1' })
  y = pen.write(sheet.dateAndTime, { ...left, y: y + 8, size: 16, weight: 'bold', color: ink, linesMax: 2 })
  y = pen.write(place.name, { ...left, y: y + 6, size: 14, color: ink, linesMax: 2 })
  y = pen.write(place.address, { ...left, y, size: 12, color: SOFT, linesMax: 2 })
  y += GAP
  pen.rule(y)
  y += GAP
  const column = { x: PAGE.margin, width: CONTENT_WIDTH - CODE_SIDE - GAP }
  const codeStart = y
  y = pen.write(sheet.ticketName, { ...column, y, size: 20, weight: 'bold', color: ink, linesMax: 3, tag: 'H2' })
  for (const [term, content] of sheet.facts) {
    y = pen.write(term, { ...column, y: y + 8, size: 10, color: SOFT })
    y = pen.write(content, { ...column, y, size: 14, color: ink, linesMax: 2 })
  }
  drawTerms(pen, sheet, Math.max(y, drawCode(pen, sheet, codeStart)) + GAP)
}

/** A long title is set smaller rather than cut off. */
function titleSize(event: string): { size: number; linesMax: number } {
  const fits = (size: number, linesMax: number) =>
    typeset(event, { size, weight: 'bold', width: CONTENT_WIDTH, linesMax: linesMax + 1 }).length <= linesMax
  return fits(30, 2) ? { size: 30, linesMax: 2 } : { size: 20, linesMax: 4 }
}

function drawWithdrawn(pen: Pen, { headline, story }: NonNullable<TicketSheet['withdrawn']>, y: number): number {
  const height = 72
  pen.box({ x: PAGE.margin, y, width: CONTENT_WIDTH, height })
  const inside = { x: PAGE.margin + 16, width: CONTENT_WIDTH - 32, color: BAD }
  const below = pen.write(headline, { ...inside, y: y + 10, size: 20, weight: 'bold' })
  pen.write(story, { ...inside, y: below + 2, size: 12 })
  return y + height
}

/** The code, or a box that is crossed out where there is none; where it ends. */
function drawCode(pen: Pen, { code }: TicketSheet, y: number): number {
  const x = RIGHT - CODE_SIDE
  if (!code) {
    pen.crossedBox({ x, y, side: CODE_SIDE })
    return y + CODE_SIDE
  }
  pen.code(code, { x, y, side: CODE_SIDE })
  const caption = { x, width: CODE_SIDE, size: 10, color: SOFT, linesMax: 3, align: 'center' } as const
  return pen.write(code.caption, { ...caption, y: y + CODE_SIDE + QUIET })
}

/** As large as the rest of the page allows; terms must be readable, so where it allows nothing they get their own. */
function drawTerms(pen: Pen, { terms }: TicketSheet, y: number): void {
  if (!terms) return
  const place = { x: PAGE.margin, width: CONTENT_WIDTH }
  const linesBelow = (start: number, size: number) =>
    Math.floor((PAGE.height - PAGE.margin - start - TERMS_HEADING) / (size * LINE_HEIGHT))
  const size = [10, 8].find(each => {
    const lines = typeset(terms.text, { ...place, size: each, weight: 'regular', linesMax: LINES_MAX })
    return lines.length <= linesBelow(y + GAP, each)
  })
  if (size === undefined) pen.turnPage()
  else pen.rule(y)
  const start = size === undefined ? PAGE.margin : y + GAP
  pen.write(terms.heading, { ...place, y: start, size: 11, weight: 'bold', tag: 'H2' })
  const text = { ...place, y: start + TERMS_HEADING, size: size ?? 8, color: SOFT }
  pen.write(terms.text, { ...text, linesMax: linesBelow(start, text.size) })
}

/** The heading of the terms, and the air below it. */
const TERMS_HEADING = 20
/** More than any page has. */
const LINES_MAX = 100

const LINE_HEIGHT = 1.4
/** From the top of a line to what its letters stand on: high enough for Arabic marks and stacked accents. */
const BASELINE = 1.05

type Written = {
  x: number
  y: number
  width: number
  size: number
  weight?: Weight
  color?: string
  linesMax?: number
  align?: 'start' | 'center' | 'right'
  tag?: 'P' | 'H1' | 'H2'
}

type Pen = ReturnType<typeof penOn>

/** Draws on the current page, and tells the structure what it was. */
function penOn(doc: PDFKit.PDFDocument, section: PDFKit.PDFStructureElement) {
  function write(text: string, { x, y, width, size, weight = 'regular', ...how }: Written): number {
    const { color = INK, linesMax = 1, align = 'start', tag = 'P' } = how
    const lines = typeset(text, { size, weight, width, linesMax })
    if (lines.length === 0) return y
    const content = doc.markStructureContent(tag)
    lines.forEach((line, index) => {
      const room = width - line.width
      const start = align === 'center' ? x + room / 2 : align === 'right' || line.rightToLeft ? x + room : x
      drawLine(line, { x: start, y: y + (index * LINE_HEIGHT + BASELINE) * size, size, color })
    })
    doc.endMarkedContent()
    // What is read aloud is the text itself, not the forms and the order in which it is drawn.
    section.add(doc.struct(tag, { actual: text }, content))
    return y + lines.length * size * LINE_HEIGHT
  }

  function drawLine({ runs }: Line, { x, y, size, color }: { x: number; y: number; size: number; color: string }) {
    let start = x
    for (const { text, face, width } of runs) {
      // pdfkit takes an opened font as well, which its types do not say.
      doc.registerFont(face.name, face.font as unknown as string)
      doc
        .font(face.name, size)
        .fillColor(color)
        .strokeColor(color)
        .lineWidth(size / 40)
      // With a list of features, even an empty one, it shapes the run as a whole and not word by word.
      const options = { lineBreak: false, features: [], baseline: 'alphabetic', fill: true } as const
      doc.text(text, start, y, { ...options, features: [], stroke: face.thickened })
      start += width
    }
  }

  function ornament(draw: () => void): void {
    doc.markContent('Artifact', { type: 'Layout' })
    draw()
    doc.endMarkedContent()
  }

  function rule(y: number): void {
    ornament(() => doc.moveTo(PAGE.margin, y).lineTo(RIGHT, y).lineWidth(0.75).strokeColor(RULE).stroke())
  }

  function box({ x, y, width, height }: { x: number; y: number; width: number; height: number }): void {
    ornament(() => doc.roundedRect(x, y, width, height, 6).lineWidth(1.5).fillAndStroke(BAD_GROUND, BAD))
  }

  function crossedBox({ x, y, side }: { x: number; y: number; side: number }): void {
    ornament(() => {
      doc
        .rect(x, y, side, side)
        .moveTo(x, y)
        .lineTo(x + side, y + side)
      doc
        .moveTo(x + side, y)
        .lineTo(x, y + side)
        .lineWidth(1.5)
        .strokeColor(BAD)
        .stroke()
    })
  }

  function code(
    { text, alternative }: { text: string; alternative: string },
    { x, y, side }: { x: number; y: number; side: number },
  ): void {
    const { size, path } = qrCode(text)
    const module = side / size
    const content = doc.markStructureContent('Figure')
    doc.save().translate(x, y).scale(module).path(path).fill('#000').restore()
    doc.endMarkedContent()
    section.add(doc.struct('Figure', { alt: alternative }, content))
  }

  function turnPage(): void {
    doc.addPage()
  }

  return { write, rule, box, crossedBox, code, turnPage }
}
