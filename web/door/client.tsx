import './theme.css'
import './icons.ts'
import { createRoot } from 'react-dom/client'
import { I18nextProvider } from 'react-i18next'
import { loadTexts } from '../shared/i18n.ts'
import { App } from './app.tsx'
import type { DoorBoot } from './boot.ts'
import { Door } from './core/door.ts'
import { languageOf } from './settings.ts'
import { watchForUpdates } from './update.ts'
import { DoorContext } from './use-door.ts'

const WORDS = import.meta.glob<{ default: Record<string, unknown> }>('../../locales/*/{door,refusals}.json')
const boot: DoorBoot = JSON.parse(document.getElementById('boot')?.textContent ?? '')
// The page that is kept for bad networks is one for all languages.
const language = languageOf(boot.languages.map(each => each.language))
document.documentElement.lang = language
const texts = await loadTexts(WORDS, language, ['door', 'refusals'])

// Nothing is open over the scanner at first, or there would be no way back from it.
if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search)
const door = new Door()
addEventListener('online', () => door.noticeNetwork(true))
addEventListener('offline', () => door.noticeNetwork(false))
watchForUpdates()

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <I18nextProvider i18n={texts}>
      <DoorContext value={door}>
        <App languages={boot.languages} version={boot.version} />
      </DoorContext>
    </I18nextProvider>,
  )
