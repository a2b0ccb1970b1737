import { QueryClient } from '@tanstack/react-query'
import { hydrateRoot } from 'react-dom/client'
import { newTexts } from '../shared/i18n.ts'
import { visit } from '../shared/visitor.ts'
import { App } from './app.tsx'
import type { Boot } from './boot.ts'
import './theme.css'

const WORDS = import.meta.glob<{ default: Record<string, unknown> }>('../../locales/*/shop.json')
const boot: Boot = JSON.parse(document.getElementById('boot')?.textContent ?? '')
const root = document.getElementById('root')
// The server has named the file in the page's head, so it is on its way already.
const load = WORDS[`../../locales/${boot.language}/shop.json`]
if (!load) throw new Error(`there are no texts in ${boot.language}`)
const { default: shop } = await load()
visit(boot.site.siteId)
if (root)
  hydrateRoot(
    root,
    <App
      boot={boot}
      texts={newTexts(boot.language, 'shop', { [boot.language]: { shop } })}
      queries={new QueryClient()}
    />,
  )
