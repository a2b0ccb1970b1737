import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type ApiError, ask } from '../../shared/api.ts'
import { emptyAnswers } from '../../shared/form.ts'
import { minorOf } from '../../shared/money.ts'
import { becomeVisitor } from '../../shared/visitor.ts'
import { useAnswer, usePaths } from '../app.tsx'
import { addresses, type BootPolicy } from '../boot.ts'
import { findMade, giveBack, type HeldLine, type Preview, previewInvoice, readLines } from '../checkout/asked.ts'
import styles from '../checkout/checkout.module.css'
import { type CheckoutEvent, CheckoutForm, countOf, Trouble } from '../checkout/checkout-form.tsx'
import { METHODS, payableOf } from '../checkout/due.ts'
import { keepTyped, readTyped, type SetTyped, type Typed } from '../checkout/kept.ts'
import { Reductions } from '../checkout/reductions.tsx'
import { told } from '../checkout/refusals.ts'
import { HeldLines, InvoiceTable } from '../checkout/summary.tsx'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Countdown } from '../parts/countdown.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Notice } from '../parts/notice.tsx'

type ShownEvent = CheckoutEvent & {
  status: string
  dateAndTimeSettings: { dateAndTimeTbdMessage?: string; formatted?: { dateAndTime?: string } }
}
type Props = { slug: string; reservationId: string; redirected: boolean; policies: readonly BootPolicy[] }

/** From tickets that are held to an order (R156 to R171), and on to wherever it is paid. */
export function Page({ slug, reservationId, redirected, policies }: Props) {
  const { t } = useTranslation()
  const { eventOf } = usePaths()
  const { data: shown } = useAnswer<{ event: ShownEvent }>(addresses.eventForCheckout(slug))
  const isKnown = useVisitor(redirected, reservationId)
  const eventPage = eventOf(slug)
  if (!shown) return <Loading />
  const { event } = shown
  const { formatted, dateAndTimeTbdMessage } = event.dateAndTimeSettings
  return (
    <>
      <p className={styles.back}>
        <a href={eventPage}>{t('checkout.back')}</a>
      </p>
      <h1>{t('checkout.title')}</h1>
      <p className={styles.event} dir="auto">
        <strong>{event.title}</strong>
        <span>{formatted?.dateAndTime || dateAndTimeTbdMessage}</span>
      </p>
      {reservationId === '' ? (
        <Notice
          tone="wait"
          title={t('checkout.nothing.title')}
          actions={<ButtonLink href={eventPage}>{t('checkout.chooseAnew')}</ButtonLink>}
        >
          <p>{t('checkout.nothing.story')}</p>
        </Notice>
      ) : isKnown ? (
        <HeldCheckout {...{ event, reservationId, policies, eventPage }} />
      ) : (
        <Loading />
      )}
    </>
  )
}

/** Whether it is known who this is: whoever was sent here from elsewhere acts as the guest who holds the tickets (api 14). */
function useVisitor(redirected: boolean, reservationId: string): boolean {
  const { isFetched } = useQuery({
    queryKey: ['redirect session'],
    enabled: redirected,
    staleTime: Number.POSITIVE_INFINITY,
    retry: tryAgain,
    queryFn: async () => {
      const { redirectSession, accessToken, expiresIn } = await ask<{
        redirectSession: { reservationId: string }
        accessToken: string
        expiresIn: number
      }>('/boxoffice/v1/redirect-sessions/current')
      // Who was sent here for other tickets may hold these as a guest of our own pages.
      if (redirectSession.reservationId === reservationId) becomeVisitor(accessToken, expiresIn)
      return redirectSession
    },
  })
  return !redirected || isFetched
}

type HeldProps = { event: ShownEvent; reservationId: string; policies: readonly BootPolicy[]; eventPage: string }

