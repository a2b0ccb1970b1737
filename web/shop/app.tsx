import { type QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import type { i18n } from 'i18next'
import { type ComponentType, createContext, useContext } from 'react'
import { I18nextProvider } from 'react-i18next'
import { type ApiError, ask } from '../shared/api.ts'
import { type Boot, keyOf, type Question, type ShopPage } from './boot.ts'
import { Frame } from './frame.tsx'

const BootContext = createContext<Boot | null>(null)

/** A guest's page: what the server said of it, and everything below it may ask for that. */
export function App({
  boot,
  texts,
  queries,
  Page,
}: {
  boot: Boot
  texts: i18n
  queries: QueryClient
  /** Of the kind that `boot.page` is. */
  Page: ComponentType<ShopPage>
}) {
  return (
    <BootContext value={boot}>
      <QueryClientProvider client={queries}>
        <I18nextProvider i18n={texts}>
          <Frame>
            <Page {...boot.page} />
          </Frame>
        </I18nextProvider>
      </QueryClientProvider>
    </BootContext>
  )
}

export function useBoot(): Boot {
  const boot = useContext(BootContext)
  if (!boot) throw new Error('outside of a page')
  return boot
}

/** Where the pages of this storefront are. */
export function usePaths(): { home: string; eventOf: (slug: string) => string } {
  const { home } = useBoot().site
  return { home, eventOf: slug => `${home}event-details/${encodeURIComponent(slug)}` }
}

/**
 * What the API answers to this: at once where the server has sent it along, and then anew, for a page may be an old one;
 * a preview shows what it was sent. `every`: in ms, asked again so often.
 */
export function useAnswer<Answer>(
  question: Question,
  { every, enabled = true }: { every?: number; enabled?: boolean } = {},
) {
  const { answers, preview } = useBoot()
  const key = keyOf(question)
  return useQuery<Answer, ApiError>({
    queryKey: [key],
    enabled: enabled && !preview,
    queryFn: ({ signal }) =>
      typeof question === 'string'
        ? ask<Answer>(question, { signal })
        : ask<Answer>(question.path, { method: 'POST', body: question.body, signal }),
    ...(Object.hasOwn(answers, key) && { initialData: answers[key] as Answer }),
    ...(every !== undefined && { refetchInterval: every }),
  })
}
