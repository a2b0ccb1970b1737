import { aSale, must } from '../../support/sale.ts'
import { anybody, organizer, type Scene, type Scenes, type Stage } from '../stage.ts'

/** One control of each kind, as the client is given it. */
const CONTROLS: Readonly<Record<string, object>> = {
  phone: { label: 'Phone', mandatory: true },
  address: { labels: { addressLine: 'Street', city: 'City', country: 'Country' }, full: true, mandatory: false },
  date: { label: 'Birthday', mandatory: false },
  additionalGuests: { labels: { single: 'One guest', multiple: 'Guests' }, namesMandatory: true, maxGuests: 3 },
  dropdown: { label: 'Meal', options: ['Soup', 'Salad'], defaultOptionSelection: { placeholderText: 'Choose' } },
  radioButton: { label: 'Size', options: ['S', 'M'] },
  checkbox: { label: 'Days', options: ['Friday', 'Saturday'], mandatory: false },
  text: { label: 'About you', maxLength: 200, multiLine: true, mandatory: false },
}
const MESSAGES = { checkout: { title: 'Your tickets', confirmation: { title: 'See you there' } } }

export const forms: Scenes = {
  getForm: anybody(async stage => [await anEventWithForm(stage)]),
  // Guests are asked for with RSVP events alone (events 4.4).
  addControl: Object.entries(CONTROLS).map(([kind, control]) =>
    organizer(async stage => {
      const eventId = kind === 'additionalGuests' ? await aParty(stage) : await anEvent(stage)
      return [eventId, { [kind]: control }]
    }),
  ),
  updateControl: [
    organizer(async stage => [
      { eventId: await anEvent(stage), _id: 'name' },
      { name: { labels: { firstName: 'Given name', lastName: 'Family name' } }, orderIndex: 0 },
    ]),
    ...Object.entries(CONTROLS)
      .filter(([kind]) => kind !== 'additionalGuests')
      .map(
        ([kind, control]): Scene =>
          organizer(async stage => {
            const eventId = await anEvent(stage)
            return [
              { eventId, _id: await addControl(stage, eventId, kind) },
              { [kind]: control, orderIndex: 2 },
            ]
          }),
      ),
  ],
  deleteControl: {
    ...organizer(async stage => {
      const eventId = await anEvent(stage)
      return [{ eventId, _id: await addControl(stage, eventId, 'text') }]
    }),
    mendPath: (path, [identifiers]) => path.replace(/undefined$/, (identifiers as { _id: string })._id),
  },
  updateMessages: organizer(async stage => [
    await anEvent(stage),
    { messages: MESSAGES, fields: ['messages.checkout.title', 'messages.checkout.confirmation.title'] },
  ]),
  publishDraft: organizer(async stage => [await anEventWithForm(stage)]),
  discardDraft: organizer(async stage => [await anEventWithForm(stage)]),
}

/** An event that asks its guests for everything that tickets can be asked for. */
export async function anEventWithForm(stage: Stage): Promise<string> {
  const eventId = await anEvent(stage)
  for (const kind of Object.keys(CONTROLS)) if (kind !== 'additionalGuests') await addControl(stage, eventId, kind)
  return eventId
}

async function addControl({ admin }: Stage, eventId: string, kind: string): Promise<string> {
  const path = `/events/v1/events/${eventId}/form/control`
  return (await must(admin, 'POST', path, { [kind]: CONTROLS[kind] })).body.id
}

async function anEvent(stage: Stage): Promise<string> {
  return (await aSale(stage)).eventId
}

async function aParty({ admin }: Stage): Promise<string> {
  const event = {
    title: 'A party',
    location: { locationTbd: true, name: 'Soon' },
    dateAndTimeSettings: { dateAndTimeTbd: true, dateAndTimeTbdMessage: 'Soon', timeZoneId: 'Europe/Berlin' },
    registration: { initialType: 'RSVP' },
  }
  return (await must(admin, 'POST', '/events/v3/events', { event })).body.event.id
}
