import { Type } from 'typebox'
import { InstantOut } from '../wire/shapes.ts'
import type { Policy } from './model.ts'

export const PolicyOut = Type.Object({
  id: Type.String(),
  revision: Type.String(),
  createdDate: InstantOut,
  updatedDate: InstantOut,
  name: Type.String(),
  body: Type.String(),
  eventId: Type.String(),
})

export function toWire({ policyId, revision, createdAt, updatedAt, name, body, eventId }: Policy) {
  return {
    id: policyId,
    revision: String(revision),
    createdDate: createdAt,
    updatedDate: updatedAt,
    name,
    body,
    eventId,
  }
}
