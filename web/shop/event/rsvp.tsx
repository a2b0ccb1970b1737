import { type FormEvent, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, ask } from '../../shared/api.ts'
import { type Answers, type Control, emptyAnswers, fieldsOf, inputValuesOf, problemOf } from '../../shared/form.ts'
import { useTold } from '../../shared/refusals.ts'
import { useAnswer, useBoot } from '../app.tsx'
import { type EventShown, questions, type RegistrationStatus } from '../boot.ts'
import { FormFields, idOf } from '../checkout/fields.tsx'
import { Button } from '../parts/button.tsx'
import { Choice, Choices } from '../parts/field.tsx'
import { Notice } from '../parts/notice.tsx'
import { NoSale } from '../parts/preview.tsx'
import { companyOf, Guests } from './company.tsx'
import { ownWords } from './own-words.ts'
import styles from './picker.module.css'

type Reply = 'YES' | 'NO' | 'WAITING'
/** What the answer came to. */
type Taken = {
  rsvp: { status: Reply }
  calendarLinks?: { google: string; ics: string }
  rsvpPageUrl: string
  rsvpCodeImageUrl?: string
}

/** The answer to an event without tickets: yes, no, or the waitlist, with what its form asks. */
export function Rsvp({ event, status }: { event: EventShown; status: RegistrationStatus }) {
  const { t } = useTranslation()
  const id = useId()
  const { preview } = useBoot()
  const { data } = useAnswer<{ event: { form: { controls: readonly Control[]; messages: object } } }>(
    questions.form(event.id),
  )
  const isFull = status === 'OPEN_RSVP_WAITLIST_ONLY'
  const [reply, setReply] = useState<Reply>('YES')
  const [typed, setTyped] = useState<Answers | null>(null)
  const [guests, setGuests] = useState<readonly string[]>([])
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({})
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  const [taken, setTaken] = useState<Taken | null>(null)
  const isSending = useRef(false)
  const controls = data?.event.form.controls ?? []
  const answers = typed ?? emptyAnswers(controls)
  const company = companyOf(controls)
  const said = isFull && reply === 'YES' ? 'WAITING' : reply
  const own = (path: string) => ownWords(data?.event.form.messages, `rsvp.${path}`)
  const group = GROUPS[said]

  async function send(submitted: FormEvent) {
    submitted.preventDefault()
    if (isSending.current || preview) return
    const found = problemsOf(controls, answers)
    setProblems(Object.fromEntries(found.map(([field, problem]) => [field, t(`rsvp.problems.${problem}`)])))
    const [first] = found
    if (first) return document.getElementById(first[0])?.focus()
    isSending.current = true
    setIsBusy(true)
    setError(null)
    try {
      const answer = await ask<Taken>('/events/v1/rsvp', {
        method: 'POST',
        body: {
          eventId: event.id,
          status: said,
          form: { inputValues: [...inputValuesOf(controls, answers), ...(said === 'NO' ? [] : valuesOf(guests))] },
        },
      })
      setTaken(answer)
    } catch (caught) {
      setError(caught instanceof ApiError ? caught : new ApiError({ status: 0 }))
    } finally {
      isSending.current = false
      setIsBusy(false)
    }
  }

  if (taken) return <Done taken={taken} own={own} />
  return (
    <section id="rsvp" className={styles.picker} aria-labelledby={id}>
      <h2 id={id}>{own(`${group}.title`) ?? t('rsvp.title')}</h2>
      {isFull && <p>{t('rsvp.full')}</p>}
      <form noValidate onSubmit={send}>
        {event.registration.rsvp?.responseType === 'YES_AND_NO' && (
          <Choices label={t('rsvp.question')}>
            {(['YES', 'NO'] as const).map(each => (
              <Choice
                key={each}
                type="radio"
                name="reply"
                label={
                  each === 'YES' && isFull ? t('rsvp.reply.WAITING') : (own(OPTIONS[each]) ?? t(`rsvp.reply.${each}`))
                }
                checked={reply === each}
                onChange={() => setReply(each)}
              />
            ))}
          </Choices>
        )}
        <FormFields
          controls={controls}
          answers={answers}
          problems={problems}
          prefix="rsvp"
          own
          onChange={to => {
            setTyped(to)
            setProblems({})
          }}
        />
        {company && said !== 'NO' && <Guests company={company} guests={guests} onChange={setGuests} />}
        {error && <Refused error={error} />}
        <Button type="submit" look="main" wide busy={isBusy} disabled={preview !== undefined}>
          {(said === 'YES' && own('submitActionLabel')) || t(`rsvp.send.${said}`)}
        </Button>
        {preview && <NoSale />}
      </form>
    </section>
  )
}

