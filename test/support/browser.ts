import { hash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inflate } from '@sparticuz/chromium'
import axe, { type AxeResults } from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll } from 'vitest'

/**
 * A browser for the tests of one file, closed after the last of them: the Chromium that an npm package brings, with the
 * libraries that a bare machine lacks and our own fonts. `CHROMIUM=/path/to/one` takes another, for a machine that is no
 * Linux on x64.
 * @param more switches of Chromium
 */
export async function testBrowser(...more: readonly string[]): Promise<Browser> {
  const own = process.env.CHROMIUM
  const browser = await chromium.launch({
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none', ...more],
    ...(own === undefined ? await packagedBrowser() : { executablePath: own }),
  })
  afterAll(() => browser.close())
  return browser
}

/** What axe has against the page as it is now (WCAG 2.2, A and AA, and good practice), a line each; `[]` when nothing. */
export async function accessibilityViolations(page: Page): Promise<string[]> {
  // Both come through the debugger, for a page of ours runs no script.
  if (await page.evaluate('typeof axe === "undefined"')) await page.evaluate(axe.source)
  const { violations } = await page.evaluate<AxeResults>(AXE_RUN)
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target.join(' ')).join()}`,
  )
}

const AXE_RUN = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`

/** The points of a screenshot. */
export async function picture(
  browser: Browser,
  png: Buffer,
): Promise<{ data: Uint8ClampedArray; width: number; height: number }> {
  const page = await browser.newPage()
  const points = await page.evaluate<{ data: number[]; width: number; height: number }>(`(async () => {
    const image = new Image()
    image.src = 'data:image/png;base64,${png.toString('base64')}'
    await image.decode()
    const { width, height } = image
    const context = new OffscreenCanvas(width, height).getContext('2d')
    context.drawImage(image, 0, 0)
    return { data: [...context.getImageData(0, 0, width, height).data], width, height }
  })()`)
  await page.close()
  return { ...points, data: new Uint8ClampedArray(points.data) }
}

async function packagedBrowser() {
  const unpacked = await unpackOnce()
  const libraries = join(unpacked, 'al2023', 'lib')
  // Of each checkout its own, for it names the fonts in there.
  const fonts = join(unpacked, `fonts-${hash('sha256', import.meta.url).slice(0, 12)}.conf`)
  await writeFile(fonts, fontsConfiguration(unpacked))
  return {
    executablePath: join(unpacked, 'chromium'),
    env: { ...process.env, LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: fonts },
  }
}

/** Several test files may come at once: each unpacks for itself, and whoever is first leaves it for all later runs. */
async function unpackOnce(): Promise<string> {
  const entry = fileURLToPath(import.meta.resolve('@sparticuz/chromium'))
  const packed = join(entry, '..', '..', 'bin')
  const { size } = await stat(join(packed, 'chromium.br')) // another version is another size
  const shared = join(tmpdir(), `boxoffice-chromium-${size}`)
  if (existsSync(shared)) return shared
  const staging = `${shared}-${randomBytes(6).toString('hex')}`
  await mkdir(staging)
  const { TMPDIR } = process.env
  process.env.TMPDIR = staging // where the package unpacks to
  try {
    await Promise.all(['chromium.br', 'al2023.tar.br'].map(name => inflate(join(packed, name))))
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  }
  await rename(staging, shared).catch(() => rm(staging, { recursive: true }))
  return shared
}

/** The same fonts on every machine: those that tickets are printed with. */
function fontsConfiguration(unpacked: string): string {
  const folders = ['latin', 'arabic', 'hebrew'].map(script =>
    fileURLToPath(new URL(`../../node_modules/@embedpdf/fonts-${script}/fonts`, import.meta.url)),
  )
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
${folders.map(folder => `<dir>${folder}</dir>`).join('\n')}
<cachedir>${join(unpacked, 'font-cache')}</cachedir>
</fontconfig>
`
}
