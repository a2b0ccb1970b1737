import { bearer, type Organizer, organizer, type Place, type Visitor, visitor } from './clients.ts'

/** Tells what a step came to: a line for a person, or nothing in a test. */
export type Tell = (step: string, result: Record<string, unknown>) => void

/** Brings one reservation's deadline about: by waiting, by moving a clock, or in the database. */
export type LetExpire = (reservationId: string, expirationDate: Date) => Promise<void>

/** How the test payment page is answered: through its own API, for the official client has no word for it. */
type Pay = (snapshotId: string) => Promise<string>

/**
 * The documented flow of a ticketed event (spec/ticketing.md section 12, spec/events.md section 15) from the draft to the
 * door, through the unmodified client, and the three ways in which a reservation can go.
 * @throws Error at the first step whose answer is not what the contract says
 */
export async function playTwelveSteps(place: Place, tell: Tell, letExpire: LetExpire): Promise<void> {
  const host = organizer(place)
  const guest = await visitor(place)
  const { eventId, staffMemberId, standing, free, limited } = await prepare(host, tell)

  await sellOnline(place, { host, guest, eventId, definitionId: standing }, tell)
  await sellFree({ host, guest, eventId, definitionId: free }, tell)
  await payInPerson({ host, eventId, definitionId: standing }, tell)
  await letOneExpire({ host, guest, definitionId: limited, letExpire }, tell)
  await cancelOne({ host, guest, definitionId: limited }, tell)
  const door = await logInAtTheDoor(place, { host, guest, staffMemberId }, tell)
  await checkInAll({ host, door, eventId }, tell)
}

/** Steps 1 to 8: everything that precedes the sale. */
async function prepare(host: Organizer, tell: Tell) {
  const start = new Date(Date.now() + 60 * 86_400_000)
  const event = await host.wixEventsV2.createEvent(
    {
      title: `Harbour concert ${start.getTime()}`,
      location: { name: 'Harbour Hall', type: 'VENUE' },
      dateAndTimeSettings: {
        startDate: start,
        endDate: new Date(start.getTime() + 3 * 3_600_000),
        timeZoneId: 'Europe/Berlin',
      },
      registration: {
        initialType: 'TICKETING',
        tickets: { ticketLimitPerOrder: 10, reservationDurationInMinutes: 5, currency: 'EUR' },
      },
    },
    { draft: true, fields: ['REGISTRATION'] },
  )
  const eventId = needed(event._id, 'event id')
  expectEqual(event.status, 'DRAFT', 'status of a draft')
  tell('1  Create Event as a draft', { id: eventId, status: event.status, slug: event.slug })

  const define = async (name: string, value: string, initialLimit: number) => {
    const definition = await host.ticketDefinitionsV2.createTicketDefinition(
      {
        eventId,
        name,
        initialLimit,
        pricingMethod: { fixedPrice: { value, currency: 'EUR' } },
        feeType: value === '0' ? 'NO_FEE' : 'FEE_INCLUDED',
      },
      { fields: ['SALES_DETAILS'] },
    )
    const unsold = definition.salesDetails?.unsoldCount
    expectEqual(unsold, initialLimit, `unsold ${name}`)
    tell('2  Create Ticket Definition', { name, id: definition._id, saleStatus: definition.saleStatus, unsold })
    return needed(definition._id, 'definition id')
  }
  const standing = await define('Standing', '24.00', 100)
  const free = await define('Open rehearsal', '0', 50)
  const limited = await define('Front row', '80.00', 2)

  const { _id: controlId } = await host.forms.addControl(eventId, { phone: { label: 'Phone' } })
  const form = await host.forms.getForm(eventId)
  tell('3  Add Control to the form', { id: controlId, controls: form.controls?.map(control => control._id) })

  const policy = await host.policies.createPolicy({ eventId, name: 'Refunds', body: 'Until a week before.' })
  tell('4  Create Policy', { id: policy._id, revision: policy.revision })

  await host.wixEventsV2.updateEvent(eventId, { event: { agendaSettings: { enabled: true } } })
  const { item } = await host.schedule.addScheduleItem(eventId, {
    item: {
      name: 'Doors',
      timeSlot: { start, end: new Date(start.getTime() + 1_800_000), timeZoneId: 'Europe/Berlin' },
    },
  })
  await host.schedule.publishDraft(eventId)
  const { items } = await host.schedule.listScheduleItems({ eventId: [eventId] })
  expectEqual(items?.length, 1, 'published schedule items')
  tell('5  Add and publish Schedule Item', { id: item?._id, published: items?.length })

  const category = await host.categories.createCategory({ name: 'Concerts' })
  const categoryId = needed(category._id, 'category id')
  await host.categories.assignEvents(categoryId, [eventId])
  const { categories } = await host.categories.listEventCategories(eventId)
  expectEqual(categories?.length, 1, 'categories of the event')
  tell('6  Create Category, Assign Events', { id: categoryId, categories: categories?.map(each => each.name) })

  const staffMember = await host.staffMembers.createStaffMember({
    name: 'Door 1',
    specificEvents: { events: [eventId] },
    permissions: ['CHECK_IN_GUESTS'],
  })
  expectEqual(staffMember.status, 'PENDING', 'status of a new staff member')
  tell('7  Create Staff Member', { id: staffMember._id, status: staffMember.status })

  const published = await host.wixEventsV2.publishDraftEvent(eventId, { fields: ['REGISTRATION'] })
  expectEqual(published.event?.status, 'UPCOMING', 'status after publishing')
  tell('8  Publish Draft Event', {
    status: published.event?.status,
    registration: published.event?.registration?.status,
  })
  return { eventId, staffMemberId: needed(staffMember._id, 'staff member id'), standing, free, limited }
}

