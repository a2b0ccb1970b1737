import { Anchor, Badge, Button, Code, Table, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { Waiting } from '../desk.tsx'
import { ConfirmRemoval } from '../parts/confirm-removal.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { Page } from '../parts/page.tsx'
import { Paged } from '../parts/paged.tsx'
import { Scrolling } from '../parts/scrolling.tsx'
import { usePage, useParam } from '../parts/use-param.ts'
import { useSiteChange, useSiteQuery } from '../site.tsx'
import { type Benefit, benefitStateOf } from './benefit.ts'

const LIMIT = 25
const COLOURS = { active: 'green', scheduled: 'indigo', over: 'gray', usedUp: 'gray' } as const

/** What members have bought with pricing plans, the newest first: what each takes off, and how often it did. */
export function BenefitList() {
  const { t } = useTranslation('desk')
  const [at, setPage] = usePage()
  const [search, setSearch] = useParam('q')
  const [settled] = useDebouncedValue(search.trim().toLowerCase(), 250)
  const isGuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(settled)
  const found = { $or: [{ memberId: settled }, { planOrderId: settled }, { planId: settled }] }
  const { data, error, refetch } = useSiteQuery<{ benefits: Benefit[]; metadata: { total: number } }>(
    '/boxoffice/v1/pricing-plan-benefits/query',
    { query: { ...(isGuid && { filter: found }), paging: { limit: LIMIT, offset: (at - 1) * LIMIT } } },
    { placeholderData: keepPreviousData },
  )
  const remove = useSiteChange<Benefit>('DELETE', of => `/boxoffice/v1/pricing-plan-benefits/${pathOf(of)}`)
  const [removing, setRemoving] = useState<Benefit | null>(null)
  const add = (
    <Button component={Link} href="/promotions/benefits/new">
      {t('promotions.benefits.add')}
    </Button>
  )
  return (
    <Page title={t('promotions.benefits.title')} actions={add}>
      <Text c="dimmed" size="sm" maw={760}>
        {t('promotions.benefits.story')}
      </Text>
      {(search !== '' || (data && data.metadata.total > 0)) && (
        <TextInput
          aria-label={t('promotions.benefits.search')}
          placeholder={t('promotions.benefits.search')}
          error={search.trim() !== '' && !isGuid && t('promotions.wrong.guid')}
          maw={420}
          maxLength={40}
          value={search}
          onChange={({ currentTarget }) => setSearch(currentTarget.value, { page: '' })}
        />
      )}
      {error && <Failed error={error} again={refetch} />}
      {!data && !error && <Waiting />}
      {data?.benefits.length === 0 &&
        (isGuid ? (
          <Empty title={t('promotions.benefits.notFound')} />
        ) : (
          <Empty title={t('promotions.benefits.none')} story={t('promotions.benefits.noneStory')} />
        ))}
      {data && data.benefits.length > 0 && (
        <Scrolling label={t('promotions.benefits.title')} width={760}>
          <Table verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('promotions.form.name')}</Table.Th>
                <Table.Th>{t('promotions.coupons.off')}</Table.Th>
                <Table.Th>{t('promotions.coupons.status')}</Table.Th>
                <Table.Th>{t('promotions.benefits.used')}</Table.Th>
                <Table.Th>{t('promotions.benefits.member')}</Table.Th>
                <Table.Th>{t('actions')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.benefits.map(benefit => (
                <Row key={pathOf(benefit)} benefit={benefit} onRemove={() => setRemoving(benefit)} />
              ))}
            </Table.Tbody>
          </Table>
        </Scrolling>
      )}
      {data && <Paged page={at} limit={LIMIT} total={data.metadata.total} onPage={setPage} />}
      <ConfirmRemoval
        removing={removing}
        remove={remove}
        title={t('promotions.coupons.removeTitle', { code: removing?.name })}
        story={t('promotions.benefits.removeStory')}
        onClose={() => setRemoving(null)}
      />
    </Page>
  )
}

/** How a benefit is named in addresses. */
export function pathOf({ planOrderId, benefitId }: Pick<Benefit, 'planOrderId' | 'benefitId'>): string {
  return `${planOrderId}/${benefitId}`
}

function Row({ benefit, onRemove }: { benefit: Benefit; onRemove: () => void }) {
  const { t, i18n } = useTranslation('desk')
  const number = new Intl.NumberFormat(i18n.language)
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 2 })
  const { name, rate, quantityMax, quantityUsed, memberId } = benefit
  const state = benefitStateOf(benefit, Date.now())
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} href={`/promotions/benefits/${pathOf(benefit)}`} fw={600} dir="auto">
          {name}
        </Anchor>
      </Table.Td>
      <Table.Td>{percent.format(Number(rate) / 100)}</Table.Td>
      <Table.Td>
        <Badge variant="light" color={COLOURS[state]} tt="none">
          {t(`promotions.coupons.state.${state}`)}
        </Badge>
      </Table.Td>
      <Table.Td>
        {quantityMax === undefined
          ? number.format(quantityUsed)
          : t('promotions.coupons.usesOf', { uses: number.format(quantityUsed), max: number.format(quantityMax) })}
      </Table.Td>
      <Table.Td>
        <Code>{memberId}</Code>
      </Table.Td>
      <Table.Td>
        <Button
          variant="subtle"
          color="red"
          size="compact-sm"
          aria-label={t('promotions.benefits.removeOf', { name })}
          onClick={onRemove}
        >
          {t('remove')}
        </Button>
      </Table.Td>
    </Table.Tr>
  )
}
