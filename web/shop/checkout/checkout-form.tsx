import { type FormEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiError } from '../../shared/api.ts'
import {
  BUYER_NAMES,
  type Control,
  fieldsOf,
  inputValuesOf,
  type Problem,
  problemOf,
  problemOfBuyer,
} from '../../shared/form.ts'
import { amountOf, spellMoney } from '../../shared/money.ts'
import type { BootPolicy } from '../boot.ts'
import { announce } from '../parts/announce.tsx'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Choice, Choices, Field } from '../parts/field.tsx'
import { useLocale } from '../parts/locale.ts'
import { Notice } from '../parts/notice.tsx'
import type { HeldLine, Preview } from './asked.ts'
import styles from './checkout.module.css'
import type { Payable } from './due.ts'
import { FormFields, idOf } from './fields.tsx'
import type { SetTyped, Typed } from './kept.ts'
import { type Answered, type Ordering, useOrdering } from './ordering.ts'
import { Policies } from './policies.tsx'
import { told } from './refusals.ts'
import { nameOf, seatOf } from './summary.tsx'

export type CheckoutEvent = {
  id: string
  title: string
  form: { controls: readonly Control[]; messages: { checkout: { title: string } } }
  registration: { tickets?: { guestsAssignedSeparately: boolean } }
}