type Sale = { host: Organizer; guest: Visitor; eventId: string; definitionId: string }

/** Steps 9 to 11, paid online: PENDING, an order INITIATED, its payment settled, CONFIRMED. */
async function sellOnline(place: Place, { host, guest, eventId, definitionId }: Sale, tell: Tell): Promise<void> {
  const available = await guest.orders.listAvailableTickets({ eventId, limit: 10 })
  tell('9  List Available Tickets', { names: available.definitions?.map(each => each.name) })
  const reservationId = await hold(guest, definitionId, 2, tell)
  await expectUnsold(host, definitionId, 98, 'while they are held')
  const { invoice } = await guest.orders.getInvoice(reservationId, eventId)
  expectEqual(invoice?.grandTotal?.amount, '48.00', 'grand total of the invoice')
  tell('   Get Invoice', { grandTotal: invoice?.grandTotal?.amount })

  const bought = await guest.orders.checkout(eventId, { reservationId, guests: [{ form: ADA }] })
  expectEqual(bought.order?.status, 'INITIATED', 'status of an order that waits for money')
  tell('10 Checkout, online payment', { order: bought.order?.orderNumber, status: bought.order?.status })
  const paid = await testPayment(place)(needed(bought.order?.snapshotId, 'payment'))
  const order = await host.orders.getOrder(
    { eventId, orderNumber: needed(bought.order?.orderNumber, 'order number') },
    { fieldset: ['DETAILS', 'TICKETS'] },
  )
  expectEqual(order.status, 'PAID', 'status after the payment')
  expectEqual(order.tickets?.length, 2, 'tickets of the order')
  tell('   Payment settled', { notified: paid, status: order.status, tickets: ticketNumbersOf(order) })

  const confirmed = await guest.ticketReservations.getTicketReservation(reservationId)
  expectEqual(confirmed.status, 'CONFIRMED', 'status of the reservation')
  tell('11 Get Ticket Reservation', { status: confirmed.status })
}

async function sellFree({ host, guest, eventId, definitionId }: Sale, tell: Tell): Promise<void> {
  const reservationId = await hold(guest, definitionId, 1, tell)
  const { order } = await guest.orders.checkout(eventId, { reservationId, guests: [{ form: ADA }] })
  expectEqual(order?.status, 'FREE', 'status of a free order')
  await expectUnsold(host, definitionId, 49, 'after a free order')
  tell('10 Checkout, free', { order: order?.orderNumber, status: order?.status, tickets: ticketNumbersOf(order) })
}

/** Step 10b: paid at the door, then confirmed by the organizer. */
async function payInPerson({ host, eventId, definitionId }: Omit<Sale, 'guest'>, tell: Tell): Promise<void> {
  const reservationId = await hold(host, definitionId, 1, tell)
  const { order } = await host.orders.checkout(eventId, {
    reservationId,
    guests: [{ form: ADA }],
    options: { payInPerson: true },
  })
  expectEqual(order?.status, 'OFFLINE_PENDING', 'status of an offline order')
  const orderNumber = needed(order?.orderNumber, 'order number')
  const { orders } = await host.orders.confirmOrder(eventId, { orderNumber: [orderNumber] })
  expectEqual(orders?.[0]?.status, 'PAID', 'status after Confirm Order')
  tell('10 Checkout in person, Confirm Order', {
    order: orderNumber,
    before: order?.status,
    after: orders?.[0]?.status,
  })
}

async function letOneExpire(
  { host, guest, definitionId, letExpire }: Omit<Sale, 'eventId'> & { letExpire: LetExpire },
  tell: Tell,
): Promise<void> {
  const held = await guest.ticketReservations.createTicketReservation({
    tickets: [{ ticketDefinitionId: definitionId, quantity: 2 }],
  })
  const reservationId = needed(held._id, 'reservation id')
  await expectUnsold(host, definitionId, 0, 'while the last ones are held')
  await letExpire(reservationId, needed(held.expirationDate, 'expiration date'))
  const expired = await guest.ticketReservations.getTicketReservation(reservationId)
  expectEqual(expired.status, 'EXPIRED', 'status past the deadline')
  await expectUnsold(host, definitionId, 2, 'after the hold expired')
  tell('11 Reservation expires', { status: expired.status, unsold: 2 })
}