function HeldCheckout({ event, reservationId, policies, eventPage }: HeldProps) {
  const { t } = useTranslation()
  const { home } = usePaths()
  const [typed, setTyped] = useState<Typed>(() => ({ ...NOTHING_TYPED, ...readTyped(reservationId) }))
  const [benefits, setBenefits] = useState(true)
  const [isOver, setOver] = useState(false)
  const held = { reservationId, eventId: event.id }
  const preview = useQuery<Preview, ApiError>({
    queryKey: ['invoice', reservationId, typed.coupon, benefits],
    queryFn: () => previewInvoice(held, { coupon: typed.coupon, benefits }),
    placeholderData: before => before,
    retry: tryAgain,
  })
  const lines = useQuery<HeldLine[], ApiError>({
    queryKey: ['lines', reservationId],
    queryFn: () => readLines(reservationId),
    retry: tryAgain,
  })
  const { data: methods } = useAnswer<{ methods: { method: string }[] }>(addresses.paymentMethods(event.id))
  const chooseAnew = <ButtonLink href={eventPage}>{t('checkout.chooseAnew')}</ButtonLink>

  const failed = [preview, lines].find(({ error }) => error !== null)
  if (failed?.error) {
    const { way } = told(failed.error)
    const again = (
      <Button look="main" busy={failed.isFetching} onClick={() => failed.refetch()}>
        {t('checkout.trouble.again')}
      </Button>
    )
    return <Trouble error={failed.error}>{way === 'chooseAnew' || way === 'mend' ? chooseAnew : again}</Trouble>
  }
  if (!preview.data || !lines.data || !methods) return <Loading />
  const { reservationStatus: status, reservationOccupied: isOrdered, expires, invoice } = preview.data
  if (isOrdered) return <ToOrder reservationId={reservationId} />
  if (isOver || status !== 'RESERVATION_PENDING') {
    const what = isOver || status === 'RESERVATION_EXPIRED' ? 'over' : 'givenBack'
    return (
      <Notice tone="bad" takesFocus title={t(`checkout.${what}.title`)} actions={chooseAnew}>
        <p>{t(`checkout.${what}.story`)}</p>
      </Notice>
    )
  }
  if (event.status === 'CANCELED')
    return (
      <Notice
        tone="bad"
        title={t('checkout.canceled.title')}
        actions={<ButtonLink href={home}>{t('notFound.toEvents')}</ButtonLink>}
      >
        <p>{t('checkout.canceled.story')}</p>
      </Notice>
    )

  const separately = event.registration.tickets?.guestsAssignedSeparately ?? false
  const guests = separately ? countOf(lines.data) : 1
  const whole = (some: Typed): Typed => ({
    ...some,
    guests: Array.from({ length: guests }, (_, index) => some.guests[index] ?? emptyAnswers(event.form.controls)),
  })
  const change: SetTyped = update =>
    setTyped(before => {
      const after = update(whole(before))
      keepTyped(reservationId, after)
      return after
    })
  const payable = payableOf(invoice, {
    typed,
    methods: METHODS.filter(method => methods.methods.some(each => each.method === method)),
  })
  const common = { preview: preview.data, benefits, typed: whole(typed), setTyped: change }
  return (
    <div className={styles.columns}>
      <aside className={styles.aside} aria-labelledby="held-heading">
        <div className={styles.card}>
          <h2 id="held-heading">{t('checkout.held.heading')}</h2>
          <p>
            {t('checkout.held.until')} <Countdown until={expires} onEnd={() => setOver(true)} />
          </p>
          <HeldLines lines={lines.data} />
          {minorOf(invoice.subTotal) > 0 && <Reductions {...common} held={held} />}
          <WithoutBenefit preview={preview.data} isOff={!benefits} onTurnOff={() => setBenefits(false)} />
          <InvoiceTable invoice={invoice} payable={payable} />
          <GiveBack reservationId={reservationId} eventPage={eventPage} />
        </div>
      </aside>
      <CheckoutForm
        {...common}
        event={event}
        reservationId={reservationId}
        lines={lines.data}
        policies={policies}
        payable={payable}
      />
    </div>
  )
}

const NOTHING_TYPED: Typed = {
  buyer: { firstName: '', lastName: '', email: '' },
  guests: [],
  accepted: [],
  coupon: null,
  giftCards: [],
  method: null,
}

/** What a plan would have taken off is no longer taken off (R53): said before it is ordered. */
function WithoutBenefit({ preview, isOff, onTurnOff }: { preview: Preview; isOff: boolean; onTurnOff: () => void }) {
  const { t } = useTranslation()
  const refused = preview.discountErrors.error.find(({ code }) => code.startsWith('PAID_PLAN'))
  if (!refused || isOff) return null
  const { code } = told({ status: 428, code: refused.code })
  return (
    <Notice
      tone="wait"
      title={t(`checkout.refusals.${code}.title`)}
      actions={<Button onClick={onTurnOff}>{t('checkout.withoutBenefit')}</Button>}
    >
      <p>{t(`checkout.refusals.${code}.story`)}</p>
    </Notice>
  )
}

/** It was ordered already: in another tab, before a reload, or before the way back. The order says what to do. */
function ToOrder({ reservationId }: { reservationId: string }) {
  const { t } = useTranslation()
  const { data: made, error } = useQuery({
    queryKey: ['order', reservationId],
    queryFn: () => findMade(reservationId),
    retry: tryAgain,
  })
  useEffect(() => {
    if (made) location.replace(made.orderPageUrl)
  }, [made])
  if (error) return <Trouble error={error as ApiError} />
  return (
    <Notice
      tone="good"
      title={t('checkout.ordered.title')}
      actions={made && <ButtonLink href={made.orderPageUrl}>{t('checkout.trouble.toOrder')}</ButtonLink>}
    >
      <p>{t('checkout.ordered.story')}</p>
    </Notice>
  )
}

function GiveBack({ reservationId, eventPage }: { reservationId: string; eventPage: string }) {
  const { t } = useTranslation()
  const [isAsked, setAsked] = useState(false)
  const [isBusy, setBusy] = useState(false)

  async function leave() {
    setBusy(true)
    // Where nobody hears it, or it has ended already, its deadline gives them back.
    await giveBack(reservationId).catch(() => {})
    location.replace(eventPage)
  }

  return (
    <>
      <Button look="bare" onClick={() => setAsked(true)}>
        {t('checkout.giveBack.name')}
      </Button>
      {isAsked && (
        <Dialog
          title={t('checkout.giveBack.title')}
          onClose={() => setAsked(false)}
          actions={
            <Button look="main" busy={isBusy} onClick={leave}>
              {t('checkout.giveBack.name')}
            </Button>
          }
        >
          <p>{t('checkout.giveBack.story')}</p>
        </Dialog>
      )}
    </>
  )
}

function Loading() {
  const { t } = useTranslation()
  return (
    <p className={styles.loading} aria-busy="true">
      {t('checkout.loading')}
    </p>
  )
}

/** What a program answered is not asked again; a network that stumbles is, once. */
function tryAgain(failures: number, error: unknown): boolean {
  const { status } = error as ApiError
  return failures < 1 && (status === 0 || status >= 500)
}
