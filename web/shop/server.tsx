import { QueryClient } from '@tanstack/react-query'
import { renderToString } from 'react-dom/server'
import { newTexts } from '../shared/i18n.ts'
import { App } from './app.tsx'
import type { Boot } from './boot.ts'
import { loadPage, sourceOf } from './pages.ts'

const WORDS = import.meta.glob<Record<string, unknown>>('../../locales/*/shop.json', { eager: true, import: 'default' })
const texts = new Map(
  Object.entries(WORDS).map(([path, shop]) => {
    const language = path.split('/').at(-2) ?? ''
    return [language, newTexts(language, 'shop', { [language]: { shop } })]
  }),
)

/** The page's markup, as the browser will find it when it takes over, and the file that its script is in. */
export async function render(boot: Boot): Promise<{ markup: string; source: string }> {
  const inLanguage = texts.get(boot.language)
  if (!inLanguage) throw new Error(`there are no texts in ${boot.language}`)
  const Page = await loadPage(boot.page)
  const queries = new QueryClient({ defaultOptions: { queries: { gcTime: 0, enabled: false } } })
  return {
    markup: renderToString(<App boot={boot} texts={inLanguage} queries={queries} Page={Page} />),
    source: sourceOf(boot.page),
  }
}
