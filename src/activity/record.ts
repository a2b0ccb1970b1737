import { noteChange } from '../db/changes.ts'
import { type Db, jsonb } from '../db/connect.ts'

/** What a fact is about; with `entityId` it names the thing whose history it belongs to. */
export const ENTITY_KINDS = [
  'event',
  'registration_form',
  'policy',
  'notification_config',
  'schedule',
  'category',
  'staff_member',
  'ticket_definition',
  'seating_plan',
  'coupon',
  'pricing_plan_benefit',
  'ticket_reservation',
  'order',
  'ticket',
  'redirect_session',
  'rsvp',
  'gift_card',
  'events_settings',
  'site',
  'membership',
  'invitation',
  'api_key',
  'webhook_subscription',
  'webhook_key',
  'media',
  'export',
] as const
export type EntityKind = (typeof ENTITY_KINDS)[number]

/** Who did it; with an address only where it was somebody of the organizer's. */
export type Actor = { kind: string; id: string; address?: string }

/** One thing that happened (design.md section 7). Webhooks, mail, audit and live pages read these. */
export type Activity = {
  siteId: string
  entityKind: EntityKind
  entityId: string
  /** The entity's revision that this fact made: 1, 2, 3 … without a gap (law 9). */
  sequence: number
  /** `ticket_reservation.created`: the contract's word and what happened to it. */
  kind: `${EntityKind}.${string}`
  data?: Record<string, unknown>
  actor: Actor
  occurredAt: Date
}

/** Writes facts in the transaction that makes them true, all in one statement. */
export async function record(tx: Db, activities: readonly Activity[]): Promise<void> {
  if (activities.length === 0) return
  await tx`
    insert into activities (
      site_id, entity_kind, entity_id, sequence, kind, data, actor_kind, actor_id, actor_address, occurred_at
    )
    select site_id, entity_kind, entity_id, sequence, kind, data, actor_kind, actor_id, actor_address, occurred_at
      from jsonb_to_recordset(${jsonb(tx, activities.map(toRow))}) as new (
             site_id uuid, entity_kind text, entity_id text, sequence integer, kind text, data jsonb,
             actor_kind text, actor_id text, actor_address text, occurred_at timestamptz
           )`
  const changed = activities.filter(({ entityKind }) => !HELD_AND_BOUGHT.has(entityKind))
  for (const siteId of new Set(changed.map(each => each.siteId))) noteChange(tx, { kind: 'content', siteId })
}

/** Facts that change nothing of what a site shows to guests but its numbers, of which src/inventory/ tells. */
const HELD_AND_BOUGHT: ReadonlySet<EntityKind> = new Set([
  'notification_config',
  'coupon',
  'pricing_plan_benefit',
  'ticket_reservation',
  'order',
  'ticket',
  'redirect_session',
  'rsvp',
  'gift_card',
  'membership',
  'invitation',
  'api_key',
  'webhook_subscription',
  'webhook_key',
  'export',
])

function toRow({ siteId, entityKind, entityId, sequence, kind, data, actor, occurredAt }: Activity) {
  return {
    site_id: siteId,
    entity_kind: entityKind,
    entity_id: entityId,
    sequence,
    kind,
    data: data ?? {},
    actor_kind: actor.kind,
    actor_id: actor.id,
    actor_address: actor.address,
    occurred_at: occurredAt,
  }
}

/** The actor of what the clock brings about. */
export const CLOCK = { kind: 'clock', id: '' } as const