/** What became of it, which may be less than was asked for; and the code of who comes. */
function Done({ taken, own }: { taken: Taken; own: (path: string) => string | null }) {
  const { t } = useTranslation()
  const { rsvp, calendarLinks, rsvpPageUrl, rsvpCodeImageUrl } = taken
  const { status } = rsvp
  const group = GROUPS[status]
  return (
    <Notice tone="good" takesFocus title={own(`${group}.confirmation.title`) ?? t(`rsvp.done.${status}`)}>
      <p>{own(`${group}.confirmation.message`) ?? t(`rsvp.doneStory.${status}`)}</p>
      {rsvpCodeImageUrl && (
        <figure className={styles.code}>
          <img src={here(rsvpCodeImageUrl)} alt={t('rsvp.code')} width={232} height={232} />
          <figcaption>{t('rsvp.codeStory')}</figcaption>
        </figure>
      )}
      {status !== 'NO' && (
        <p>
          <a href={here(rsvpPageUrl)}>{t(rsvpCodeImageUrl ? 'rsvp.codePage' : 'rsvp.page')}</a>
        </p>
      )}
      {calendarLinks && status !== 'NO' && (
        <p>
          {t('event.toCalendar')} <a href={here(calendarLinks.ics)}>{t('event.calendarFile')}</a>{' '}
          <a href={calendarLinks.google} rel="noopener">
            Google
          </a>
        </p>
      )}
    </Notice>
  )
}

/** An address of ours on the host that this page came from, whatever that is called elsewhere. */
function here(address: string): string {
  const { pathname, search } = new URL(address)
  return pathname + search
}

/** Where a form's messages have what is said of each reply. */
const GROUPS = { YES: 'positiveMessages', NO: 'negativeMessages', WAITING: 'waitlistMessages' } as const
const OPTIONS = { YES: 'rsvpYesOption', NO: 'rsvpNoOption' } as const

function Refused({ error }: { error: ApiError }) {
  const { t } = useTranslation()
  const told = useTold()
  const own = CODES.find(code => code === error.code)
  return (
    <Notice tone="bad" takesFocus title={t('rsvp.refused')}>
      <p>
        {own ? t(`rsvp.codes.${own}`) : (told(error) ?? t(`rsvp.codes.${error.status === 0 ? 'OFFLINE' : 'OTHER'}`))}
      </p>
    </Notice>
  )
}

const CODES = [
  'RSVP_LIMIT_EXCEEDED',
  'GUEST_LIMIT_EXCEEDED',
  'ADDITIONAL_GUESTS_MUST_HAVE_NAMES',
  'WAITING_LIST_UNAVAILABLE',
  'RSVPS_CLOSED',
  'RSVPS_NOT_STARTED',
  'INVALID_FORM_RESPONSE',
  'PERMISSION_DENIED',
] as const

/** By the ids of the fields, in their order. */
function problemsOf(controls: readonly Control[], answers: Answers) {
  return fieldsOf(controls).flatMap(field => {
    const problem = problemOf(field, answers)
    return problem ? [[idOf('rsvp', field), problem] as const] : []
  })
}

function valuesOf(guests: readonly string[]): object[] {
  const names = guests.map(name => name.trim()).filter(name => name !== '')
  if (guests.length === 0) return []
  return [
    { inputName: 'additionalGuests', value: String(guests.length) },
    ...(names.length > 0 ? [{ inputName: 'guestNames', values: names }] : []),
  ]
}
