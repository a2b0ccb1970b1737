import { describe, expect, test } from 'vitest'
import { type Answer, type Caller, testApp } from '../../test/support/app.ts'
import { anEvent } from '../../test/support/builders.ts'
import { aDefinition, aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { anArea, aPlan, aSeatedSale, availablePlaces, PLANS, reserveSeats, seatsOf } from '../../test/support/seats.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { admin, visitor, anonymous, otherSite, sql, siteId, setNow, now } = app

const create = (plan: unknown, caller: Caller = admin) => caller('POST', PLANS, { seatingPlan: plan })
const change = (id: string, plan: unknown, caller: Caller = admin) =>
  caller('PATCH', `${PLANS}/${id}`, { seatingPlan: plan })
const get = async (id: string) => (await must(admin, 'GET', `${PLANS}/${id}`)).body.seatingPlan
const section = (elements: unknown[], more = {}) => ({ id: 0, label: 'Stalls', elements, ...more })
const limitsOf = async (id: string) => {
  const { body } = await must(admin, 'GET', `/events/v3/ticket-definitions/${id}?fields=SALES_DETAILS`)
  const { initialLimit, actualLimit, limited, limitPerCheckout, revision, salesDetails } = body.ticketDefinition
  return { initialLimit, actualLimit, limited, limitPerCheckout, revision, unsold: salesDetails.unsoldCount }
}

/** Everything that a refusal must leave as it is. */
async function state() {
  const [row] = await sql`
    select (select jsonb_agg(p order by seating_plan_id) from seating_plans as p) as plans,
           (select jsonb_agg(p order by seating_plan_id, place_id) from seating_places as p) as places,
           (select jsonb_agg(i order by ticket_definition_id) from inventory as i) as inventory,
           (select count(*) from activities) as activities`
  return JSON.stringify(row)
}

async function expectRefusal(ask: () => Promise<Answer>, refusal: [number, string | string[]]) {
  const before = await state()
  const answer = await ask()
  expect(refusalOf(answer)).toEqual(refusal)
  expect(await state()).toBe(before)
  return answer
}

const activitiesOf = async (id: string) =>
  (await sql`select kind, sequence, data from activities where entity_id = ${id} order by sequence`).map(
    ({ kind, sequence, data }) => [kind, sequence, data],
  )

describe('create and read', () => {
  test('a plan answers as it was given, with what it has room for', async () => {
    const { eventId, definitionId } = await aSale(app)
    const sections = [
      section(
        [
          seatsOf(1, 3, { x: 10.5, y: -4, ticketDefinitionId: definitionId }),
          {
            id: 2,
            type: 'TABLE',
            label: 'Table 2',
            seats: [
              { label: 'N', x: 1 },
              { label: 'Ö9', ticketDefinitionId: null },
            ],
          },
        ],
        { ticketDefinitionId: null },
      ),
      { id: 17, label: 'Floor', elements: [anArea(1, 200)] },
    ]
    const seatingPlan = { eventId: eventId.toUpperCase(), name: 'The hall', sections, id: newGuid(), revision: '9' }
    const { body } = await must(admin, 'POST', PLANS, { seatingPlan })
    const plan = {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      eventId,
      revision: '1',
      createdDate: now().toISOString(),
      updatedDate: now().toISOString(),
      name: 'The hall',
      placesCount: 6,
      capacity: 205,
      sections,
    }
    expect(body).toEqual({ seatingPlan: plan })
    expect(await get(body.seatingPlan.id.toUpperCase())).toEqual(plan)
    expect(await activitiesOf(body.seatingPlan.id)).toEqual([['seating_plan.created', 1, { eventId }]])
  })

  test('unknown members and those that no element of the type has are left out', async () => {
    const { eventId } = await aSale(app)
    const elements = [{ ...anArea(1, 5), colour: 'red', seats: null }]
    const plan = await aPlan(app, { eventId, sections: [{ ...section(elements), shape: 'round' }] })
    expect(plan.sections).toEqual([section([anArea(1, 5)])])
  })

  test('lists say which plans there are, of one event or of all, oldest first', async () => {
    const { siteId: foreignId, admin: foreign } = await otherSite()
    const events = [await anEvent(sql, foreignId), await anEvent(sql, foreignId)]
    const plans: { id: string; name: string }[] = []
    for (const [index, eventId] of events.entries()) {
      setNow(new Date(now().getTime() + 1000))
      plans.push(
        await aPlan({ admin: foreign }, { eventId, name: `Plan ${index}`, sections: [section([anArea(1, 5)])] }),
      )
    }
    const list = async (query: string, caller: Caller = foreign) => (await must(caller, 'GET', PLANS + query)).body
    const ids = plans.map(({ id }) => id)
    const all = await list('')
    expect(all).toMatchObject({ total: 2, offset: 0, limit: 100 })
    expect(all.seatingPlans.map((plan: { id: string }) => plan.id)).toEqual(ids)
    expect(Object.keys(all.seatingPlans[0]).sort()).toEqual(
      ['createdDate', 'eventId', 'id', 'name', 'revision', 'updatedDate'].sort(),
    )
    expect(await list('?limit=1&offset=1')).toMatchObject({ total: 2, seatingPlans: [{ id: ids[1] }] })
    expect(await list(`?eventId=${events[0]?.toUpperCase()}`)).toMatchObject({
      total: 1,
      seatingPlans: [{ id: ids[0] }],
    })
    expect(await list(`?eventId=${newGuid()}`)).toMatchObject({ total: 0, seatingPlans: [] })
    expect((await list(`?eventId=${events[0]}`, admin)).total).toBe(0)
    for (const query of ['?limit=101', '?limit=-1', '?limit=x', '?eventId=x', '?offset=-1'])
      expect((await foreign('GET', PLANS + query)).status).toBe(400)
  })

  test('events 1.12: the plan of a deleted event is gone with it, and what is held of it stays held', async () => {
    const { eventId, definitionId, planId } = await aSeatedSale(app)
    const held = await reserveSeats(await visitor(), definitionId, '0-1-1')
    await must(admin, 'DELETE', `/events/v3/events/${eventId}`)
    expect((await must(admin, 'GET', `${PLANS}?eventId=${eventId}`)).body.total).toBe(0)
    for (const [method, body] of [
      ['GET', undefined],
      ['PATCH', { seatingPlan: { revision: '1', name: 'x' } }],
      ['DELETE', undefined],
    ] as const)
      expect(refusalOf(await admin(method, `${PLANS}/${planId}`, body))).toEqual([404, 'SEATING_PLAN_NOT_FOUND'])
    await must(admin, 'POST', `/events/v1/ticket-reservations/${held.body.ticketReservation.id}/cancel`)
  })

  test('an event has one plan; the second is a 409', async () => {
    const { eventId } = await aSeatedSale(app)
    const plan = { eventId, name: 'Second', sections: [section([anArea(1, 5)])] }
    await expectRefusal(() => create(plan), [409, 'SEATING_PLAN_ALREADY_EXISTS'])
  })

  test('of five who give one event a plan at once, one does', async () => {
    const { eventId } = await aSale(app)
    const plan = { eventId, name: 'Raced', sections: [section([anArea(1, 5)])] }
    const answers = await Promise.all(Array.from({ length: 5 }, () => create(plan)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409])
  })
})

const sale = await aSale(app)
const [rsvp, foreignEvent] = [
  await anEvent(sql, siteId, { initialType: 'RSVP' }),
  await anEvent(sql, (await otherSite()).siteId),
]
const ofAnotherEvent = (await aSale(app)).definitionId

describe('what a plan cannot be', () => {
  const good = { eventId: sale.eventId, name: 'The hall', sections: [section([seatsOf(1, 2)])] }
  const at = 'seatingPlan.sections[0]'
  const element = `${at}.elements[0]`
  const withElement = (more: unknown) => ({ ...good, sections: [section([{ ...seatsOf(1, 2), ...(more as object) }])] })

  test.each<[string, unknown, [number, string | string[]]]>([
    ['nothing', undefined, [400, ['seatingPlan']]],
    ['null', null, [400, ['seatingPlan']]],
    ['a text', 'plan', [400, ['seatingPlan']]],
    ['an empty one', {}, [400, ['seatingPlan.eventId', 'seatingPlan.name', 'seatingPlan.sections']]],
    ['no guid', { ...good, eventId: 'x' }, [400, ['seatingPlan.eventId']]],
    ['an empty name', { ...good, name: '' }, [400, ['seatingPlan.name']]],
    ['a long name', { ...good, name: 'x'.repeat(51) }, [400, ['seatingPlan.name']]],
    ['no section', { ...good, sections: [] }, [400, ['seatingPlan.sections']]],
    ['sections that are null', { ...good, sections: null }, [400, ['seatingPlan.sections']]],
    ['too many sections', { ...good, sections: Array(501).fill(good.sections[0]) }, [400, ['seatingPlan.sections']]],
    ['no element', { ...good, sections: [section([])] }, [400, [`${at}.elements`]]],
    ['a negative section id', { ...good, sections: [section([seatsOf(1, 2)], { id: -1 })] }, [400, [`${at}.id`]]],
    ['a large section id', { ...good, sections: [section([seatsOf(1, 2)], { id: 10_000 })] }, [400, [`${at}.id`]]],
    [
      'a section without label',
      { ...good, sections: [section([seatsOf(1, 2)], { label: '' })] },
      [400, [`${at}.label`]],
    ],
    [
      'a long section label',
      { ...good, sections: [section([seatsOf(1, 2)], { label: 'x'.repeat(21) })] },
      [400, [`${at}.label`]],
    ],
    ['an element id that is a text', withElement({ id: '1' }), [400, [`${element}.id`]]],
    ['a large element id', withElement({ id: 100_000 }), [400, [`${element}.id`]]],
    ['an unknown type', withElement({ type: 'SOFA' }), [400, [`${element}.type`]]],
    ['a long element label', withElement({ label: 'x'.repeat(51) }), [400, [`${element}.label`]]],
    ['a drawing out of sight', withElement({ x: 1e7, y: 'left' }), [400, [`${element}.x`, `${element}.y`]]],
    ['a row without seats', withElement({ seats: null }), [400, [`${element}.seats`]]],
    ['a row of no seats', withElement({ seats: [] }), [400, [`${element}.seats`]]],
    ['a row with a capacity', withElement({ capacity: 2 }), [400, [`${element}.capacity`]]],
    ['a row that is too long', withElement(seatsOf(1, 1001)), [400, [`${element}.seats`]]],
    ['an area with seats', withElement({ type: 'AREA', capacity: 5 }), [400, [`${element}.seats`]]],
    ['an area without capacity', withElement({ type: 'AREA', seats: null }), [400, [`${element}.capacity`]]],
    ['an area for nobody', withElement(anArea(1, 0, { seats: null })), [400, [`${element}.capacity`]]],
    ['an area for too many', withElement(anArea(1, 50_001, { seats: null })), [400, [`${element}.capacity`]]],
    ['an empty label', withElement({ seats: [{ label: '' }] }), [400, [`${element}.seats[0].label`]]],
    ['a long label', withElement({ seats: [{ label: '12345' }] }), [400, [`${element}.seats[0].label`]]],
    ['a label with a hyphen', withElement({ seats: [{ label: 'A-1' }] }), [400, [`${element}.seats[0].label`]]],
    ['one label twice', withElement({ seats: [{ label: '1' }, { label: '1' }] }), [400, [`${element}.seats[1].label`]]],
    [
      'a definition that is no guid',
      withElement({ ticketDefinitionId: 'x' }),
      [400, [`${element}.ticketDefinitionId`]],
    ],
    ['an unknown event', { ...good, eventId: newGuid() }, [404, 'EVENT_NOT_FOUND']],
    ["another site's event", { ...good, eventId: foreignEvent }, [404, 'EVENT_NOT_FOUND']],
    ['an RSVP event', { ...good, eventId: rsvp }, [428, 'INVALID_EVENT_TYPE']],
    ['an unknown definition', withElement({ ticketDefinitionId: newGuid() }), [404, 'TICKET_DEFINITION_NOT_FOUND']],
    [
      "another event's definition",
      withElement({ ticketDefinitionId: ofAnotherEvent }),
      [404, 'TICKET_DEFINITION_NOT_FOUND'],
    ],
  ])('%s is refused', async (_, plan, refusal) => {
    await expectRefusal(() => create(plan), refusal)
  })

  test('a definition that was deleted gets no places', async () => {
    const deleted = (await aDefinition(app, sale.eventId)).id
    await must(admin, 'DELETE', `/events/v3/ticket-definitions/${deleted}`)
    await expectRefusal(
      () => create(withElement({ ticketDefinitionId: deleted })),
      [404, 'TICKET_DEFINITION_NOT_FOUND'],
    )
  })

  test('R22: guests neither read nor change plans, staff neither, and nobody without a valid token', async () => {
    const { planId } = await aSeatedSale(app)
    const guest = await visitor()
    const expired: Caller = (method, url, body) => anonymous(method, url, body, { authorization: 'expired' })
    for (const [caller, refusal] of [
      [guest, [403, 'PERMISSION_DENIED']],
      [anonymous, [401, 'UNAUTHENTICATED']],
      [expired, [401, 'UNAUTHENTICATED']],
    ] as const) {
      await expectRefusal(() => create(good, caller), [...refusal])
      await expectRefusal(() => change(planId, { revision: '1', name: 'Mine' }, caller), [...refusal])
      await expectRefusal(() => caller('DELETE', `${PLANS}/${planId}`), [...refusal])
      expect(refusalOf(await caller('GET', PLANS))).toEqual(refusal)
      expect(refusalOf(await caller('GET', `${PLANS}/${planId}`))).toEqual(refusal)
    }
  })

  test("an unknown plan and another site's are a 404", async () => {
    const { planId } = await aSeatedSale(app)
    const foreign = (await otherSite()).admin
    for (const [id, caller] of [
      [newGuid(), admin],
      [planId, foreign],
    ] as const) {
      expect(refusalOf(await caller('GET', `${PLANS}/${id}`))).toEqual([404, 'SEATING_PLAN_NOT_FOUND'])
      await expectRefusal(() => change(id, { revision: '1' }, caller), [404, 'SEATING_PLAN_NOT_FOUND'])
      await expectRefusal(() => caller('DELETE', `${PLANS}/${id}`), [404, 'SEATING_PLAN_NOT_FOUND'])
    }
    for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
      const body = method === 'PATCH' ? { seatingPlan: { revision: '1' } } : undefined
      expect(refusalOf(await admin(method, `${PLANS}/x`, body))).toEqual([400, ['seatingPlanId']])
    }
  })
})

