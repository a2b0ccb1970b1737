import { Anchor, Button, Card, CopyButton, Grid, Group, Stack, Table, Text, Title } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { type ReactNode, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { type Amount, spellMoney } from '../../shared/money.ts'
import { Waiting } from '../desk.tsx'
import { Failed } from '../parts/failed.tsx'
import { NothingHere } from '../parts/nothing-here.tsx'
import { useDate } from '../parts/use-date.ts'
import { useMay, useSite, useSiteQuery } from '../site.tsx'
import { OrderActions } from './actions.tsx'
import { AnswerList } from './answers.tsx'
import { OrderBadges } from './badges.tsx'
import { EditBuyer } from './guests.tsx'
import { OrderMails } from './mails.tsx'
import { type Whole, wholePath } from './model.ts'
import { OrderRefunds } from './refund.tsx'
import { OrderTickets } from './tickets.tsx'
import { Timeline } from './timeline.tsx'

/** One order: who bought what, how it is paid, and everything that happened to it. */
export function OrderPage({ orderNumber }: { orderNumber: string }) {
  const { t } = useTranslation('desk')
  const { name: siteName } = useSite()
  const isNarrow = useMediaQuery('(max-width: 75em)', undefined, { getInitialValueInEffect: false })
  const { data, error, refetch } = useSiteQuery<Whole>(wholePath(orderNumber), undefined, {
    // What waits for somebody else changes soon.
    refetchInterval: ({ state }) => (state.data?.hold?.status === 'PENDING' ? 4000 : 20_000),
  })
  useEffect(() => {
    document.title = `${orderNumber} · ${siteName}`
  }, [orderNumber, siteName])
  if (error && !data) return error.status === 404 ? <NothingHere /> : <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  const { order } = data
  return (
    <Stack>
      <Group gap="xs">
        <Anchor component={Link} href="/orders" size="sm">
          {t('orders.name')}
        </Anchor>
        {data.eventTitle && (
          <>
            <Text size="sm" c="dimmed" aria-hidden>
              /
            </Text>
            <Anchor component={Link} href={`/events/${order.eventId}/orders`} size="sm">
              {data.eventTitle}
            </Anchor>
          </>
        )}
      </Group>
      <Group justify="space-between">
        <Group>
          <Title order={1} size="h2" ff="monospace">
            {order.orderNumber}
          </Title>
          <OrderBadges listed={data} />
        </Group>
        <OrderActions whole={data} />
      </Group>
      {error && <Failed error={error} again={refetch} />}
      {isNarrow ? (
        <>
          <BuyerCard whole={data} />
          <OrderTickets whole={data} />
          <MoneyCard whole={data} />
          <Bill whole={data} />
          <Timeline orderNumber={orderNumber} updated={order.updated} />
          <OrderMails orderNumber={orderNumber} />
        </>
      ) : (
        <Grid gap="md">
          <Grid.Col span={8}>
            <Stack>
              <OrderTickets whole={data} />
              <Bill whole={data} />
              <Timeline orderNumber={orderNumber} updated={order.updated} />
            </Stack>
          </Grid.Col>
          <Grid.Col span={4}>
            <Stack>
              <BuyerCard whole={data} />
              <MoneyCard whole={data} />
              <OrderMails orderNumber={orderNumber} />
            </Stack>
          </Grid.Col>
        </Grid>
      )}
    </Stack>
  )
}

/** A part of the page, under a heading of its own. */
export function Part({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <Card withBorder component="section" aria-label={title}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h4">
            {title}
          </Title>
          {actions}
        </Group>
        {children}
      </Stack>
    </Card>
  )
}

function BuyerCard({ whole }: { whole: Whole }) {
  const { t } = useTranslation('desk')
  const { moment } = useDate()
  const { order, orderPageUrl } = whole
  const mayEdit = useMay('MANAGE_ORDERS') && whole.actions.includes('EDIT_GUESTS')
  const [isEditing, setEditing] = useState(false)
  const name = order.fullName || (order.channel === 'OFFLINE_POS' ? t('orders.atTheDoor') : t('orders.nobody'))
  return (
    <Part
      title={t('orders.buyer')}
      actions={
        mayEdit && (
          <Button variant="default" size="compact-sm" onClick={() => setEditing(true)}>
            {t('orders.edit')}
          </Button>
        )
      }
    >
      <Stack gap={2}>
        <Text fw={600}>{name}</Text>
        {order.email && <Anchor href={`mailto:${order.email}`}>{order.email}</Anchor>}
        {order.anonymized && <Text size="sm">{t('orders.anonymizedStory')}</Text>}
      </Stack>
      {!whole.guestsAssigned && <AnswerList eventId={order.eventId} answers={order.checkoutForm} />}
      <Facts
        facts={[
          [t('orders.ordered'), moment(order.created)],
          [t('orders.channel'), t(`orders.channels.${order.channel}`)],
          [t('orders.marketing'), order.marketingConsent ? t('orders.yes') : t('orders.no')],
        ]}
      />
      <CopyButton value={orderPageUrl}>
        {({ copied, copy }) => (
          <Group gap="xs">
            <Button variant="default" size="xs" onClick={copy}>
              {copied ? t('copied') : t('orders.copyLink')}
            </Button>
            <Anchor href={orderPageUrl} target="_blank" rel="noreferrer" size="sm">
              {t('orders.openLink')}
            </Anchor>
          </Group>
        )}
      </CopyButton>
      <Text size="xs" c="dimmed">
        {t('orders.linkStory')}
      </Text>
      {isEditing && <EditBuyer whole={whole} onClose={() => setEditing(false)} />}
    </Part>
  )
}

export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <Table withRowBorders={false} verticalSpacing={2} horizontalSpacing={0}>
      <Table.Tbody>
        {facts.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th fw={400} c="dimmed" pr="sm" style={{ verticalAlign: 'top' }}>
              {name}
            </Table.Th>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

/** What the buyer is charged, and for what. */
function Bill({ whole }: { whole: Whole }) {
  const { t, i18n } = useTranslation('desk')
  const { invoice } = whole.order
  const money = (amount: Amount) => spellMoney(amount, i18n.language)
  const sums: [string, string][] = [
    ...(invoice.discount
      ? [
          [
            t('orders.discount', { name: invoice.discount.code || invoice.discount.name || t('orders.benefit') }),
            `−${money(invoice.discount.amount)}`,
          ] as [string, string],
        ]
      : []),
    ...(invoice.tax
      ? [
          [
            t(invoice.tax.type === 'INCLUDED' ? 'orders.taxIncluded' : 'orders.tax', {
              name: invoice.tax.name,
              rate: invoice.tax.rate,
            }),
            money(invoice.tax.amount),
          ] as [string, string],
        ]
      : []),
    ...invoice.fees.map(({ amount }): [string, string] => [t('orders.fee'), money(amount)]),
  ]
  return (
    <Part
      title={t('orders.invoice')}
      actions={
        invoice.previewUrl && (
          <Anchor href={invoice.previewUrl} target="_blank" rel="noreferrer" size="sm">
            {t('orders.printInvoice')}
          </Anchor>
        )
      }
    >
      <Table verticalSpacing={4} horizontalSpacing={0} withRowBorders={false}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th fw={400} c="dimmed">
              {t('orders.item')}
            </Table.Th>
            <Table.Th fw={400} c="dimmed" ta="right">
              {t('orders.amount')}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {invoice.items.map((item, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a definition may be in several items, which never change places
            <Table.Tr key={`${item.id} ${at}`}>
              <Table.Td>
                {item.quantity} × {item.name}
                <Text span size="sm" c="dimmed">
                  {' '}
                  {money(item.price)}
                </Text>
              </Table.Td>
              <Table.Td ta="right">{money(item.total)}</Table.Td>
            </Table.Tr>
          ))}
          {sums.map(([name, amount]) => (
            <Table.Tr key={name}>
              <Table.Td>{name}</Table.Td>
              <Table.Td ta="right">{amount}</Table.Td>
            </Table.Tr>
          ))}
          <Table.Tr>
            <Table.Td fw={600}>{t('orders.total')}</Table.Td>
            <Table.Td ta="right" fw={600}>
              {money(invoice.grandTotal)}
            </Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
    </Part>
  )
}

function MoneyCard({ whole }: { whole: Whole }) {
  const { t, i18n } = useTranslation('desk')
  const { moment } = useDate()
  const money = (amount: Amount) => spellMoney(amount, i18n.language)
  const isSome = ({ value }: Amount) => Number(value) > 0
  const mayDecide = useMay('DECIDE_PAYMENTS')
  return (
    <Part title={t('orders.payment')}>
      <Facts
        facts={[
          [t('orders.total'), money(whole.order.totalPrice)],
          ...(isSome(whole.due) ? [[t('orders.due'), money(whole.due)] as const] : []),
          ...(isSome(whole.refunded) ? [[t('orders.refunded'), money(whole.refunded)] as const] : []),
          ...(isSome(whole.refundable) ? [[t('orders.refundable'), money(whole.refundable)] as const] : []),
          ...(whole.hold?.status === 'PENDING' && isSome(whole.due)
            ? [[t('orders.heldUntil'), moment(whole.hold.expirationDate)] as const]
            : []),
        ]}
      />
      {whole.payments.length === 0 && (
        <Text size="sm" c="dimmed">
          {whole.order.status === 'FREE' ? t('orders.nothingToPay') : t('orders.noPayment')}
        </Text>
      )}
      {whole.payments.map(payment => (
        <Stack key={payment.id} gap={0}>
          <Group justify="space-between">
            <Text size="sm" fw={600}>
              {t(`orders.providers.${payment.provider}`)}
            </Text>
            <Text size="sm">{money(payment.amount)}</Text>
          </Group>
          <Text size="sm" c="dimmed">
            {t(payment.asked ? `orders.asked.${payment.asked}` : `orders.paymentStatus.${payment.status}`)}
            {' · '}
            {moment(payment.updatedDate)}
          </Text>
          {isSome(payment.refunding) && (
            <Text size="sm">{t('orders.refunding', { amount: money(payment.refunding) })}</Text>
          )}
        </Stack>
      ))}
      {mayDecide && <OrderRefunds whole={whole} />}
    </Part>
  )
}
