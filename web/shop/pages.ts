import type { ComponentType } from 'react'
import type { ShopPage } from './boot.ts'

/** A page of one kind; its props are what the server said of it. */
type PageModule<Kind> = { Page: ComponentType<Extract<ShopPage, { kind: Kind }>> }
type Loaders = { [Kind in ShopPage['kind']]: { source: string; load: () => Promise<PageModule<Kind>> } }

/** Each page comes in a file of its own, so that nobody waits for another page's script. */
const LOADERS: Loaders = {
  events: { source: 'web/shop/pages/events.tsx', load: () => import('./pages/events.tsx') },
  event: { source: 'web/shop/pages/event.tsx', load: () => import('./pages/event.tsx') },
  schedule: { source: 'web/shop/pages/schedule.tsx', load: () => import('./pages/schedule.tsx') },
  checkout: { source: 'web/shop/pages/checkout.tsx', load: () => import('./pages/checkout.tsx') },
  notFound: { source: 'web/shop/pages/not-found.tsx', load: () => import('./pages/not-found.tsx') },
  notYet: { source: 'web/shop/pages/not-yet.tsx', load: () => import('./pages/not-yet.tsx') },
}

export async function loadPage({ kind }: ShopPage): Promise<ComponentType<ShopPage>> {
  const { Page } = await LOADERS[kind].load()
  return Page as ComponentType<ShopPage> // the one of this kind of page
}

/** The file that a page is in, for naming it in the head. */
export function sourceOf({ kind }: ShopPage): string {
  return LOADERS[kind].source
}