describe('change', () => {
  test('R17: what is given changes, the rest stays, the revision grows by one', async () => {
    const { eventId, definitionId, planId } = await aSeatedSale(app)
    const before = await get(planId)
    setNow(new Date(now().getTime() + 60_000))
    const renamed = await must(admin, 'PATCH', `${PLANS}/${planId}`, { seatingPlan: { revision: '1', name: 'Hall 2' } })
    const updatedDate = now().toISOString()
    expect(renamed.body.seatingPlan).toEqual({ ...before, name: 'Hall 2', revision: '2', updatedDate })
    const sections = [section([seatsOf(1, 2), anArea(2, 30)], { ticketDefinitionId: definitionId })]
    await must(admin, 'PATCH', `${PLANS}/${planId}`, { seatingPlan: { revision: '2', sections } })
    expect(await get(planId)).toMatchObject({ name: 'Hall 2', revision: '3', sections, capacity: 32 })
    expect(await activitiesOf(planId)).toEqual([
      ['seating_plan.created', 1, { eventId }],
      ['seating_plan.updated', 2, { eventId }],
      ['seating_plan.updated', 3, { eventId }],
    ])
    expect(await limitsOf(definitionId)).toMatchObject({ actualLimit: 32 })
  })

  test.each<[string, unknown, [number, string | string[]]]>([
    ['no plan', undefined, [400, ['seatingPlan']]],
    ['no revision', {}, [400, ['seatingPlan.revision']]],
    ['a number for a revision', { revision: 1 }, [400, ['seatingPlan.revision']]],
    ['a revision that is none', { revision: 'one' }, [400, ['seatingPlan.revision']]],
    ['a name that is null', { revision: '1', name: null }, [400, ['seatingPlan.name']]],
    ['a long name', { revision: '1', name: 'x'.repeat(51) }, [400, ['seatingPlan.name']]],
    ['sections that are null', { revision: '1', sections: null }, [400, ['seatingPlan.sections']]],
    ['no section', { revision: '1', sections: [] }, [400, ['seatingPlan.sections']]],
    ['a stale revision', { revision: '2', name: 'x' }, [409, 'ABORTED']],
    ['a revision of long ago', { revision: '0', name: 'x' }, [409, 'ABORTED']],
    [
      'an unknown definition',
      { revision: '1', sections: [section([anArea(1, 1)], { ticketDefinitionId: newGuid() })] },
      [404, 'TICKET_DEFINITION_NOT_FOUND'],
    ],
  ])('%s is refused', async (_, plan, refusal) => {
    const { planId } = await aSeatedSale(app)
    await expectRefusal(() => change(planId, plan), refusal)
  })

  test('R18: of five changes from one revision one succeeds', async () => {
    const { planId } = await aSeatedSale(app)
    const answers = await Promise.all(Array.from({ length: 5 }, () => change(planId, { revision: '1', name: 'Won' })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409])
  })

  describe('of what somebody holds or bought', () => {
    const taken = async () => {
      const sale = await aSeatedSale(app, { elements: [seatsOf(1, 3), anArea(2, 10)], definition: FREE })
      const held = await reserveSeats(await visitor(), sale.definitionId, ['0-1-2', ['0-2-GA', 4]])
      return { ...sale, reservationId: held.body.ticketReservation.id }
    }
    const other = (eventId: string) => aDefinition(app, eventId)
    const change1 = (planId: string, elements: unknown[], definitionId: string | null) =>
      change(planId, { revision: '1', sections: [section(elements, { ticketDefinitionId: definitionId })] })
    const twoSeats = (labels: string[], more = {}) => ({
      ...seatsOf(1, 0, more),
      seats: labels.map(label => ({ label })),
    })

    test.each<[string, (sale: { eventId: string; definitionId: string }) => Promise<unknown[]>, string[]]>([
      ['a seat is gone', async () => [twoSeats(['1', '3']), anArea(2, 10)], ['0-1-2']],
      ['a row is gone', async () => [anArea(2, 10)], ['0-1-2']],
      ['an area is gone', async () => [seatsOf(1, 3)], ['0-2-GA']],
      ['an area is too small', async () => [seatsOf(1, 3), anArea(2, 3)], ['0-2-GA']],
      ['everything is gone', async () => [anArea(3, 3)], ['0-1-2', '0-2-GA']],
      ['a seat is at a table now', async () => [seatsOf(1, 3, { type: 'TABLE' }), anArea(2, 10)], ['0-1-2']],
      [
        'a row is sold with other tickets',
        async ({ eventId }) => [seatsOf(1, 3, { ticketDefinitionId: (await other(eventId)).id }), anArea(2, 10)],
        ['0-1-2'],
      ],
      [
        'an area is sold with none',
        async () => [seatsOf(1, 3), anArea(2, 10, { ticketDefinitionId: null })],
        ['0-2-GA'],
      ],
    ])('%s: refused, and named', async (_, elementsOf, placeIds) => {
      const sale = await taken()
      const elements = await elementsOf(sale)
      const answer = await expectRefusal(() => change1(sale.planId, elements, sale.definitionId), [428, 'PLACES_TAKEN'])
      expect(answer.body.details.applicationError.data).toEqual({ placeIds })
    })

    test('what nobody holds may go, grow and be sold with other tickets; what is held may get another name', async () => {
      const { eventId, definitionId, planId } = await taken()
      const others = (await other(eventId)).id
      const seats = [{ label: '2' }, { label: '3', ticketDefinitionId: others }, { label: '4' }]
      const elements = [{ ...seatsOf(1, 0, { label: 'Front row' }), seats }, anArea(2, 4)]
      expect((await change1(planId, elements, definitionId)).status).toBe(200)
      expect(await limitsOf(definitionId)).toMatchObject({ actualLimit: 6, unsold: 1 })
      expect(await limitsOf(others)).toMatchObject({ actualLimit: 1, unsold: 1 })
    })

    test('a bought place stays as well, until it is canceled', async () => {
      const { eventId, definitionId, planId, reservationId } = await taken()
      await checkOut(admin, { eventId, reservationId })
      await expectRefusal(() => change1(planId, [anArea(3, 3)], definitionId), [428, 'PLACES_TAKEN'])
      await expectRefusal(() => admin('DELETE', `${PLANS}/${planId}`), [428, 'PLACES_TAKEN'])
      await must(admin, 'POST', `/events/v1/ticket-reservations/${reservationId}/cancel`)
      expect((await change1(planId, [anArea(3, 3)], definitionId)).status).toBe(200)
    })

    test('R130: what is only overdue stands in nobody’s way', async () => {
      const { definitionId, planId } = await taken()
      setNow(new Date(now().getTime() + 21 * 60_000))
      expect((await change1(planId, [anArea(3, 3)], definitionId)).status).toBe(200)
      const { planId: second } = await taken()
      setNow(new Date(now().getTime() + 21 * 60_000))
      expect((await admin('DELETE', `${PLANS}/${second}`)).status).toBe(200)
    })

    test('places of a deleted definition stay its own while they are taken, and can be given away after that', async () => {
      const { eventId, definitionId, planId, reservationId } = await taken()
      await must(admin, 'DELETE', `/events/v3/ticket-definitions/${definitionId}`)
      const others = (await other(eventId)).id
      const elements = [seatsOf(1, 3), anArea(2, 10)]
      await expectRefusal(() => change1(planId, elements, others), [428, 'PLACES_TAKEN'])
      const kept = await must(admin, 'PATCH', `${PLANS}/${planId}`, {
        seatingPlan: { revision: '1', sections: (await get(planId)).sections },
      })
      expect(kept.body.seatingPlan.revision).toBe('2')
      await must(admin, 'POST', `/events/v1/ticket-reservations/${reservationId}/cancel`)
      const sections = [section(elements, { ticketDefinitionId: others })]
      await must(admin, 'PATCH', `${PLANS}/${planId}`, { seatingPlan: { revision: '2', sections } })
      expect(await limitsOf(others)).toMatchObject({ actualLimit: 13, unsold: 13 })
    })
  })
})