async function cancelOne({ host, guest, definitionId }: Omit<Sale, 'eventId'>, tell: Tell): Promise<void> {
  const reservationId = await hold(guest, definitionId, 2, tell)
  const { ticketReservation } = await guest.ticketReservations.cancelTicketReservation(reservationId)
  expectEqual(ticketReservation?.status, 'CANCELED_MANUALLY', 'status after canceling')
  await expectUnsold(host, definitionId, 2, 'after canceling')
  tell('11 Cancel Ticket Reservation', { status: ticketReservation?.status, unsold: 2 })
}

/** The staff member of step 7 opens the login link; from then on the client speaks with their token. */
async function logInAtTheDoor(
  place: Place,
  { host, guest, staffMemberId }: { host: Organizer; guest: Visitor; staffMemberId: string },
  tell: Tell,
): Promise<Visitor> {
  const { loginLink } = await host.staffMembers.getStaffMember(staffMemberId, { fieldsets: ['LOGIN_LINK'] })
  const loginToken = new URL(needed(loginLink, 'login link')).searchParams.get('token')
  const { staffMember, accessToken } = await guest.staffMembers.loginStaffMember(needed(loginToken, 'login token'))
  expectEqual(staffMember?.status, 'HAS_ACCESS', 'status of a staff member after the login')
  tell('12 Login Staff Member', { name: staffMember?.name, status: staffMember?.status })
  return bearer(place, { accessToken: needed(accessToken, 'access token') })
}

/** Step 12. */
async function checkInAll(
  { host, door, eventId }: { host: Organizer; door: Visitor; eventId: string },
  tell: Tell,
): Promise<void> {
  const { tickets } = await door.tickets.listTickets({ eventId: [eventId], limit: 100, fieldset: ['TICKET_DETAILS'] })
  const ticketNumber = (tickets ?? []).flatMap(ticket => ticket.ticketNumber ?? [])
  expectEqual(ticketNumber.length, 4, 'tickets of the event')
  const entered = await door.tickets.checkInTickets(eventId, { ticketNumber })
  expectEqual(
    entered.tickets?.every(ticket => ticket.checkIn?.created),
    true,
    'all are checked in',
  )
  const [first = ''] = ticketNumber
  const undone = await door.tickets.deleteTicketCheckIns(eventId, { ticketNumber: [first] })
  expectEqual(undone.tickets?.[0]?.checkIn, undefined, 'check-in after it was undone')
  const { orders } = await host.orders.listOrders({ eventId: [eventId], limit: 10, fieldset: ['DETAILS'] })
  const { sales } = await host.orders.getSummary({ eventId })
  expectEqual(sales?.[0]?.total?.amount, '72.00', 'sales of the event')
  tell('12 Check In Tickets', {
    checkedIn: ticketNumber.length,
    undone: first,
    orders: orders?.map(order => order.status),
    sales: sales?.[0]?.total?.amount,
  })
}

async function hold(client: Organizer | Visitor, definitionId: string, quantity: number, tell: Tell): Promise<string> {
  const held = await client.ticketReservations.createTicketReservation({
    tickets: [{ ticketDefinitionId: definitionId, quantity }],
  })
  expectEqual(held.status, 'PENDING', 'status of a new reservation')
  tell('9  Create Ticket Reservation', {
    id: held._id,
    status: held.status,
    quantity,
    until: held.expirationDate?.toISOString(),
  })
  return needed(held._id, 'reservation id')
}

async function expectUnsold(host: Organizer, definitionId: string, expected: number, when: string): Promise<void> {
  const { salesDetails } = await host.ticketDefinitionsV2.getTicketDefinition(definitionId, {
    fields: ['SALES_DETAILS'],
  })
  expectEqual(salesDetails?.unsoldCount, expected, `unsold ${when}`)
}

function testPayment({ apiBaseUrl, siteId, apiKey }: Place): Pay {
  return async snapshotId => {
    const answer = await fetch(`https://${apiBaseUrl}/boxoffice/v1/test-payments/${snapshotId}/notifications`, {
      method: 'POST',
      headers: { authorization: apiKey, 'wix-site-id': siteId, 'content-type': 'application/json' },
      body: JSON.stringify({ notificationId: `journey-${snapshotId}`, result: 'PAID' }),
    })
    const { orderStatus } = (await answer.json()) as { orderStatus?: string }
    return orderStatus ?? `HTTP ${answer.status}`
  }
}

const ADA = {
  inputValues: [
    { inputName: 'firstName', value: 'Ada' },
    { inputName: 'lastName', value: 'Berg' },
    { inputName: 'email', value: 'ada@example.org' },
  ],
}

function ticketNumbersOf(order: { tickets?: { ticketNumber?: string }[] } | undefined) {
  return order?.tickets?.map(ticket => ticket.ticketNumber)
}

function needed<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`the answer has no ${what}`)
  return value
}

function expectEqual(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected) throw new Error(`${what} is ${String(actual)}; the contract says ${String(expected)}`)
}
