import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import type words from '../../locales/en/desk.json'

/** A part of the desk, or of an event's page: where it is, who sees it (`permission` of the API), and what is in it. */
export type Section<Name = keyof (typeof words)['sections']> = {
  /** Below /dashboard, or below the event, as wouter writes paths; `/*?` at the end where it has pages of its own. */
  path: string
  /** Its name in `desk:sections`, or in `desk:tabs`. */
  name: Name
  permission: string
  component: LazyExoticComponent<ComponentType>
}

/** Where a section begins. */
export function startOf({ path }: { path: string }): string {
  return path.replace('/*?', '')
}

/** In the order of the menu; the first that a person may see is where they begin. */
export const SECTIONS: readonly Section[] = [
  {
    path: '/home/*?',
    name: 'home',
    permission: 'READ_EVENT_DASHBOARD',
    component: lazy(() => import('./home/home.tsx')),
  },
  {
    path: '/events/*?',
    name: 'events',
    permission: 'READ_EVENT_DASHBOARD',
    component: lazy(() => import('./events/events.tsx')),
  },
  {
    path: '/categories/*?',
    name: 'categories',
    permission: 'READ_CATEGORIES',
    component: lazy(() => import('./categories/categories.tsx')),
  },
  {
    path: '/pictures',
    name: 'pictures',
    permission: 'MANAGE_EVENTS',
    component: lazy(() => import('./pictures/pictures.tsx')),
  },
  {
    path: '/orders/*?',
    name: 'orders',
    permission: 'READ_ORDERS',
    component: lazy(() => import('./orders/orders.tsx')),
  },
  {
    path: '/reservations',
    name: 'reservations',
    permission: 'TICKET_RESERVATION_READ',
    component: lazy(() => import('./reservations/reservations.tsx')),
  },
  {
    path: '/promotions/*?',
    name: 'promotions',
    permission: 'MANAGE_PROMOTIONS',
    component: lazy(() => import('./promotions/promotions.tsx')),
  },
  {
    path: '/money',
    name: 'money',
    permission: 'DECIDE_PAYMENTS',
    component: lazy(() => import('./money/money.tsx')),
  },
  {
    path: '/reports',
    name: 'reports',
    permission: 'READ_REPORTS',
    component: lazy(() => import('./reports/site-reports.tsx')),
  },
  {
    path: '/mails',
    name: 'mails',
    permission: 'MANAGE',
    component: lazy(() => import('./mails/mails.tsx')),
  },
  {
    path: '/activity',
    name: 'activity',
    permission: 'READ_ACTIVITIES',
    component: lazy(() => import('./activity/activity.tsx')),
  },
  {
    path: '/webhooks',
    name: 'webhooks',
    permission: 'MANAGE_WEBHOOKS',
    component: lazy(() => import('./webhooks/webhooks.tsx')),
  },
  {
    path: '/jobs',
    name: 'jobs',
    permission: 'MANAGE_JOBS',
    component: lazy(() => import('./jobs/jobs.tsx')),
  },
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