describe('limits', () => {
  test('R62, R84: with places the limit is what they have room for, whatever the initial limit says', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: { initialLimit: 7 } })
    const unlimited = (await aDefinition(app, eventId)).id
    const beside = (await aDefinition(app, eventId, { initialLimit: 3 })).id
    const elements = [seatsOf(1, 12), anArea(2, 40, { ticketDefinitionId: unlimited })]
    const plan = await aPlan(app, { eventId, sections: [section(elements, { ticketDefinitionId: definitionId })] })
    expect(await limitsOf(definitionId)).toMatchObject({ initialLimit: 7, actualLimit: 12, limited: true, unsold: 12 })
    expect(await limitsOf(unlimited)).toMatchObject({ actualLimit: 40, limited: true, limitPerCheckout: 20 })
    expect(await limitsOf(beside)).toMatchObject({ actualLimit: 3, unsold: 3 })

    const { revision } = await limitsOf(definitionId)
    const path = `/events/v3/ticket-definitions/${definitionId}`
    await must(admin, 'PATCH', path, { ticketDefinition: { revision, initialLimit: 2 } })
    expect(await limitsOf(definitionId)).toMatchObject({ initialLimit: 2, actualLimit: 12 })

    await must(admin, 'DELETE', `${PLANS}/${plan.id}`)
    expect(await limitsOf(definitionId)).toMatchObject({ initialLimit: 2, actualLimit: 2, unsold: 2 })
    expect(await limitsOf(unlimited)).toMatchObject({ actualLimit: undefined, limited: false })
    expect(refusalOf(await admin('GET', `${PLANS}/${plan.id}`))).toEqual([404, 'SEATING_PLAN_NOT_FOUND'])
    expect((await activitiesOf(plan.id)).at(-1)).toEqual(['seating_plan.deleted', 2, { eventId }])
  })

  test('R62: a definition that loses its last place sells by its own limit, and without seats', async () => {
    const { definitionId, planId } = await aSeatedSale(app, { definition: { initialLimit: 2 } })
    const sections = [section([seatsOf(1, 5)], { ticketDefinitionId: null })]
    await must(admin, 'PATCH', `${PLANS}/${planId}`, { seatingPlan: { revision: '1', sections } })
    expect(await limitsOf(definitionId)).toMatchObject({ actualLimit: 2 })
    expect((await reserveTickets(await visitor(), definitionId, 2)).status).toBe(200)
  })

  test('R80: tickets that are held or sold without a seat keep their definition from getting places', async () => {
    const { eventId, definitionId } = await aSale(app)
    const held = await reserveTickets(await visitor(), definitionId)
    const plan = { eventId, name: 'x', sections: [section([seatsOf(1, 5)], { ticketDefinitionId: definitionId })] }
    await expectRefusal(() => create(plan), [428, 'TICKETS_WITHOUT_SEATS'])
    await must(admin, 'POST', `/events/v1/ticket-reservations/${held.body.ticketReservation.id}/cancel`)
    await reserveTickets(await visitor(), definitionId)
    setNow(new Date(now().getTime() + 21 * 60_000)) // overdue is as good as gone
    expect((await create(plan)).status).toBe(200)
  })

  test('R78: the contract’s own methods neither make places nor change them', async () => {
    const { eventId } = await aSale(app)
    const seatingDetails = { places: [{ placeId: '0-1-1', label: '1', availableCapacity: 1 }] }
    const made = await aDefinition(app, eventId, { seatingDetails, fields: ['SEATING_DETAILS'] })
    expect(made.seatingDetails).toBeUndefined()
    const seated = await aSeatedSale(app)
    const path = `/events/v3/ticket-definitions/${seated.definitionId}`
    const patched = await must(admin, 'PATCH', path, {
      ticketDefinition: { revision: '1', seatingDetails },
      fields: ['SEATING_DETAILS'],
    })
    expect(patched.body.ticketDefinition.seatingDetails.places).toHaveLength(5)
    expect(Object.keys(await availablePlaces(admin, seated.eventId))).toHaveLength(5)
  })
})
