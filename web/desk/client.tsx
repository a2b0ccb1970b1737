import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import { type CSSVariablesResolver, createTheme, Drawer, darken, MantineProvider, Modal } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { I18nextProvider } from 'react-i18next'
import { ApiError } from '../shared/api.ts'
import { loadTexts } from '../shared/i18n.ts'
import { Desk } from './desk.tsx'
import { noticeSession } from './parts/session.ts'

const WORDS = import.meta.glob<{ default: Record<string, unknown> }>('../../locales/*/{desk,refusals}.json')
const boot: { language: string; languages: string[] } = JSON.parse(document.getElementById('boot')?.textContent ?? '')
const texts = await loadTexts(WORDS, boot.language, ['desk', 'refusals'])

function onError(error: Error): void {
  if (error instanceof ApiError && error.status === 401) noticeSession(true)
}

const queries = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
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
  respectReducedMotion: true,
  // The head of a dialog is no head of the page.
  components: {
    Modal: Modal.extend({ defaultProps: { attributes: { header: { role: 'presentation' } } } }),
    Drawer: Drawer.extend({ defaultProps: { attributes: { header: { role: 'presentation' } } } }),
  },
})

// Mantine's own soft and error texts have too little contrast on its grounds (WCAG 1.4.3).
const colours: CSSVariablesResolver = ({ colors }) => {
  const eachColour = (shadeOf: (shades: readonly string[]) => string) =>
    Object.fromEntries(
      Object.entries(colors)
        .filter(([name]) => name !== 'dark')
        .flatMap(([name, shades]) =>
          ['light-color', 'text', 'outline'].map(use => [`--mantine-color-${name}-${use}`, shadeOf(shades)]),
        ),
    )
  // Buttons that warn: white on it can be read.
  const warning = {
    '--mantine-color-red-filled': colors.red[9],
    '--mantine-color-red-filled-hover': darken(colors.red[9], 0.15),
  }
  return {
    variables: {},
    light: {
      ...warning,
      ...eachColour(shades => darken(shades[9] ?? '', 0.3)),
      '--mantine-color-dimmed': colors.gray[7],
      '--mantine-color-placeholder': colors.gray[7],
      '--mantine-color-error': colors.red[9],
      '--mantine-color-anchor': colors.indigo[8],
    },
    dark: {
      ...warning,
      ...eachColour(shades => shades[3] ?? ''),
      '--mantine-color-dimmed': colors.dark[1],
      '--mantine-color-placeholder': colors.dark[1],
      '--mantine-color-error': colors.red[4],
      '--mantine-color-anchor': colors.indigo[3],
    },
  }
}

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <MantineProvider theme={theme} cssVariablesResolver={colours} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <I18nextProvider i18n={texts}>
          {/* Where no dialog has its buttons. */}
          <Notifications position="bottom-center" limit={2} autoClose={3000} />
          <Desk languages={boot.languages} />
        </I18nextProvider>
      </QueryClientProvider>
    </MantineProvider>,
  )
