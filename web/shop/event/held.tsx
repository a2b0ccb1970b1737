import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Amount, spellMoney } from '../../shared/money.ts'
import { usePaths } from '../app.tsx'
import { announce } from '../parts/announce.tsx'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Countdown } from '../parts/countdown.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { useLocale } from '../parts/locale.ts'
import { Notice } from '../parts/notice.tsx'
import { type Hold, type Reservation, ticketFormPath } from './hold.ts'

/** Who holds tickets already goes on with them, or gives them back to choose anew. */
export function HeldNotice({
  hold: { reservation, givingBack },
  slug,
  onEnd,
  onGiveBack,
}: {
  hold: Extract<Hold, { state: 'HELD' }>
  slug: string
  onEnd: () => void
  onGiveBack: () => Promise<void>
}) {
  const { t } = useTranslation()
  const { eventOf } = usePaths()
  const [failed, setFailed] = useState(false)
  const count = reservation.tickets.reduce((sum, { quantity }) => sum + quantity, 0)
  return (
    <Notice
      tone="good"
      title={t('hold.title', { count })}
      actions={
        <>
          <ButtonLink look="main" href={ticketFormPath(eventOf(slug), reservation.id)}>
            {t('hold.goOn')}
          </ButtonLink>
          <Button
            busy={givingBack}
            onClick={() =>
              onGiveBack().then(
                () => announce(t('hold.givenBack')),
                () => setFailed(true),
              )
            }
          >
            {t('hold.giveBack')}
          </Button>
        </>
      }
    >
      <ul>
        {reservation.tickets.map(({ ticketDefinitionId, ticketName, quantity, ticketInfo }, index) => (
          // Two lines of one definition are at different prices or seats, and stay in their order.
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
          <li key={`${ticketDefinitionId} ${index}`} dir="auto">
            {quantity} × {[ticketName, ticketInfo.pricingOptionName].filter(Boolean).join(', ')}
          </li>
        ))}
      </ul>
      <p>
        {t('hold.left')} <Countdown until={reservation.expirationDate} onEnd={onEnd} />
      </p>
      {failed && <p role="alert">{t('hold.notGivenBack')}</p>}
    </Notice>
  )
}

/** What is held costs something else than what the page said: nobody goes on without having seen it. */
export function PriceChanged({
  reservation,
  shown,
  held,
  slug,
  onGiveBack,
}: {
  reservation: Reservation
  shown: Amount
  held: Amount
  slug: string
  onGiveBack: () => void
}) {
  const { t } = useTranslation()
  const { eventOf } = usePaths()
  const locale = useLocale()
  return (
    <Dialog
      title={t('hold.priceChanged')}
      closeLabel={t('hold.giveBack')}
      onClose={onGiveBack}
      actions={
        <ButtonLink look="main" href={ticketFormPath(eventOf(slug), reservation.id)}>
          {t('hold.goOn')}
        </ButtonLink>
      }
    >
      <p>{t('hold.priceChangedStory', { before: spellMoney(shown, locale), now: spellMoney(held, locale) })}</p>
    </Dialog>
  )
}
