import { QueryClient } from '@tanstack/react-query'
import { hydrateRoot } from 'react-dom/client'
import { ApiError } from '../shared/api.ts'
import { loadTexts } from '../shared/i18n.ts'
import { visit } from '../shared/visitor.ts'
import { App } from './app.tsx'
import type { Boot } from './boot.ts'
import { loadPage } from './pages.ts'
import './theme.css'

const WORDS = import.meta.glob<{ default: Record<string, unknown> }>('../../locales/*/{shop,refusals}.json')
const boot: Boot = JSON.parse(document.getElementById('boot')?.textContent ?? '')
const root = document.getElementById('root')
// The server has named both files in the page's head, so they are on their way already.
const [texts, Page] = await Promise.all([loadTexts(WORDS, boot.language, ['shop']), loadPage(boot.page)])
visit(boot.site.siteId)
const queries = new QueryClient({
  defaultOptions: {
    // What is refused stays refused; only silence and faults may pass by themselves.
    queries: {
      retry: (count, error) => count < 3 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
    },
  },
})
if (root) hydrateRoot(root, <App boot={boot} texts={texts} queries={queries} Page={Page} />)
// What is rarely said comes when the page stands; whatever is refused before is told in the page's own words.
const refusals = await WORDS[`../../locales/${boot.language}/refusals.json`]?.()
if (refusals) texts.addResourceBundle(boot.language, 'refusals', refusals.default)
