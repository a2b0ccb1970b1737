import { type Static, Type } from 'typebox'

// inferred: the limits of confirmation texts in related settings hold for all of a form's texts (events 4.7.3).
const Title = Type.Optional(Type.String({ maxLength: 150 }))
const Message = Type.Optional(Type.String({ maxLength: 350 }))
const Action = Type.Optional(Type.String({ maxLength: 50 }))

const Positive = Type.Object({
  title: Title,
  confirmation: Type.Optional(
    Type.Object({ title: Title, message: Message, addToCalendarActionLabel: Action, shareActionLabel: Action }),
  ),
})

/** The texts around a form (events 4.7): plain text, each of them optional once an organizer clears it. */
export const MessagesOut = Type.Object({
  rsvp: Type.Optional(
    Type.Object({
      rsvpYesOption: Action,
      rsvpNoOption: Action,
      submitActionLabel: Action,
      positiveMessages: Type.Optional(Positive),
      waitlistMessages: Type.Optional(Positive),
      negativeMessages: Type.Optional(
        Type.Object({
          title: Title,
          confirmation: Type.Optional(Type.Object({ title: Title, shareActionLabel: Action })),
        }),
      ),
    }),
  ),
  checkout: Type.Optional(
    Type.Object({
      title: Title,
      submitActionLabel: Action,
      confirmation: Type.Optional(
        Type.Object({
          title: Title,
          message: Message,
          downloadTicketsLabel: Action,
          addToCalendarLabel: Action,
          shareEventLabel: Action,
        }),
      ),
    }),
  ),
  registrationClosed: Type.Optional(Type.Object({ message: Message, exploreEventsActionLabel: Action })),
  ticketsUnavailable: Type.Optional(Type.Object({ message: Message, exploreEventsActionLabel: Action })),
})
export type Messages = Static<typeof MessagesOut>

/** What a new event's form says; both groups are always there (events 4.7.4). inferred: our own English texts. */
export const DEFAULT_MESSAGES: Messages = {
  rsvp: {
    rsvpYesOption: 'I will attend',
    rsvpNoOption: 'Not going',
    submitActionLabel: 'Submit',
    positiveMessages: {
      title: 'Add your details',
      confirmation: {
        title: 'Thank you!',
        message: 'Your registration was received. We have e-mailed you the details.',
        addToCalendarActionLabel: 'Add to calendar',
        shareActionLabel: 'Share event',
      },
    },
    waitlistMessages: {
      title: 'This event is full. Join the waitlist',
      confirmation: {
        title: 'You are on the waitlist',
        message: 'We will write to you as soon as a place becomes free.',
        addToCalendarActionLabel: 'Add to calendar',
        shareActionLabel: 'Share event',
      },
    },
    negativeMessages: {
      title: 'Add your details',
      confirmation: { title: 'Thank you for letting us know', shareActionLabel: 'Share event' },
    },
  },
  checkout: {
    title: 'Add your details',
    submitActionLabel: 'Continue',
    confirmation: {
      title: 'Thank you!',
      message: 'Your order is complete. We have e-mailed you your tickets.',
      downloadTicketsLabel: 'Download tickets',
      addToCalendarLabel: 'Add to calendar',
      shareEventLabel: 'Share event',
    },
  },
  registrationClosed: { message: 'Registration is closed', exploreEventsActionLabel: 'See other events' },
  ticketsUnavailable: { message: 'Tickets are not on sale', exploreEventsActionLabel: 'See other events' },
}
