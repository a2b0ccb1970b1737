import type { Keys } from '../identities/keys.ts'
import type { Notification, Payment, ProviderName, Refund } from './model.ts'

/**
 * What has become of a payment at its provider. PENDING: the buyer has done what there was to do, and it is decided
 * elsewhere; BY_HAND: only a person can do what was asked.
 */
export type ProviderState =
  | 'OPEN'
  | 'PENDING'
  | 'AUTHORIZED'
  | 'CAPTURED'
  | 'DECLINED'
  | 'VOIDED'
  | 'REFUNDED'
  | 'BY_HAND'

/**
 * What has become of a refund at its provider, and its id there; and all refunds of the payment, where they had to be looked
 * at. FAILED: nobody needs to ask again.
 */
export type RefundState = {
  state: Refund['status'] | 'BY_HAND'
  ref: string | null
  atProvider?: readonly RefundElsewhere[]
}

/** A refund as its provider has it; ours by `refundId`, where it says one. */
export type RefundElsewhere = { state: Refund['status']; ref: string; amountMinor: number; refundId: string | null }

/** Where a payment is made, null where it no longer can be; and its id at a provider that has one of its own. */
export type Begun = { url: string | null; ref: string | null }

/** What a buyer sees at a provider, and where they come back to. */
export type BeginContext = {
  publicUrl: string
  keys: Keys
  returnUrl: string
  /** What is paid for. */
  title: string
  /** Of the buyer; empty where nobody said it. */
  email: string
}

/**
 * What we ask of whoever moves money (design.md section 6). None of it is called inside a transaction: what is wanted
 * is written first (`Payment.asked`, `Refund`), then asked for as often as it takes, so each must be harmless when
 * repeated; a payment's or a refund's id is a key for that. Each answers what the payment now is, and throws when it
 * could not find out.
 */
export type Provider<Message = never> = RemoteProvider & {
  /** What one of its messages says; null when that is nothing to us. Throws on one that is not from the provider. */
  parse: (message: Message) => Notification | null
}

export type RemoteProvider = {
  /** Whether it answers without a network: then what is asked of it is done before the caller is answered. */
  isLocal: boolean
  /** Begins it, or goes on with it; safe to repeat. A Refusal says what the buyer can do. */
  begin: (payment: Payment, context: BeginContext) => Promise<Begun>
  lookUp: (payment: Payment) => Promise<ProviderState>
  capture: (payment: Payment) => Promise<ProviderState>
  /** Lets go of what was authorized, or of a payment that nobody should make any more. */
  void: (payment: Payment) => Promise<ProviderState>
  /** Gives back a part of it; one that was asked for before, and has its id there, is only looked up. */
  refund: (payment: Payment, refund: Refund) => Promise<RefundState>
}

/** Providers by name, as far as those who ask care. */
export type Providers = Readonly<Record<ProviderName, RemoteProvider>>
