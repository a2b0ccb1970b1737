import { type Static, Type } from 'typebox'
import { present } from '../wire/plain-object.ts'
import { Maybe, Text } from '../wire/shapes.ts'
import { TAGS_MAX, type Tags } from './tag-model.ts'

const TagList = Type.Object({ tagIds: Maybe(Type.Array(Text(1, 5), { maxItems: TAGS_MAX })) })

/** `tags` of a reservation, and what a bulk call assigns or unassigns (api 9.5). */
export const TagsIn = Type.Object({ tags: Maybe(TagList), privateTags: Maybe(TagList) })

const TagListOut = Type.Object({ tagIds: Type.Array(Type.String()) })
export const TagsOut = Type.Object({ tags: Type.Optional(TagListOut), privateTags: Type.Optional(TagListOut) })

export function tagsFromWire(wire: Static<typeof TagsIn> | null | undefined): Tags {
  const idsOf = (list: Static<typeof TagList> | null | undefined) => [...new Set(list?.tagIds ?? [])]
  return { tags: idsOf(wire?.tags), privateTags: idsOf(wire?.privateTags) }
}

/** The member `tags` of a reservation; absent where there are none to show. */
export function toWireTags({ tags, privateTags }: Tags): { tags?: Static<typeof TagsOut> } {
  const listOf = (ids: readonly string[]) => (ids.length > 0 ? { tagIds: [...ids] } : null)
  const shown = present({ tags: listOf(tags), privateTags: listOf(privateTags) })
  return Object.keys(shown).length > 0 ? { tags: shown } : {}
}
