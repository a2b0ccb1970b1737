import { lazy } from 'react'
import type words from '../../../locales/en/desk.json'
import type { Section } from '../sections.tsx'

/** The parts of one event's page, in the order they are shown; the first that a person may see is where they begin. */
export const TABS: readonly Section<keyof (typeof words)['tabs']>[] = [
  {
    path: '/overview',
    name: 'overview',
    permission: 'READ_EVENT_DASHBOARD',
    component: lazy(() => import('./overview.tsx')),
  },
  {
    path: '/facts',
    name: 'facts',
    permission: 'READ_EVENT_DASHBOARD',
    component: lazy(() => import('./facts-tab.tsx')),
  },
  {
    path: '/tickets/*?',
    name: 'tickets',
    permission: 'READ_TICKET_DEFINITIONS',
    component: lazy(() => import('../tickets/tickets.tsx')),
  },
  {
    path: '/policies/*?',
    name: 'policies',
    permission: 'MANAGE_POLICIES',
    component: lazy(() => import('../policies/policies.tsx')),
  },
  {
    path: '/form',
    name: 'form',
    permission: 'MANAGE_EVENTS',
    component: lazy(() => import('../form/tab.tsx')),
  },
  {
    path: '/schedule',
    name: 'schedule',
    permission: 'MANAGE_AGENDA',
    component: lazy(() => import('../schedule/tab.tsx')),
  },
  {
    path: '/preview',
    name: 'preview',
    permission: 'READ_DRAFT_EVENTS',
    component: lazy(() => import('./preview-tab.tsx')),
  },
  {
    path: '/staff',
    name: 'staff',
    permission: 'STAFF_MEMBER_READ',
    component: lazy(() => import('../staff/tab.tsx')),
  },
  {
    path: '/guests',
    name: 'guests',
    permission: 'CHECK-IN',
    component: lazy(() => import('../guests/guests.tsx')),
  },
  {
    path: '/sell',
    name: 'sell',
    permission: 'MANAGE_ORDERS',
    component: lazy(() => import('../sell/sell.tsx')),
  },
  {
    path: '/orders',
    name: 'orders',
    permission: 'READ_ORDERS',
    component: lazy(() => import('../orders/tab.tsx')),
  },
  {
    path: '/reservations',
    name: 'reservations',
    permission: 'TICKET_RESERVATION_READ',
    component: lazy(() => import('../reservations/tab.tsx')),
  },
  {
    path: '/reports',
    name: 'reports',
    permission: 'READ_REPORTS',
    component: lazy(() => import('../reports/event-reports.tsx')),
  },
  {
    path: '/mails',
    name: 'mails',
    permission: 'MANAGE',
    component: lazy(() => import('../mails/event-mails.tsx')),
  },
  {
    path: '/settings',
    name: 'settings',
    permission: 'MANAGE_EVENTS',
    component: lazy(() => import('../event-settings/tab.tsx')),
  },
]
