import { Anchor, Badge, Button, Table } from '@mantine/core'
import { keepPreviousData } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { spellMoney } from '../../shared/money.ts'
import { Waiting } from '../desk.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { Page } from '../parts/page.tsx'
import { Paged } from '../parts/paged.tsx'
import { Scrolling } from '../parts/scrolling.tsx'
import { useDate } from '../parts/use-date.ts'
import { usePage } from '../parts/use-param.ts'
import { useSiteQuery } from '../site.tsx'
import { GIFT_CARD_COLOURS, type GiftCard, giftCardStateOf } from './gift-card-state.ts'
import { IssueGiftCard } from './issue-gift-card.tsx'

const LIMIT = 25

/** All gift cards, the newest first. */
export function GiftCardList() {
  const { t, i18n } = useTranslation('desk')
  const { day } = useDate()
  const [at, setPage] = usePage()
  const [isIssuing, setIssuing] = useState(false)
  const { data, error, refetch } = useSiteQuery<{ giftCards: GiftCard[]; total: number }>(
    `/boxoffice/v1/gift-cards?limit=${LIMIT}&offset=${(at - 1) * LIMIT}`,
    undefined,
    { placeholderData: keepPreviousData },
  )
  return (
    <Page
      title={t('promotions.giftCards.title')}
      actions={<Button onClick={() => setIssuing(true)}>{t('promotions.giftCards.issue')}</Button>}
    >
      {error && <Failed error={error} again={refetch} />}
      {!data && !error && <Waiting />}
      {data?.total === 0 && (
        <Empty title={t('promotions.giftCards.none')} story={t('promotions.giftCards.noneStory')} />
      )}
      {data && data.giftCards.length > 0 && (
        <Scrolling label={t('promotions.giftCards.title')} width={640}>
          <Table verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('promotions.giftCards.card')}</Table.Th>
                <Table.Th ta="end">{t('promotions.giftCards.balance')}</Table.Th>
                <Table.Th>{t('promotions.coupons.status')}</Table.Th>
                <Table.Th>{t('promotions.giftCards.issued')}</Table.Th>
                <Table.Th>{t('promotions.giftCards.expires')}</Table.Th>
                <Table.Th>{t('promotions.giftCards.note')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.giftCards.map(card => {
                const state = giftCardStateOf(card, Date.now())
                return (
                  <Table.Tr key={card.id}>
                    <Table.Td>
                      <Anchor component={Link} href={`/promotions/gift-cards/${card.id}`} fw={600}>
                        {t('promotions.giftCards.ending', { lastFour: card.lastFour })}
                      </Anchor>
                    </Table.Td>
                    <Table.Td ta="end" style={{ fontVariantNumeric: 'tabular-nums' }}>
                      {spellMoney(card.balance, i18n.language)}
                    </Table.Td>
                    <Table.Td>
                      <Badge variant="light" color={GIFT_CARD_COLOURS[state]} tt="none">
                        {t(`promotions.giftCards.state.${state}`)}
                      </Badge>
                    </Table.Td>
                    <Table.Td>{day(card.createdDate)}</Table.Td>
                    <Table.Td>{card.expirationDate ? day(card.expirationDate) : '–'}</Table.Td>
                    <Table.Td dir="auto">{card.note}</Table.Td>
                  </Table.Tr>
                )
              })}
            </Table.Tbody>
          </Table>
        </Scrolling>
      )}
      {data && <Paged page={at} limit={LIMIT} total={data.total} onPage={setPage} />}
      {isIssuing && <IssueGiftCard onClose={() => setIssuing(false)} />}
    </Page>
  )
}
