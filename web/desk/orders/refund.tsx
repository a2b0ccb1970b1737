import { Badge, Button, Checkbox, Group, Modal, Radio, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { newGuid } from '../../shared/guid.ts'
import { type Amount, amountOf, minorOf, spellMoney, typedAmount } from '../../shared/money.ts'
import { Waiting } from '../desk.tsx'
import { Failed } from '../parts/failed.tsx'
import { MoneyField } from '../parts/money-field.tsx'
import { useSaid } from '../parts/said.ts'
import { useDate } from '../parts/use-date.ts'
import { useSiteChange, useSiteQuery } from '../site.tsx'
import { type Refund, type Refunds, type Ticket, type Whole, wholePath } from './model.ts'
import { Refused } from './refused.tsx'

type How = 'ALL' | 'AMOUNT' | 'TICKETS'

/** Gives money back: all of it, an amount, or for tickets that then admit nobody. */
export function RefundDialog({ whole, onClose }: { whole: Whole; onClose: () => void }) {
  const { t, i18n } = useTranslation('desk')
  const said = useSaid()
  const { orderNumber } = whole.order
  const path = `${wholePath(orderNumber)}/refunds`
  const { data, error, refetch } = useSiteQuery<Refunds>(path)
  const give = useSiteChange<object>('POST', path)
  // The same request, however often it is sent.
  const [refundId] = useState(newGuid)
  const [how, setHow] = useState<How>('ALL')
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [note, setNote] = useState('')
  const [isTold, setTold] = useState(whole.order.email !== undefined && !whole.silent)
  const [isTried, setTried] = useState(false)

  const refundable = data?.refundable ?? whole.refundable
  const { currency } = refundable
  const money = (amount: Amount) => spellMoney(amount, i18n.language)
  const admitting = whole.order.archived
    ? []
    : whole.order.tickets.filter(({ ticketNumber }) =>
        whole.admissions.some(
          each => each.ticketNumber === ticketNumber && (each.admission === 'VALID' || each.admission === 'CHECKED_IN'),
        ),
      )
  const amount = how === 'ALL' ? refundable : typedAmount(typed, amountOf(1, currency))
  const problem =
    amount === null
      ? t('orders.refund.amountNeeded')
      : minorOf(amount) > minorOf(refundable)
        ? t('orders.refund.tooMuch', { amount: money(refundable) })
        : null
  const ticketProblem = how === 'TICKETS' && chosen.length === 0 ? t('orders.refund.ticketsNeeded') : null

  function choose(ticketNumbers: readonly string[]) {
    setChosen(ticketNumbers)
    setTyped(sumOf(admitting, ticketNumbers, refundable))
  }

  function submit() {
    setTried(true)
    if (problem || ticketProblem || amount === null) return
    give.mutate(
      {
        refundId,
        amount: { value: amount.value, currency },
        ...(note.trim() && { note: note.trim() }),
        ...(how === 'TICKETS' && { ticketNumbers: chosen }),
        silent: !isTold,
      },
      {
        onSuccess: () => {
          said(t('orders.refund.done', { amount: money(amount) }))
          onClose()
        },
      },
    )
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title={t('orders.refund.title', { number: orderNumber })}
      closeButtonProps={{ 'aria-label': t('cancel') }}
      size="lg"
    >
      <Stack>
        {error && <Failed error={error} again={refetch} />}
        {!error && !data && <Waiting />}
        {data && (
          <>
            <Text>{t('orders.refund.left', { amount: money(refundable) })}</Text>
            {data.refunds.length > 0 && <Earlier refunds={data.refunds} />}
            <Radio.Group label={t('orders.refund.how')} value={how} onChange={value => setHow(value as How)}>
              <Stack gap={6} mt={6}>
                <Radio value="ALL" label={t('orders.refund.all', { amount: money(refundable) })} />
                <Radio value="AMOUNT" label={t('orders.refund.amount')} />
                {admitting.length > 0 && (
                  <Radio
                    value="TICKETS"
                    label={t('orders.refund.tickets')}
                    description={t('orders.refund.ticketsStory')}
                  />
                )}
              </Stack>
            </Radio.Group>
            {how === 'TICKETS' && (
              <Checkbox.Group
                label={t('orders.refund.which')}
                value={[...chosen]}
                onChange={choose}
                error={isTried && ticketProblem}
              >
                <Stack gap={6} mt={6} mah={260} style={{ overflowY: 'auto' }}>
                  {admitting.map(({ ticketNumber, name, guestFullName, price }) => (
                    <Checkbox
                      key={ticketNumber}
                      value={ticketNumber}
                      label={[name, guestFullName, money(price), ticketNumber].filter(Boolean).join(' · ')}
                    />
                  ))}
                </Stack>
              </Checkbox.Group>
            )}
            {how !== 'ALL' && (
              <MoneyField
                label={t('orders.amount')}
                currency={currency}
                value={typed}
                onChange={event => setTyped(event.currentTarget.value)}
                error={isTried && problem}
              />
            )}
            <Textarea
              label={t('orders.refund.note')}
              description={t('orders.refund.noteStory')}
              maxLength={500}
              autosize
              minRows={2}
              value={note}
              onChange={event => setNote(event.currentTarget.value)}
            />
            {whole.order.email && !whole.silent && (
              <Checkbox
                label={t('orders.refund.tell', { email: whole.order.email })}
                checked={isTold}
                onChange={event => setTold(event.currentTarget.checked)}
              />
            )}
            {give.error && <Refused error={give.error} />}
          </>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button color="red" loading={give.isPending} disabled={!data} onClick={submit}>
            {amount && !problem ? t('orders.refund.give', { amount: money(amount) }) : t('orders.action.REFUND.do')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

/** What went back of an order, is on its way, or failed; nothing where nothing was. */
export function OrderRefunds({ whole: { order } }: { whole: Whole }) {
  const { data } = useSiteQuery<Refunds>(`${wholePath(order.orderNumber)}/refunds`, undefined, {
    refetchInterval: 20_000,
  })
  return data && data.refunds.length > 0 ? <Earlier refunds={data.refunds} /> : null
}

const COLOURS: Record<Refund['status'], string> = { PENDING: 'yellow', DONE: 'green', FAILED: 'red' }

function Earlier({ refunds }: { refunds: readonly Refund[] }) {
  const { t, i18n } = useTranslation('desk')
  const { moment } = useDate()
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {t('orders.refund.earlier')}
      </Text>
      {refunds.map(({ id, amount, status, note, createdDate }) => (
        <Group key={id} gap="xs" wrap="nowrap" align="flex-start">
          <Badge variant="light" color={COLOURS[status]} style={{ flexShrink: 0 }}>
            {t(`orders.refundStatus.${status}`)}
          </Badge>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {[spellMoney(amount, i18n.language), moment(createdDate), note].filter(Boolean).join(' · ')}
          </Text>
        </Group>
      ))}
    </Stack>
  )
}

/** What these tickets cost, but no more than there is, as somebody would type it. */
function sumOf(tickets: readonly Ticket[], chosen: readonly string[], most: Amount): string {
  const minor = tickets
    .filter(({ ticketNumber }) => chosen.includes(ticketNumber))
    .reduce((sum, { price }) => sum + minorOf(price), 0)
  return minor === 0 ? '' : amountOf(Math.min(minor, minorOf(most)), most.currency).value
}
