import type { Tx } from '../db/connect.ts'
import { shareEvents } from '../events/store.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { forgetAddresses } from '../notifications/mail-store.ts'
import type { Rsvp } from './model.ts'
import { listRsvpsOfContact, lockRsvps, recordRsvps, updateRsvp } from './store.ts'

/**
 * Takes everything that says who it was out of RSVPs of a contact, so many at a time; how many people come, and who of
 * them is inside, stays (R191 for RSVPs). The contact's row is not locked yet: RSVPs are locked before contacts.
 * @returns how many there were
 */
export async function anonymizeRsvpsOf(
  tx: Tx,
  { contactId, limit }: { contactId: string; limit: number },
  { identity, now }: { identity: Identity; now: Date },
): Promise<number> {
  const { siteId } = identity
  const found = await listRsvpsOfContact(tx, siteId, { contactId, limit })
  await shareEvents(
    tx,
    siteId,
    found.map(({ eventId }) => eventId),
  )
  const locked = await lockRsvps(
    tx,
    siteId,
    found.map(({ rsvpId }) => rsvpId),
  )
  const nobodys = locked
    .filter(rsvp => rsvp.contactId === contactId)
    .map(rsvp => ({ ...rsvp, ...NOBODY, revision: rsvp.revision + 1, updatedAt: now, anonymizedAt: now }))
  for (const rsvp of nobodys) await updateRsvp(tx, rsvp)
  const rsvpIds = nobodys.map(({ rsvpId }) => rsvpId)
  await forgetAddresses(tx, siteId, { rsvpIds })
  await recordRsvps(tx, nobodys, { what: 'anonymized', actor: actorOf(identity), now })
  return nobodys.length
}

const NOBODY = {
  firstName: '',
  lastName: '',
  email: '',
  contactId: null,
  memberId: null,
  answers: [],
  guestNames: [],
  extendedFields: null,
} satisfies Partial<Rsvp>
