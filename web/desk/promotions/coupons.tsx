import { Anchor, Badge, Button, Group, Menu, Table, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { spellMoney } from '../../shared/money.ts'
import { Waiting } from '../desk.tsx'
import { ConfirmRemoval } from '../parts/confirm-removal.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { MoreActions } from '../parts/more-actions.tsx'
import { Page } from '../parts/page.tsx'
import { Paged } from '../parts/paged.tsx'
import { useSaid } from '../parts/said.ts'
import { Scrolling } from '../parts/scrolling.tsx'
import { usePage, useParam } from '../parts/use-param.ts'
import { useSiteChange, useSiteQuery } from '../site.tsx'
import { type Coupon, stateOf } from './coupon.ts'

const LIMIT = 25

/** All coupons, the newest first: how each stands, how often it was used and what it has cost. */
export function CouponList() {
  const { t } = useTranslation('desk')
  const said = useSaid()
  const [at, setPage] = usePage()
  const [search, setSearch] = useParam('q')
  const [settled] = useDebouncedValue(search.trim().toUpperCase(), 250)
  const { data, error, refetch } = useSiteQuery<{ coupons: Coupon[]; metadata: { total: number } }>(
    '/boxoffice/v1/coupons/query',
    {
      query: {
        ...(settled !== '' && { filter: { code: { $startsWith: settled } } }),
        paging: { limit: LIMIT, offset: (at - 1) * LIMIT },
      },
      fields: ['TAKEN_OFF'],
    },
    { placeholderData: keepPreviousData },
  )
  const pause = useSiteChange<{ id: string; coupon: { revision: string; active: boolean } }>(
    'PATCH',
    ({ id }) => `/boxoffice/v1/coupons/${id}`,
  )
  const remove = useSiteChange<Coupon>('DELETE', ({ id }) => `/boxoffice/v1/coupons/${id}`)
  const [removing, setRemoving] = useState<Coupon | null>(null)
  const isSearched = settled !== ''
  return (
    <Page
      title={t('promotions.coupons.title')}
      actions={
        <Button component={Link} href="/promotions/coupons/new">
          {t('promotions.coupons.add')}
        </Button>
      }
    >
      {(isSearched || search !== '' || (data && data.metadata.total > 0)) && (
        <TextInput
          aria-label={t('promotions.coupons.search')}
          placeholder={t('promotions.coupons.search')}
          maw={320}
          maxLength={20}
          value={search}
          onChange={({ currentTarget }) => setSearch(currentTarget.value, { page: '' })}
        />
      )}
      {error && <Failed error={error} again={refetch} />}
      {pause.error && <Failed error={pause.error} again={refetch} />}
      {!data && !error && <Waiting />}
      {data?.coupons.length === 0 &&
        (isSearched ? (
          <Empty title={t('promotions.coupons.notFound', { code: settled })} />
        ) : (
          <Empty title={t('promotions.coupons.none')} story={t('promotions.coupons.noneStory')}>
            <Button component={Link} href="/promotions/coupons/new" mt="sm">
              {t('promotions.coupons.add')}
            </Button>
          </Empty>
        ))}
      {data && data.coupons.length > 0 && (
        <Scrolling label={t('promotions.coupons.title')} width={760}>
          <Table verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('promotions.coupons.code')}</Table.Th>
                <Table.Th>{t('promotions.coupons.off')}</Table.Th>
                <Table.Th>{t('promotions.coupons.status')}</Table.Th>
                <Table.Th>{t('promotions.coupons.uses')}</Table.Th>
                <Table.Th>{t('promotions.coupons.takenOff')}</Table.Th>
                <Table.Th>{t('actions')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.coupons.map(coupon => (
                <Row
                  key={coupon.id}
                  coupon={coupon}
                  onPause={active =>
                    pause.mutate(
                      { id: coupon.id, coupon: { revision: coupon.revision, active } },
                      { onSuccess: () => said() },
                    )
                  }
                  onRemove={() => setRemoving(coupon)}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Scrolling>
      )}
      {data && <Paged page={at} limit={LIMIT} total={data.metadata.total} onPage={setPage} />}
      <ConfirmRemoval
        removing={removing}
        remove={remove}
        title={t('promotions.coupons.removeTitle', { code: removing?.code })}
        story={t('promotions.coupons.removeStory')}
        onClose={() => setRemoving(null)}
      />
    </Page>
  )
}

const COLOURS = { active: 'green', scheduled: 'indigo', paused: 'orange', over: 'gray', usedUp: 'gray' } as const

function Row({
  coupon,
  onPause,
  onRemove,
}: {
  coupon: Coupon
  onPause: (active: boolean) => void
  onRemove: () => void
}) {
  const { t, i18n } = useTranslation('desk')
  const number = new Intl.NumberFormat(i18n.language)
  const { code, name, percentOff, amountOff, appliesPer, scope, uses, usesMax, takenOff = [] } = coupon
  const state = stateOf(coupon, Date.now())
  const off = amountOff
    ? spellMoney(amountOff, i18n.language)
    : new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 2 }).format(
        Number(percentOff) / 100,
      )
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} href={`/promotions/coupons/${coupon.id}`} fw={600}>
          {code}
        </Anchor>
        <Text size="sm" c="dimmed" dir="auto">
          {name}
        </Text>
      </Table.Td>
      <Table.Td>
        {off}
        <Text size="sm" c="dimmed">
          {t(`promotions.coupons.per.${appliesPer}`)}
          {scope.entityId !== undefined && ` · ${t(`promotions.coupons.one.${scope.group}`)}`}
        </Text>
      </Table.Td>
      <Table.Td>
        <Badge variant="light" color={COLOURS[state]} tt="none">
          {t(`promotions.coupons.state.${state}`)}
        </Badge>
      </Table.Td>
      <Table.Td>
        {usesMax === undefined
          ? number.format(uses)
          : t('promotions.coupons.usesOf', { uses: number.format(uses), max: number.format(usesMax) })}
      </Table.Td>
      <Table.Td>
        {takenOff.length === 0 ? '–' : takenOff.map(amount => spellMoney(amount, i18n.language)).join(', ')}
      </Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap">
          <Button
            variant="subtle"
            size="compact-sm"
            aria-label={t(coupon.active ? 'promotions.coupons.pauseOf' : 'promotions.coupons.resumeOf', { code })}
            onClick={() => onPause(!coupon.active)}
          >
            {coupon.active ? t('promotions.coupons.pause') : t('promotions.coupons.resume')}
          </Button>
          <MoreActions label={t('promotions.coupons.actionsOf', { code })}>
            <Menu.Item component={Link} href={`/promotions/coupons/${coupon.id}`}>
              {t('tickets.edit')}
            </Menu.Item>
            <Menu.Item color="red" onClick={onRemove}>
              {t('remove')}
            </Menu.Item>
          </MoreActions>
        </Group>
      </Table.Td>
    </Table.Tr>
  )
}
