/** What the organizer sorts reservations by: ids of tags. Guests see the first list, never the second (R29). */
export type Tags = { tags: readonly string[]; privateTags: readonly string[] }

/** What is to become of the tags of many reservations. */
export type TagChange = { assign: Tags; unassign: Tags }

/** How many tags a reservation has of each list (7.2). */
export const TAGS_MAX = 100

/** The tags after `change`: one that is both assigned and unassigned is assigned (R138). */
export function retagged({ tags, privateTags }: Tags, { assign, unassign }: TagChange): Tags {
  return {
    tags: listAfter(tags, assign.tags, unassign.tags),
    privateTags: listAfter(privateTags, assign.privateTags, unassign.privateTags),
  }
}

export function isTooMany({ tags, privateTags }: Tags): boolean {
  return tags.length > TAGS_MAX || privateTags.length > TAGS_MAX
}

/** Whether two reservations are tagged alike, in whatever order. */
export function sameTags(one: Tags, other: Tags): boolean {
  return sameIds(one.tags, other.tags) && sameIds(one.privateTags, other.privateTags)
}

function listAfter(stored: readonly string[], assigned: readonly string[], unassigned: readonly string[]): string[] {
  const gone = new Set(unassigned)
  return [...new Set([...stored.filter(id => !gone.has(id)), ...assigned])]
}

function sameIds(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && new Set([...one, ...other]).size === one.length
}
