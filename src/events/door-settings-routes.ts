import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { invalid } from '../refusals.ts'
import { present } from '../wire/plain-object.ts'
import { Guid, Instant, InstantOut, Maybe } from '../wire/shapes.ts'
import { setDoorSettings } from './door-settings.ts'
import { admissionOpensAt, type StoredEvent } from './model.ts'
import { getEvent } from './store.ts'

/** A week. */
const ADMISSION_MINUTES_MAX = 10_080
const GATES_MAX = 50
/** One line that says something. */
const GATE_PATTERN = '^(?=.*\\S)[^\\r\\n]{1,50}$'

const DoorSettingsOut = Type.Object({
  admissionMinutes: Type.Optional(Type.Integer()),
  admissionOpensDate: Type.Optional(InstantOut),
  reentry: Type.Boolean(),
  gates: Type.Array(Type.String()),
})

/** When an event lets its guests in, and by which gates: of our own API (docs/door.md). */
export function eventDoorSettingsRoutes({ sql }: Deps) {
  return async (app: App) => {
    const path = '/boxoffice/v1/events/:eventId/door-settings'
    const params = Type.Object({ eventId: Guid })
    const config = { permission: 'MANAGE_EVENTS' } as const
    const response = { 200: Type.Object({ doorSettings: DoorSettingsOut }) }

    app.get(path, { schema: { params, response }, config }, async ({ params, identity }) =>
      toWire(await getEvent(sql, identity.siteId, params.eventId)),
    )

    app.patch(
      path,
      {
        schema: {
          params,
          body: Type.Object({
            doorSettings: Type.Object({
              admissionMinutes: Maybe(Type.Integer({ minimum: 0, maximum: ADMISSION_MINUTES_MAX })),
              reentry: Type.Optional(Type.Boolean()),
              gates: Type.Optional(Type.Array(Type.String({ pattern: GATE_PATTERN }), { maxItems: GATES_MAX })),
            }),
            ifUpdatedDate: Maybe(Instant),
          }),
          response,
        },
        config,
      },
      async ({ params: { eventId }, body: { doorSettings, ifUpdatedDate }, identity, now }) => {
        const { admissionMinutes, reentry } = doorSettings
        const gates = doorSettings.gates?.map(gate => gate.trim())
        const again = gates?.findIndex((gate, index) => gates.indexOf(gate) < index) ?? -1
        if (again >= 0) throw invalid(`doorSettings.gates[${again}]`, 'is named twice', 'REPEATED')
        const change = {
          eventId,
          seen: ifUpdatedDate ? new Date(ifUpdatedDate) : null,
          ...(admissionMinutes !== undefined && { admissionMinutes }), // null: at any time
          ...(reentry !== undefined && { reentry }),
          ...(gates && { gates }),
        }
        return toWire(await inTransaction(sql, tx => setDoorSettings(tx, change, identity, now)))
      },
    )
  }
}

function toWire(event: StoredEvent) {
  const { admissionMinutes, reentry, gates } = event
  const opens = present({ admissionMinutes, admissionOpensDate: admissionOpensAt(event) })
  return { doorSettings: { ...opens, reentry, gates } }
}
