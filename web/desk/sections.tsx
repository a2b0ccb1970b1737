import { type ComponentType, type LazyExoticComponent, lazy } from 'react'

/** A part of the desk: where it is, who sees it (`permission` of the API), and what is in it. */
export type Section = {
  /** Below /dashboard, as wouter writes paths; `/*` at the end where it has pages of its own. */
  path: string
  /** Its name in `desk:sections`. */
  name: 'colleagues' | 'settings'
  permission: string
  component: LazyExoticComponent<ComponentType>
}

/** In the order of the menu; the first that a person may see is where they begin. */
export const SECTIONS: readonly Section[] = [
  {
    path: '/colleagues',
    name: 'colleagues',
    permission: 'READ_MEMBERSHIPS',
    component: lazy(() => import('./pages/colleagues.tsx')),
  },
  {
    path: '/settings',
    name: 'settings',
    permission: 'READ_SITE',
    component: lazy(() => import('./pages/settings.tsx')),
  },
]