/** Who buys, who comes, what is accepted, how it is paid, and the one button that orders. */
export function CheckoutForm({
  event,
  reservationId,
  lines,
  preview,
  benefits,
  policies,
  payable,
  typed,
  setTyped,
}: {
  event: CheckoutEvent
  reservationId: string
  lines: readonly HeldLine[]
  preview: Preview
  benefits: boolean
  policies: readonly BootPolicy[]
  payable: Payable
  typed: Typed
  setTyped: SetTyped
}) {
  const { t } = useTranslation()
  const locale = useLocale()
  const [problems, setProblems] = useState<Problems>({})
  // What the API did not take, as it was typed then.
  const [refused, setRefused] = useState<Typed | null>(null)
  const { currency } = preview.invoice.grandTotal
  const { isFree, dueMinor, offered, method } = payable
  const separately = event.registration.tickets?.guestsAssignedSeparately ?? false
  const { controls } = event.form
  const tickets = separately ? ticketsOf(lines) : []
  const ordering = useOrdering({ reservationId, eventId: event.id })

  function answered(): Answered {
    const guests = typed.guests.map(answers => ({ form: { inputValues: inputValuesOf(controls, answers) } }))
    const { firstName, lastName, email } = typed.buyer
    return {
      checkout: {
        guests,
        ...(separately && {
          buyer: { firstName: firstName.trim(), lastName: lastName.trim(), email: email.trim() },
        }),
        ...(typed.coupon !== null && { discount: { couponCode: typed.coupon } }),
        ...(!benefits && { paidPlanBenefit: {} }),
      },
      giftCards: typed.giftCards,
      method,
    }
  }

  function submit(submitted: FormEvent) {
    submitted.preventDefault()
    const found = problemsOf(typed, {
      controls,
      separately,
      policies,
      say: problem => t(`checkout.problems.${problem}`),
    })
    show(found)
    if (Object.keys(found).length === 0) ordering.start(answered())
  }

  function show(found: Problems) {
    setProblems(found)
    const [first] = Object.keys(found)
    if (first === undefined) return
    announce(t('checkout.problems.summary', { count: Object.keys(found).length }), { urgent: true })
    focusField(first)
  }

  // What was mended since is no longer marked; the summary stays as it was, so that nothing moves below who is typing.
  const stillWrong = problemsOf(typed, { controls, separately, policies, say: () => '' })
  const marked = Object.fromEntries(
    Object.entries(problems).filter(([id]) => Object.hasOwn(stillWrong, id) || refused === typed),
  )

  const { trouble } = ordering
  const [seen, setSeen] = useState<ApiError | null>(null)
  if (trouble !== seen) {
    setSeen(trouble)
    const named = trouble && fieldsNamedBy(trouble, { controls, say: () => t('checkout.problems.refused') })
    if (named) {
      setProblems(named)
      setRefused(typed)
    }
  }

  if (ordering.made && trouble) return <Unfinished ordering={ordering} onAgain={() => ordering.start(answered())} />
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      {Object.keys(problems).length > 0 && (
        <Notice tone="bad" title={t('checkout.problems.summary', { count: Object.keys(problems).length })}>
          <ul className={styles.problems}>
            {Object.entries(problems).map(([id, problem]) => (
              <li key={id}>
                <a
                  href={`#${id}`}
                  onClick={click => {
                    click.preventDefault()
                    focusField(id)
                  }}
                >
                  {[ticketOf(id), labelOf(id)].filter(Boolean).join(', ')}: {problem}
                </a>
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {separately ? (
        <>
          <section className={styles.card} aria-labelledby="buyer-heading">
            <h2 id="buyer-heading">{t('checkout.form.buyer')}</h2>
            <BuyerFields
              buyer={typed.buyer}
              problems={marked}
              onChange={buyer => setTyped(before => ({ ...before, buyer }))}
            />
          </section>
          {tickets.map((ticket, index) => (
            <fieldset className={styles.card} key={ticket.key}>
              <legend>
                <span>{t('checkout.form.ticket', { number: index + 1, count: tickets.length })}</span>
                <span className={styles.soft} dir="auto">
                  {[nameOf(ticket.line), seatOf(ticket.line, t)].filter(Boolean).join(', ')}
                </span>
              </legend>
              <Button look="bare" onClick={() => setTyped(before => withBuyerAsGuest(before, index))}>
                {t('checkout.form.copyBuyer')}
              </Button>
              <FormFields
                controls={controls}
                answers={typed.guests[index] ?? {}}
                problems={marked}
                prefix={`guest${index}`}
                own={false}
                onChange={answers => setTyped(before => ({ ...before, guests: before.guests.with(index, answers) }))}
              />
            </fieldset>
          ))}
        </>
      ) : (
        <section className={styles.card} aria-labelledby="details-heading">
          <h2 id="details-heading" dir="auto">
            {event.form.messages.checkout.title || t('checkout.form.details')}
          </h2>
          <FormFields
            controls={controls}
            answers={typed.guests[0] ?? {}}
            problems={marked}
            prefix="guest0"
            own
            onChange={answers => setTyped(before => ({ ...before, guests: [answers] }))}
          />
        </section>
      )}
      {!isFree && dueMinor > 0 && offered.length > 0 && (
        <section className={styles.card} aria-labelledby="pay-heading">
          <h2 id="pay-heading">{t('checkout.pay.heading')}</h2>
          {offered.length === 1 && method ? (
            <p>{t(`checkout.pay.methods.${method}.story`)}</p>
          ) : (
            <Choices label={t('checkout.pay.choose')}>
              {offered.map(each => (
                <Choice
                  key={each}
                  type="radio"
                  name="method"
                  value={each}
                  checked={each === method}
                  label={
                    <>
                      {t(`checkout.pay.methods.${each}.name`)}
                      <span className={styles.hint}>{t(`checkout.pay.methods.${each}.story`)}</span>
                    </>
                  }
                  onChange={() => setTyped(before => ({ ...before, method: each }))}
                />
              ))}
            </Choices>
          )}
        </section>
      )}
      <Policies
        policies={policies}
        accepted={typed.accepted}
        problems={marked}
        onChange={accepted => setTyped(before => ({ ...before, accepted }))}
      />
      {trouble && <Trouble error={trouble} />}
      {!isFree && dueMinor > 0 && offered.length === 0 ? (
        <Trouble error={{ status: 403, code: 'NO_PAYMENT_METHOD_CONFIGURED' }} />
      ) : (
        <Button type="submit" look="main" wide busy={ordering.isBusy}>
          {ordering.isBusy ? t('checkout.pay.busy') : nameOfButton()}
        </Button>
      )}
      <p className={styles.soft}>{t(isFree || method === 'offline' ? 'checkout.pay.mailed' : 'checkout.pay.held')}</p>
    </form>
  )

  function ticketOf(id: string): string {
    const index = separately ? /^guest(\d+)-/.exec(id)?.[1] : undefined
    return index === undefined ? '' : t('checkout.form.ticket', { number: Number(index) + 1, count: tickets.length })
  }

  function nameOfButton(): string {
    if (isFree) return t('checkout.pay.free')
    if (dueMinor === 0) return t('checkout.pay.byGiftCard')
    if (method === 'offline') return t('checkout.pay.offline')
    return t('checkout.pay.online', { amount: spellMoney(amountOf(dueMinor, currency), locale) })
  }
}

function BuyerFields({
  buyer,
  problems,
  onChange,
}: {
  buyer: Typed['buyer']
  problems: Problems
  onChange: (buyer: Typed['buyer']) => void
}) {
  const { t } = useTranslation()
  return (
    <div className={styles.fields}>
      {BUYER_NAMES.map(name => (
        <div key={name} className={name === 'email' ? undefined : styles.half}>
          <Field
            id={`buyer-${name}`}
            label={t(`checkout.form.${name}`)}
            hint={name === 'email' ? t('checkout.form.emailHint') : undefined}
            error={problems[`buyer-${name}`]}
          >
            {control => (
              <input
                {...control}
                type={name === 'email' ? 'email' : 'text'}
                autoComplete={AUTOCOMPLETE[name]}
                spellCheck={false}
                maxLength={name === 'email' ? 255 : 50}
                value={buyer[name]}
                onChange={event => onChange({ ...buyer, [name]: event.target.value })}
              />
            )}
          </Field>
        </div>
      ))}
    </div>
  )
}

const AUTOCOMPLETE = { firstName: 'given-name', lastName: 'family-name', email: 'email' } as const

/** What was refused, in words. */
export function Trouble({ error, children }: { error: Pick<ApiError, 'status' | 'code'>; children?: ReactNode }) {
  const { t } = useTranslation()
  const { code, way } = told(error)
  return (
    <Notice tone="bad" takesFocus title={t(`checkout.refusals.${code}.title`)} actions={children}>
      <p>{t(`checkout.refusals.${code}.story`)}</p>
      {way === 'reload' && !children && (
        <p>
          <Button onClick={() => location.reload()}>{t('checkout.trouble.reload')}</Button>
        </p>
      )}
    </Notice>
  )
}

/** The order is there, and something went wrong on the way to paying it. */
function Unfinished({ ordering: { made, trouble, isBusy }, onAgain }: { ordering: Ordering; onAgain: () => void }) {
  const { t } = useTranslation()
  if (!made || !trouble) return null
  return (
    <div className={styles.form}>
      <Trouble error={trouble}>
        <Button look="main" busy={isBusy} onClick={onAgain}>
          {t('checkout.trouble.again')}
        </Button>
        <ButtonLink href={made.orderPageUrl}>{t('checkout.trouble.toOrder')}</ButtonLink>
      </Trouble>
      <p>{t('checkout.trouble.made', { number: made.orderNumber })}</p>
    </div>
  )
}

/** Words by the id of a field, in the order of the page. */
type Problems = Readonly<Record<string, string>>

function problemsOf(
  typed: Typed,
  {
    controls,
    separately,
    policies,
    say,
  }: {
    controls: readonly Control[]
    separately: boolean
    policies: readonly BootPolicy[]
    say: (problem: Problem | 'accept') => string
  },
): Problems {
  const buyer = BUYER_NAMES.map(name => [`buyer-${name}`, problemOfBuyer(typed.buyer, name)] as const)
  const guests = typed.guests.flatMap((answers, index) =>
    fieldsOf(controls).map(field => [idOf(`guest${index}`, field), problemOf(field, answers)] as const),
  )
  const unaccepted = policies.map(
    ({ id }) => [`policy-${id}`, typed.accepted.includes(id) ? null : ('accept' as const)] as const,
  )
  return Object.fromEntries(
    [...(separately ? buyer : []), ...guests, ...unaccepted].flatMap(([id, problem]) =>
      problem === null ? [] : [[id, say(problem)]],
    ),
  )
}

/** The fields that the API found wrong; null where it named none that is on the page. */
function fieldsNamedBy(
  { code, data, violations }: ApiError,
  { controls, say }: { controls: readonly Control[]; say: () => string },
): Problems | null {
  const named =
    code === 'INVALID_FORM_RESPONSE' && Array.isArray(data.problems)
      ? data.problems.flatMap(({ guest, problem }: { guest: number; problem: string }) => {
          const input = /^"([^"]+)"/.exec(problem)?.[1]
          const field = fieldsOf(controls).find(each => each.input.name === input)
          return field ? [idOf(`guest${guest}`, field)] : []
        })
      : violations.flatMap(({ field }) => {
          const name = /^buyer\.(\w+)$/.exec(field)?.[1]
          return name === undefined ? [] : [`buyer-${name}`]
        })
  return named.length === 0 ? null : Object.fromEntries(named.map(id => [id, say()]))
}

function ticketsOf(lines: readonly HeldLine[]): { key: string; line: HeldLine }[] {
  return lines.flatMap(line =>
    Array.from({ length: line.quantity - line.removedQuantity }, (_, index) => ({
      key: `${line.ticketLineItemId}-${index}`,
      line,
    })),
  )
}

export function countOf(lines: readonly HeldLine[]): number {
  return ticketsOf(lines).length
}

function withBuyerAsGuest(typed: Typed, index: number): Typed {
  const { firstName, lastName, email } = typed.buyer
  const own = { firstName: [firstName], lastName: [lastName], email: [email] }
  return { ...typed, guests: typed.guests.with(index, { ...typed.guests[index], ...own }) }
}

function labelOf(id: string): string {
  const field = document.getElementById(id)
  const label =
    document.querySelector(`label[for="${id}"]`) ?? field?.querySelector('legend') ?? field?.closest('label')
  return label?.textContent ?? ''
}

/** Of several choices the first. */
function focusField(id: string): void {
  const field = document.getElementById(id)
  const control = field?.matches('input, select, textarea') ? field : field?.querySelector('input')
  control?.focus()
}
