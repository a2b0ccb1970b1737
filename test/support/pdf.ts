import jsqr from 'jsqr'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'

export type ReadPage = {
  /** Its lines of text, as a program reads them. */
  lines: string[]
  /** What a scanner reads from it, or null. */
  code: string | null
  /** What is read aloud, one by one: texts as they were given, and what stands for pictures. */
  spoken: string[]
}

/** What a reader that is not ours finds in a PDF: its title, and text and code of each page. */
export async function readPdf(pdf: Uint8Array): Promise<{ title: unknown; language: unknown; pages: ReadPage[] }> {
  const reading = getDocument({ data: new Uint8Array(pdf), verbosity: 0 })
  const document = await reading.promise
  const { info } = await document.getMetadata()
  const pages: ReadPage[] = []
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number)
    const { items } = await page.getTextContent()
    const lines = items
      .map(item => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : ''))
      .join('')
      .split('\n')
    const viewport = page.getViewport({ scale: 2 })
    // Its types say no more than that it is an object.
    const { canvas, context } = (document.canvasFactory as CanvasFactory).create(viewport.width, viewport.height)
    await page.render({ canvas, viewport }).promise
    const code = scanned(context.getImageData(0, 0, canvas.width, canvas.height))
    pages.push({ lines, code, spoken: spokenIn((await page.getStructTree()) as StructureNode) })
  }
  await reading.destroy()
  const { Title: title = null, Language: language = null } = info as { Title?: unknown; Language?: unknown } // as it is
  return { title, language, pages }
}

type Picture = { data: Uint8ClampedArray; width: number; height: number }
type CanvasFactory = {
  create: (
    width: number,
    height: number,
  ) => {
    canvas: { width: number; height: number }
    context: { getImageData: (x: number, y: number, width: number, height: number) => Picture }
  }
}

/** What a phone's camera makes of a picture; null when there is no code in it. */
export function scanned({ data, width, height }: Picture): string | null {
  // Its types say that the function is a member `default`; what Node imports is the function.
  const scan = jsqr as unknown as typeof jsqr.default
  // An empty reading is a pattern that only looks like a code.
  return scan(data, width, height)?.data || null
}

/** A node has more than this, and its types do not name `alt`. */
type StructureNode = { alt?: string; children?: StructureNode[] }

function spokenIn({ alt, children = [] }: StructureNode): string[] {
  return [...(alt === undefined ? [] : [alt]), ...children.flatMap(spokenIn)]
}
