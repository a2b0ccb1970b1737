import type Stripe from 'stripe'
import { isGuid } from '../ids.ts'
import type { Notification, Payment } from './model.ts'

/** Whose payment an object of Stripe is, by the metadata that we gave it; null where it is none of ours. */
export type Named = { siteId: string; paymentId: string }

export function namedBy(metadata: Stripe.Metadata | null | undefined): Named | null {
  const { site = '', payment = '' } = metadata ?? {}
  return isGuid(site) && isGuid(payment) ? { siteId: site, paymentId: payment } : null
}

/** What a notification is about: what became of a payment, what of its refunds, or that the bank wants its money back. */
export type About = { object: { metadata?: Stripe.Metadata | null }; intent: string | null } & (
  | { kind: 'payment'; resultFor: (payment: Payment) => Notification['result'] }
  | { kind: 'refunds' }
  | { kind: 'dispute'; disputeId: string }
)

/** @returns null for what is nothing to us, such as a card that was declined while the buyer may try another */
export function aboutOf(event: Stripe.Event): About | null {
  switch (event.type) {
    case 'checkout.session.completed': {
      const session = event.data.object
      // Unpaid is what was only authorized, as we asked for, or what a bank decides about later.
      const isPaid = session.payment_status !== 'unpaid'
      const resultFor = ({ capturesLater }: Payment) => (isPaid ? 'PAID' : capturesLater ? 'AUTHORIZED' : 'PENDING')
      return { kind: 'payment', object: session, intent: null, resultFor }
    }
    case 'checkout.session.async_payment_succeeded':
      return { kind: 'payment', object: event.data.object, intent: null, resultFor: () => 'PAID' }
    case 'checkout.session.async_payment_failed':
      return { kind: 'payment', object: event.data.object, intent: null, resultFor: () => 'DECLINED' }
    case 'checkout.session.expired':
      return { kind: 'payment', object: event.data.object, intent: null, resultFor: () => 'VOIDED' }
    case 'payment_intent.amount_capturable_updated':
      return { kind: 'payment', object: event.data.object, intent: null, resultFor: () => 'AUTHORIZED' }
    case 'payment_intent.succeeded':
      return { kind: 'payment', object: event.data.object, intent: null, resultFor: () => 'PAID' }
    case 'payment_intent.canceled':
      return { kind: 'payment', object: event.data.object, intent: null, resultFor: () => 'VOIDED' }
    case 'charge.refunded':
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
      return { kind: 'refunds', object: event.data.object, intent: idOf(event.data.object.payment_intent) }
    case 'charge.dispute.created': {
      const dispute = event.data.object
      return { kind: 'dispute', object: dispute, intent: idOf(dispute.payment_intent), disputeId: dispute.id }
    }
    default:
      return null
  }
}

function idOf(named: string | { id: string } | null | undefined): string | null {
  return typeof named === 'object' && named !== null ? named.id : (named ?? null)
}
