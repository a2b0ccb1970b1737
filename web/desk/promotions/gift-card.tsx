import { Anchor, Badge, Button, Group, Stack, Table, Text } from '@mantine/core'
import { keepPreviousData } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'wouter'
import { type Amount, spellMoney } from '../../shared/money.ts'
import { askFor } from '../api.ts'
import { Waiting } from '../desk.tsx'
import { sendAsSeen } from '../parts/as-seen.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Failed } from '../parts/failed.tsx'
import { MoneyField } from '../parts/money-field.tsx'
import { NothingHere } from '../parts/nothing-here.tsx'
import { Page } from '../parts/page.tsx'
import { Paged } from '../parts/paged.tsx'
import { useSaid } from '../parts/said.ts'
import { Scrolling } from '../parts/scrolling.tsx'
import { useDate } from '../parts/use-date.ts'
import { usePage } from '../parts/use-param.ts'
import { useSite, useSiteChange, useSiteQuery } from '../site.tsx'
import { GIFT_CARD_COLOURS, type GiftCard, giftCardStateOf } from './gift-card-state.ts'
import { amountOf } from './issue-gift-card.tsx'

const LIMIT = 25

type Entry = {
  kind: 'ISSUED' | 'TOPPED_UP' | 'CAPTURED' | 'REFUNDED'
  amount: Amount
  orderNumber?: string
  date: string
}

