import type { OrderStatus } from '../orders/model.ts'

/** Everything that pages and printed tickets say, in one language; dates and money are spelled by the site's locale. */
export type Texts = typeof ENGLISH

/** The texts in the language of `locale`, else in English. */
export function textsIn(locale: string): Texts {
  return LANGUAGES[new Intl.Locale(locale).language] ?? ENGLISH
}

const ENGLISH = {
  /** BCP 47: what these texts are written in. */
  language: 'en',

  order: {
    title: (number: string) => `Order ${number}`,
    eventHeading: 'Event',
    ticketsHeading: 'Tickets',
    costHeading: 'What it costs',
    buyerHeading: 'Order',
    number: 'Order number',
    bought: 'Ordered',
    buyer: 'Buyer',
    email: 'E-mail',
    allTickets: 'All tickets as a PDF',
    oneTicket: (number: string) => `PDF of ticket ${number}`,
    invoice: 'Invoice',
    keepSecret: 'Whoever has the address of this page can use the tickets. Keep it to yourself.',
    noTickets: 'There are no tickets yet.',
    qrOf: (number: string) => `Code of ticket ${number}`,
  },

  status: {
    INITIATED: {
      headline: 'Waiting for payment',
      story: 'The tickets are yours as soon as the payment has arrived.',
    },
    PENDING: {
      headline: 'The payment is being processed',
      story: 'The tickets stay held for you meanwhile. Come back to this page later: it will show them.',
    },
    AUTHORIZED: {
      headline: 'The payment is authorized',
      story:
        'The amount is reserved for the organizer, who has yet to collect it. The tickets come then; nobody else gets them.',
    },
    PARTIALLY_PAID: {
      headline: 'Partly paid',
      story: 'The tickets are yours as soon as the rest has been paid.',
    },
    OFFLINE_PENDING: {
      headline: 'Confirmed, to be paid in person',
      story: 'The tickets are yours. Please pay the organizer, at the latest when you come.',
    },
    PAID: {
      headline: 'Paid',
      story: 'Thank you. Show the code of each ticket at the entrance, on paper or on a phone.',
    },
    FREE: {
      headline: 'Confirmed',
      story: 'There is nothing to pay. Show the code of each ticket at the entrance, on paper or on a phone.',
    },
    DECLINED: {
      headline: 'The payment was declined',
      story: 'The order was given up, and its tickets are on sale again. You can order anew.',
    },
    CANCELED: {
      headline: 'Canceled',
      story: 'The tickets of this order do not admit anybody. The organizer answers questions about money.',
    },
    VOIDED: {
      headline: 'The payment was released',
      story: 'The organizer did not collect the amount that was reserved. This order has no tickets.',
    },
  } satisfies Record<OrderStatus, { headline: string; story: string }>,
  heldUntil: (moment: string) => `The tickets are held for you until ${moment}.`,
  holdEnded: {
    headline: 'The time to pay has run out',
    story:
      'The tickets went back on sale. If money still arrives, it gets you the tickets where they are left, and is ' +
      'given back where they are not.',
  },
  withdrawn: {
    headline: 'Withdrawn by the organizer',
    story: 'The tickets of this order do not admit anybody. The organizer answers questions.',
  },
  paidSoFar: (amount: string) => `Paid so far: ${amount}`,
  toPay: (amount: string) => `To pay: ${amount}`,

  event: {
    canceled: 'This event was canceled.',
    gone: 'The event is no longer listed.',
    dateOpen: 'The date is to be decided.',
    placeOpen: 'The place is to be decided.',
    calendarFile: 'Add to calendar',
    googleCalendar: 'Add to Google Calendar',
  },

  ticket: {
    guest: 'Guest',
    seat: 'Seat',
    area: 'Area',
    row: (label: string) => `row ${label}`,
    table: (label: string) => `table ${label}`,
    seatIn: (label: string) => `seat ${label}`,
    price: 'Price',
    free: 'Free',
    number: 'Ticket number',
    date: 'Date',
    place: 'Place',
    order: 'Order',
    buyer: 'Buyer',
    policy: 'Terms',
    /** Below the code of a printed ticket. */
    admitsOnce: 'This code admits once. Do not copy or post it.',
    page: (page: number, pages: number) => `${page} / ${pages}`,
  },

  /** What is said of a ticket at the top of the page behind its code, and on paper where its code is missing. */
  admission: {
    VALID: { headline: 'A genuine ticket', story: 'It has not been used yet.' },
    CHECKED_IN: { headline: 'A genuine ticket, already used', story: 'It does not admit a second time.' },
    CANCELED: { headline: 'Canceled', story: 'This ticket does not admit anybody.' },
    ARCHIVED: { headline: 'Withdrawn by the organizer', story: 'This ticket does not admit anybody.' },
    NOT_CONFIRMED: {
      headline: 'Not confirmed',
      story: 'The order of this ticket is not confirmed, so it does not admit.',
    },
  },
  checkIn: {
    title: (number: string) => `Ticket ${number}`,
    checkedInAt: (moment: string) => `Checked in on ${moment}.`,
    noCheckIn: 'Opening this page checks nobody in: that is done at the entrance.',
    notYours:
      'Somebody offers you this ticket? Its owner keeps a copy of the code, and only the first to come is admitted.',
    initials: 'Guest (initials)',
  },

  invoice: {
    title: (number: string) => `Invoice for order ${number}`,
    heading: 'Invoice',
    seller: 'Seller',
    buyer: 'Buyer',
    date: 'Date',
    paid: 'Paid',
    item: 'Item',
    quantity: 'Quantity',
    price: 'Price',
    amount: 'Amount',
    times: (quantity: number, price: string) => `${quantity} × ${price}`,
    subTotal: 'Subtotal',
    addedTax: (name: string, rate: string) => `${name} ${rate}%`,
    includedTax: (name: string, rate: string) => `Includes ${name} ${rate}%`,
    taxOn: (taxable: string) => `on ${taxable}`,
    fee: 'Service fee',
    discount: 'Discount',
    total: 'Total',
    canceled: 'This order was canceled.',
  },

  /** What mails say by default, until the organizer says it in other words (events 11.2). */
  mail: {
    greeting: (name: string) => (name === '' ? 'Hello,' : `Hello ${name},`),
    orderPage: 'See your order',
    ticketPdf: (name: string, number: string) => `${name} (${number}) as a PDF`,
    /** Why somebody got it, below everything else. */
    toBuyer: (site: string) => `You get this mail because you ordered tickets from ${site}.`,
    toGuest: (site: string) => `You get this mail because somebody ordered a ticket in your name from ${site}.`,
    toRsvpGuest: (site: string) => `You get this mail because you answered an invitation from ${site}.`,
    answer: 'Your answer',
    answers: { YES: 'You are coming', NO: 'You are not coming', WAITLIST: 'You are on the waiting list' },
    guests: 'Guests',
    keepSecret: 'Whoever has this mail can use what is in it. Do not pass it on.',
    descriptionLink: 'About the event',
    calendarLink: 'Add to calendar',
    onlineConferencingLink: 'Join online',
    defaults: {
      rsvpConfirmation: {
        subject: (event: string) => `Your answer: ${event}`,
        body: 'Thank you for your answer. Here is what was noted down.',
      },
      newSpotsAvailable: {
        subject: (event: string) => `There is room again: ${event}`,
        body: 'You are on the waiting list, and places have become free. Answer soon: who comes first gets them.',
      },
      eventCancelation: {
        subject: (event: string) => `Canceled: ${event}`,
        body: 'This event will not take place. We are sorry.\n\nThe organizer answers questions about money.',
      },
      upcomingEventReminder: {
        subject: (event: string) => `Soon: ${event}`,
        body: 'The event is near. We look forward to seeing you.',
      },
      orderConfirmation: {
        subject: (event: string) => `Your tickets: ${event}`,
        body: 'Thank you for your order. Your tickets are attached. Show the code of each at the entrance, on paper or on a phone.',
      },
      ticketConfirmation: {
        subject: (event: string) => `Your ticket: ${event}`,
        body: 'Here is your ticket. Show its code at the entrance, on paper or on a phone.',
      },
      invoice: {
        subject: (event: string) => `Your invoice: ${event}`,
        body: 'Thank you for your payment. Below is the link to your invoice.',
      },
      orderConfirmationWithTicketsLink: {
        subject: (event: string) => `Your order: ${event}`,
        body: 'Thank you for your order. Below is the link to your tickets. Show the code of each at the entrance.',
      },
    },
  },

  redirect: {
    title: 'Checkout',
    used: {
      headline: 'This address was used already',
      story: 'It works once. In the browser that used it first, the checkout is still there.',
    },
    over: {
      headline: 'The tickets are no longer held for you',
      story: 'The time to buy them has run out, or they were bought or given back. You can choose tickets anew.',
    },
    back: 'Go back',
  },

  notFound: {
    title: 'Nothing here',
    headline: 'Nothing to show here',
    link: 'The address is not complete, or it is not one of ours.',
    linkHelp:
      'Open the link from your confirmation again, or copy all of it: it ends in a long row of letters. If that does ' +
      'not help, ask the organizer and name your order number.',
    code: 'This code is not one of ours.',
    codeHelp:
      'It is no ticket that was issued here, or a part of the address is missing. Scan the whole code again, from the ' +
      'original. Do not pay for a ticket whose code leads here.',
    redirect: 'The address is not complete, or it is too old.',
    redirectHelp: 'Go back to where you chose your tickets, and begin the checkout again.',
    noTickets: 'There are no tickets to print.',
    noTicketsHelp: 'The order is not confirmed. Its page shows what it is waiting for.',
    noInvoice: 'There is no invoice.',
    noInvoiceHelp: 'It comes when the order has been paid.',
    noCalendar: 'There is nothing to put into a calendar.',
    noCalendarHelp: 'The order is not confirmed, or the date of its event is to be decided.',
  },
  busy: { title: 'Busy', headline: 'Too busy just now', help: 'Wait a moment, then load this page again.' },
  fault: {
    title: 'Something broke',
    headline: 'Something is broken here',
    help: 'Load this page again a little later.',
  },
}

const LANGUAGES: Readonly<Record<string, Texts>> = { en: ENGLISH }
