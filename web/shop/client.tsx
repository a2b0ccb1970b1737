import { QueryClient } from '@tanstack/react-query'
import { hydrateRoot } from 'react-dom/client'
import { ApiError } from '../shared/api.ts'
import { newTexts } from '../shared/i18n.ts'
import { visit } from '../shared/visitor.ts'
import { App } from './app.tsx'
import type { Boot } from './boot.ts'
import { loadPage } from './pages.ts'
import './theme.css'

const WORDS = import.meta.glob<{ default: Record<string, unknown> }>('../../locales/*/shop.json')
const boot: Boot = JSON.parse(document.getElementById('boot')?.textContent ?? '')
const root = document.getElementById('root')
// The server has named both files in the page's head, so they are on their way already.
const load = WORDS[`../../locales/${boot.language}/shop.json`]
if (!load) throw new Error(`there are no texts in ${boot.language}`)
const [{ default: shop }, Page] = await Promise.all([load(), loadPage(boot.page)])
visit(boot.site.siteId)
const queries = new QueryClient({
  defaultOptions: {
    // What is refused stays refused; only silence and faults may pass by themselves.
    queries: {
      retry: (count, error) => count < 3 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
    },
  },
})
if (root)
  hydrateRoot(
    root,
    <App
      boot={boot}
      texts={newTexts(boot.language, 'shop', { [boot.language]: { shop } })}
      queries={queries}
      Page={Page}
    />,
  )
