import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Boot } from '../../web/shop/boot.ts'
import { BUILT, type Entry, ensureBuilt } from './build.ts'

/** What was built for browsers, and how a page is rendered before a browser has loaded it. */
export type Bundle = {
  /** Where the files are that are served under /assets/. */
  assets: string
  /** The script that pages of others load. */
  embed: string
  /** The worker that keeps the door's app, without the list of what it keeps. */
  worker: string
  /** @param sources what else it begins with, by the paths of sources */
  filesOf: (entry: Entry, language: string, sources?: readonly string[]) => EntryFiles
  /** Addresses of all that an entry may ever load, in every language. */
  allFilesOf: (entry: Entry) => string[]
  /** The address of a file that is served as it is. */
  addressOf: (source: string) => string
  renderShop: (boot: Boot) => Promise<{ markup: string; source: string }>
}

/** Addresses, for the head of a page. */
export type EntryFiles = { script: string; preloads: readonly string[]; styles: readonly string[] }

/** A file of Vite's manifest, by the path of its source. */
type Built = {
  file: string
  src?: string
  css?: readonly string[]
  assets?: readonly string[]
  imports?: readonly string[]
  dynamicImports?: readonly string[]
}

/** @throws Error when it cannot be built */
export async function openBundle(): Promise<Bundle> {
  await ensureBuilt()
  const client = join(BUILT, 'client')
  const manifest: Readonly<Record<string, Built>> = JSON.parse(await readFile(join(client, 'manifest.json'), 'utf8'))

  function entryOf(entry: Entry): Built {
    const root = Object.keys(manifest).find(
      path => path.startsWith(`web/${entry}/`) && manifest[path]?.src === path && path.includes('client.'),
    )
    const built = root === undefined ? undefined : manifest[root]
    if (!built) throw new Error(`${entry} is not in the build`)
    return built
  }

  function allFilesOf(entry: Entry): string[] {
    const files = new Set<string>()
    const add = (built: Built | undefined) => {
      if (!built || files.has(built.file)) return
      for (const file of [built.file, ...(built.css ?? []), ...(built.assets ?? [])]) files.add(file)
      for (const each of [...(built.imports ?? []), ...(built.dynamicImports ?? [])]) add(manifest[each])
    }
    add(entryOf(entry))
    return [...files].map(address)
  }

  function addressOf(source: string): string {
    const built = manifest[source]
    if (!built) throw new Error(`${source} is not in the build`)
    return address(built.file)
  }

  function filesOf(entry: Entry, language: string, sources: readonly string[] = []): EntryFiles {
    const built = entryOf(entry)
    const needed = new Map<string, Built>()
    const need = (path: string) => {
      const file = manifest[path]
      if (!file || needed.has(path)) return
      needed.set(path, file)
      for (const each of file.imports ?? []) need(each)
    }
    for (const each of built.imports ?? []) need(each)
    // Which words a page says is known here, so that its script does not have to find them out first.
    need(`locales/${language}/${entry}.json`)
    // Guests' pages stand before they could need these.
    if (entry !== 'shop') need(`locales/${language}/refusals.json`)
    for (const each of sources) need(each)
    return {
      script: address(built.file),
      preloads: [...needed.values()].map(({ file }) => address(file)),
      styles: [...new Set([built, ...needed.values()].flatMap(({ css = [] }) => css))].map(address),
    }
  }

  const [embed, worker] = await Promise.all(
    ['embed', 'worker'].map(name => readFile(join(BUILT, name, `${name}.js`), 'utf8')),
  )
  if (embed === undefined || worker === undefined) throw new Error('the build is not complete')
  return {
    ...{ assets: join(client, 'assets'), embed, worker, filesOf, allFilesOf, addressOf },
    renderShop: async boot => {
      // Loaded with the first page that is asked for.
      const { render } = await import(pathToFileURL(join(BUILT, 'server', 'shop.js')).href)
      return render(boot)
    },
  }
}

function address(file: string): string {
  return `/${file}`
}