/** One gift card: what is on it, and every movement of its money. */
export function GiftCardPage() {
  const { t, i18n } = useTranslation('desk')
  const { moment } = useDate()
  const said = useSaid()
  const { giftCardId } = useParams<{ giftCardId: string }>()
  const path = `/boxoffice/v1/gift-cards/${giftCardId}`
  const [at, setPage] = usePage()
  const { data, error, refetch } = useSiteQuery<{ giftCard: GiftCard }>(path)
  const entries = useSiteQuery<{ entries: Entry[]; total: number }>(
    `${path}/entries?limit=${LIMIT}&offset=${(at - 1) * LIMIT}`,
    undefined,
    { placeholderData: keepPreviousData },
  )
  const [asking, setAsking] = useState<'topUp' | 'switch' | null>(null)
  if (error?.status === 404) return <NothingHere />
  if (error && !data) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  const { giftCard } = data
  const state = giftCardStateOf(giftCard, Date.now())
  const name = t('promotions.giftCards.ending', { lastFour: giftCard.lastFour })
  return (
    <Page
      title={name}
      actions={
        <>
          <Button onClick={() => setAsking('topUp')}>{t('promotions.giftCards.topUp')}</Button>
          <Button variant="default" onClick={() => setAsking('switch')}>
            {giftCard.disabledDate ? t('promotions.giftCards.enable') : t('promotions.giftCards.disable')}
          </Button>
        </>
      }
    >
      <Group>
        <Text size="xl" fw={700} style={{ fontVariantNumeric: 'tabular-nums' }}>
          {spellMoney(giftCard.balance, i18n.language)}
        </Text>
        <Badge variant="light" color={GIFT_CARD_COLOURS[state]} tt="none">
          {t(`promotions.giftCards.state.${state}`)}
        </Badge>
      </Group>
      <Stack gap={0}>
        {giftCard.expirationDate && (
          <Text c="dimmed">{t('promotions.giftCards.until', { moment: moment(giftCard.expirationDate) })}</Text>
        )}
        {giftCard.note && <Text dir="auto">{giftCard.note}</Text>}
      </Stack>
      {entries.error && <Failed error={entries.error} again={entries.refetch} />}
      {entries.data && (
        <Scrolling label={t('promotions.giftCards.entries')} width={340}>
          <Table verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('promotions.giftCards.when')}</Table.Th>
                <Table.Th>{t('promotions.giftCards.happened')}</Table.Th>
                <Table.Th ta="end">{t('promotions.giftCards.amount')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {entries.data.entries.map(({ kind, amount, orderNumber, date }) => (
                <Table.Tr key={`${date} ${kind} ${amount.value} ${orderNumber}`}>
                  <Table.Td>{moment(date)}</Table.Td>
                  <Table.Td>
                    {t(`promotions.giftCards.kinds.${kind}`)}
                    {orderNumber && (
                      <>
                        {' '}
                        <Anchor component={Link} href={`/orders/${orderNumber}`}>
                          {orderNumber}
                        </Anchor>
                      </>
                    )}
                  </Table.Td>
                  <Table.Td ta="end" style={{ fontVariantNumeric: 'tabular-nums' }}>
                    {spellMoney(signed(kind, amount), i18n.language)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scrolling>
      )}
      {entries.data && <Paged page={at} limit={LIMIT} total={entries.data.total} onPage={setPage} />}
      {asking === 'topUp' && (
        <TopUp card={giftCard} name={name} again={refetch} onClose={() => setAsking(null)} onDone={said} />
      )}
      {asking === 'switch' && <SwitchCard card={giftCard} name={name} onClose={() => setAsking(null)} onDone={said} />}
    </Page>
  )
}

/** What the movement did to the card: paying takes money off it. */
function signed(kind: Entry['kind'], { value, currency }: Amount): Amount {
  return { value: kind === 'CAPTURED' ? `-${value.replace(/^-/, '')}` : value, currency }
}

function TopUp({
  card,
  name,
  again,
  onClose,
  onDone,
}: {
  card: GiftCard
  name: string
  again: () => unknown
  onClose: () => void
  onDone: () => void
}) {
  const { t } = useTranslation('desk')
  const [typed, setTyped] = useState('')
  const topUp = useSiteChange<object>('POST', `/boxoffice/v1/gift-cards/${card.id}/top-ups`)
  const amount = amountOf(typed, card.balance.currency)
  return (
    <Confirm
      opened
      title={t('promotions.giftCards.topUpOf', { name })}
      action={t('promotions.giftCards.topUp')}
      isPending={topUp.isPending}
      mayConfirm={amount !== null}
      onConfirm={() =>
        topUp.mutate(
          { revision: card.revision, amount },
          {
            onSuccess: () => {
              onDone()
              onClose()
            },
            onError: ({ code }) => code === 'ABORTED' && again(),
          },
        )
      }
      onClose={onClose}
    >
      <MoneyField
        currency={card.balance.currency}
        label={t('promotions.giftCards.amount')}
        data-autofocus
        value={typed}
        error={typed !== '' && !amount ? t('promotions.wrong.amount') : null}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      />
      {topUp.error && <Failed error={topUp.error} />}
    </Confirm>
  )
}

function SwitchCard({
  card,
  name,
  onClose,
  onDone,
}: {
  card: GiftCard
  name: string
  onClose: () => void
  onDone: () => void
}) {
  const { t } = useTranslation('desk')
  const to = card.disabledDate ? 'enable' : 'disable'
  const { siteId } = useSite()
  const path = `/boxoffice/v1/gift-cards/${card.id}`
  const change = useSiteChange<object>('POST', `${path}/${to}`)
  return (
    <Confirm
      opened
      title={t(`promotions.giftCards.${to}Of`, { name })}
      story={t(`promotions.giftCards.${to}Story`)}
      action={t(`promotions.giftCards.${to}`)}
      isPending={change.isPending}
      error={change.error}
      onConfirm={() =>
        // What is paid with it meanwhile changes nothing about this.
        sendAsSeen(
          { mark: card.revision, shown: card.disabledDate },
          {
            put: revision => change.mutateAsync({ revision }),
            again: async () => {
              const { giftCard: now } = await askFor<{ giftCard: GiftCard }>(siteId, path)
              return { mark: now.revision, shown: now.disabledDate }
            },
          },
        ).then(
          () => {
            onDone()
            onClose()
          },
          () => {}, // said by `change.error`
        )
      }
      onClose={onClose}
    />
  )
}
