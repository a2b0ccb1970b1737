import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { InlineConfig } from 'vite'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/**
 * What is built: `client/` for browsers, `server/` for rendering pages here, `embed/` for pages of others, `worker/` for
 * the door without a network.
 */
export const BUILT = join(ROOT, 'dist')
const STAMP = join(BUILT, 'built-from')

/** What browsers load, by name; each is an entry of the client's build. */
const ENTRIES = { shop: 'web/shop/client.tsx', desk: 'web/desk/client.tsx', door: 'web/door/client.tsx' } as const
export type Entry = keyof typeof ENTRIES

/**
 * Builds what browsers load, unless it was built from the same sources; in a process of its own, so that the server keeps
 * none of the memory, and React is built for production whoever asks. Says whether it built.
 */
export async function ensureBuilt(): Promise<boolean> {
  const sources = await fingerprint()
  if ((await readFile(STAMP, 'utf8').catch(() => '')) === sources) return false
  const env = { ...process.env, NODE_ENV: 'production' }
  await promisify(execFile)(process.execPath, [fileURLToPath(import.meta.url), sources], { cwd: ROOT, env })
  return true
}

async function buildAll(sources: string): Promise<void> {
  await rm(BUILT, { recursive: true, force: true })
  // Loaded only where something has to be built, for it is large.
  const { build } = await import('vite')
  const { default: react } = await import('@vitejs/plugin-react')
  const common: InlineConfig = {
    root: ROOT,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    mode: 'production',
    plugins: [react()],
    // Names of classes are the same in both builds, or what is rendered here would look different there.
    css: { modules: { generateScopedName: '[name]-[local]-[hash:base64:5]' } },
  }
  await build({
    ...common,
    build: {
      outDir: join(BUILT, 'client'),
      assetsDir: 'assets',
      manifest: 'manifest.json',
      target: 'es2022',
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0, // the pages' policy allows no data: addresses
      rollupOptions: {
        input: Object.fromEntries(Object.entries(ENTRIES).map(([name, path]) => [name, join(ROOT, path)])),
      },
    },
  })
  await build({
    ...common,
    ssr: { noExternal: true },
    // A server's build leaves both for when it runs: then it is React for development, in five times the memory.
    define: { 'process.env.NODE_ENV': JSON.stringify('production') },
    build: {
      outDir: join(BUILT, 'server'),
      ssr: true,
      minify: true,
      target: 'node24',
      rollupOptions: { input: { shop: join(ROOT, 'web/shop/server.tsx') }, output: { entryFileNames: '[name].js' } },
    },
  })
  // One file each: for pages of others, which name it and nothing else of ours, and for what browsers keep between pages.
  const ALONE = { embed: 'web/embed/embed.ts', worker: 'web/door/worker.ts' } as const
  for (const [name, entry] of Object.entries(ALONE))
    await build({
      ...common,
      plugins: [],
      build: {
        outDir: join(BUILT, name),
        target: 'es2022',
        lib: { entry: join(ROOT, entry), name: 'boxoffice', formats: ['iife'], fileName: () => `${name}.js` },
      },
    })
  await pack(join(BUILT, 'client', 'assets'))
  await writeFile(STAMP, sources)
}

/** Beside each file what is sent of it: as small as it gets, for it is packed once and sent often. */
async function pack(folder: string): Promise<void> {
  for (const file of await filesIn(folder)) {
    const content = await readFile(file)
    const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
    await writeFile(`${file}.br`, await promisify(brotliCompress)(content, { params }))
    await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }))
  }
}

/** Of all that a build is made from: sources, words, packages, and how it is built. */
async function fingerprint(): Promise<string> {
  const files = [
    ...(await filesIn(join(ROOT, 'web'))),
    ...(await filesIn(join(ROOT, 'locales'))),
    join(ROOT, 'package-lock.json'),
    fileURLToPath(import.meta.url),
  ].sort()
  const hash = createHash('sha256')
  for (const file of files) hash.update(`${relative(ROOT, file)}\0`).update(await readFile(file))
  return hash.digest('hex')
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , sources] = process.argv
  await (sources === undefined ? ensureBuilt() : buildAll(sources))
}
