import { type QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import type { i18n } from 'i18next'
import { createContext, useContext } from 'react'
import { I18nextProvider } from 'react-i18next'
import { type ApiError, ask } from '../shared/api.ts'
import type { Boot } from './boot.ts'
import { Frame } from './frame.tsx'
import { CheckoutPage } from './pages/checkout.tsx'
import { EventPage } from './pages/event.tsx'
import { EventsPage } from './pages/events.tsx'
import { NotFoundPage } from './pages/not-found.tsx'

const BootContext = createContext<Boot | null>(null)

/** A guest's page: what the server said of it, and everything below it may ask for that. */
export function App({ boot, texts, queries }: { boot: Boot; texts: i18n; queries: QueryClient }) {
  return (
    <BootContext value={boot}>
      <QueryClientProvider client={queries}>
        <I18nextProvider i18n={texts}>
          <Frame>
            <PageOf {...boot.page} />
          </Frame>
        </I18nextProvider>
      </QueryClientProvider>
    </BootContext>
  )
}

function PageOf(page: Boot['page']) {
  switch (page.kind) {
    case 'events':
      return <EventsPage />
    case 'event':
      return <EventPage slug={page.slug} />
    case 'checkout':
      return <CheckoutPage {...page} />
    case 'notFound':
      return <NotFoundPage />
  }
}

export function useBoot(): Boot {
  const boot = useContext(BootContext)
  if (!boot) throw new Error('outside of a page')
  return boot
}

/** What the API answers at this address: at once where the server has sent it along. */
export function useAnswer<Answer>(address: string, { every }: { every?: number } = {}) {
  const { answers } = useBoot()
  return useQuery<Answer, ApiError>({
    queryKey: [address],
    queryFn: ({ signal }) => ask<Answer>(address, { signal }),
    ...(Object.hasOwn(answers, address) && { initialData: answers[address] as Answer, staleTime: 5000 }),
    ...(every !== undefined && { refetchInterval: every }),
  })
}
