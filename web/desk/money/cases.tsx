import { Anchor, Badge, Button, Card, Group, SegmentedControl, Stack, Text, Textarea, Title } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { type Amount, spellMoney } from '../../shared/money.ts'
import { Waiting } from '../desk.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { Failed } from '../parts/failed.tsx'
import { Paged } from '../parts/paged.tsx'
import { useSaid } from '../parts/said.ts'
import { useUnsaved } from '../parts/unsaved.ts'
import { useDate } from '../parts/use-date.ts'
import { usePage, useParam } from '../parts/use-param.ts'
import { useSiteChange, useSiteQuery } from '../site.tsx'

const REASONS = [
  'ORDER_CANCELED',
  'PROVIDER_FAILS',
  'REFUND_BY_HAND',
  'REFUND_FAILED',
  'REFUNDED_ELSEWHERE',
  'DISPUTED',
] as const
type Case = {
  id: string
  reason: (typeof REASONS)[number]
  orderStatus: string
  payment: { orderNumber: string; provider: string; amount: Amount }
  actions: ('REFUND' | 'CANCEL_ORDER' | 'RESOLVE')[]
  openedDate: string
  resolvedDate?: string
  note?: string
}
const LIMIT = 20
const NOTE_LENGTH_MAX = 500

/** Money that nobody could place by rule: what happened, what can be done, and that it was. */
export function Cases() {
  const { t } = useTranslation('desk')
  const [state, setState] = useParam('cases')
  const [at, setPage] = usePage('casesPage')
  const asked = new URLSearchParams({
    state: state === 'RESOLVED' ? 'RESOLVED' : 'OPEN',
    limit: String(LIMIT),
    offset: String((at - 1) * LIMIT),
  })
  const { data, error, refetch } = useSiteQuery<{ total: number; cases: Case[] }>(
    `/boxoffice/v1/reconciliation?${asked}`,
  )
  const [resolving, setResolving] = useState<Case | null>(null)
  return (
    <Stack component="section" aria-label={t('money.cases.title')} gap="sm">
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t('money.cases.title')}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={t('money.cases.which')}
          value={state === 'RESOLVED' ? 'RESOLVED' : 'OPEN'}
          onChange={value => setState(value === 'OPEN' ? '' : value, { casesPage: '' })}
          data={(['OPEN', 'RESOLVED'] as const).map(value => ({ value, label: t(`money.cases.${value}`) }))}
        />
      </Group>
      {error && <Failed error={error} again={refetch} />}
      {!data && !error && <Waiting />}
      {data?.cases.length === 0 && (
        <Text c="dimmed">{t(state === 'RESOLVED' ? 'money.cases.noneResolved' : 'money.cases.none')}</Text>
      )}
      {data?.cases.map(each => (
        <CaseCard key={each.id} found={each} onResolve={() => setResolving(each)} />
      ))}
      {data && <Paged page={at} limit={LIMIT} total={data.total} onPage={setPage} />}
      {resolving && <Resolve found={resolving} onClose={() => setResolving(null)} />}
    </Stack>
  )
}

function CaseCard({ found, onResolve }: { found: Case; onResolve: () => void }) {
  const { t, i18n } = useTranslation('desk')
  const { moment } = useDate()
  const { reason, payment, actions, openedDate, resolvedDate, note } = found
  const orderPage = `/orders/${payment.orderNumber}`
  return (
    <Card withBorder>
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Title order={3} size="h5">
            {t(`money.cases.reasons.${reason}.title`)}
          </Title>
          <Text fw={700} style={{ whiteSpace: 'nowrap' }}>
            {spellMoney(payment.amount, i18n.language)}
          </Text>
        </Group>
        <Group gap="xs">
          <Anchor component={Link} href={orderPage} size="sm">
            {t('money.cases.order', { number: payment.orderNumber })}
          </Anchor>
          <Badge variant="light" color={resolvedDate ? 'green' : 'orange'}>
            {t(resolvedDate ? 'money.cases.resolved' : 'money.cases.open')}
          </Badge>
          <Text size="sm" c="dimmed">
            {t('money.cases.since', { when: moment(openedDate) })}
          </Text>
        </Group>
        <Text size="sm">{t(`money.cases.reasons.${reason}.story`)}</Text>
        {!resolvedDate && <Text size="sm">{t(`money.cases.reasons.${reason}.todo`)}</Text>}
        {resolvedDate && (
          <Text size="sm" c="dimmed">
            {note
              ? t('money.cases.resolvedWith', { when: moment(resolvedDate), note })
              : t('money.cases.resolvedAt', { when: moment(resolvedDate) })}
          </Text>
        )}
        {!resolvedDate && (
          <Group gap="xs">
            {(['REFUND', 'CANCEL_ORDER'] as const)
              .filter(action => actions.includes(action))
              .map(action => (
                <Button key={action} component={Link} href={orderPage} size="compact-sm" variant="light">
                  {t(`money.cases.actions.${action}`)}
                </Button>
              ))}
            <Button size="compact-sm" variant="default" onClick={onResolve}>
              {t('money.cases.actions.RESOLVE')}
            </Button>
          </Group>
        )}
      </Stack>
    </Card>
  )
}

function Resolve({ found, onClose }: { found: Case; onClose: () => void }) {
  const { t } = useTranslation('desk')
  const [note, setNote] = useState('')
  const said = useSaid()
  const { mutate, isPending, error } = useSiteChange<{ note: string }>(
    'POST',
    `/boxoffice/v1/reconciliation/${found.id}/resolve`,
  )
  useUnsaved(note !== '')
  return (
    <Confirm
      opened
      title={t('money.cases.resolveTitle')}
      story={t(found.reason === 'REFUND_BY_HAND' ? 'money.cases.resolveByHand' : 'money.cases.resolveStory')}
      action={t('money.cases.resolveAction')}
      isPending={isPending}
      error={error}
      onClose={onClose}
      onConfirm={() =>
        mutate(
          { note: note.trim() },
          {
            onSuccess: () => {
              said(t('money.cases.done'))
              onClose()
            },
          },
        )
      }
    >
      <Textarea
        label={t('money.cases.note')}
        description={t('money.cases.noteHint')}
        value={note}
        onChange={({ currentTarget }) => setNote(currentTarget.value)}
        maxLength={NOTE_LENGTH_MAX}
        autosize
        minRows={3}
        data-autofocus
      />
    </Confirm>
  )
}
