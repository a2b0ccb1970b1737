import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import { type CSSVariablesResolver, createTheme, MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { I18nextProvider } from 'react-i18next'
import { ApiError } from '../shared/api.ts'
import { newTexts } from '../shared/i18n.ts'
import { Desk } from './desk.tsx'

const WORDS = import.meta.glob<{ default: Record<string, unknown> }>('../../locales/*/desk.json')
const boot: { language: string; languages: string[] } = JSON.parse(document.getElementById('boot')?.textContent ?? '')
const load = WORDS[`../../locales/${boot.language}/desk.json`]
if (!load) throw new Error(`there are no texts in ${boot.language}`)
const { default: desk } = await load()

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What was refused stays refused; what nobody answered may be answered soon.
      retry: (failures, error) =>
        failures < 3 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
    },
  },
})
const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 8 },
  autoContrast: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
})

// Mantine's own soft and error texts have too little contrast on its grounds (WCAG 1.4.3).
const colours: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': colors.gray[7],
    '--mantine-color-placeholder': colors.gray[7],
    '--mantine-color-error': colors.red[9],
    '--mantine-color-red-light-color': colors.red[9],
    '--mantine-color-green-light-color': '#1c6b2f',
    '--mantine-color-gray-light-color': colors.gray[8],
    '--mantine-color-red-text': colors.red[9],
    '--mantine-color-anchor': colors.indigo[8],
  },
  dark: {
    '--mantine-color-dimmed': colors.dark[1],
    '--mantine-color-placeholder': colors.dark[1],
    '--mantine-color-error': colors.red[4],
    '--mantine-color-red-light-color': colors.red[3],
    '--mantine-color-red-text': colors.red[4],
    '--mantine-color-anchor': colors.indigo[3],
  },
})

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <MantineProvider theme={theme} cssVariablesResolver={colours} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <I18nextProvider i18n={newTexts(boot.language, 'desk', { [boot.language]: { desk } })}>
          <Notifications position="top-right" />
          <Desk languages={boot.languages} />
        </I18nextProvider>
      </QueryClientProvider>
    </MantineProvider>,
  )
