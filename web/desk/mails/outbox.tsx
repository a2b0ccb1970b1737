import { Badge, Button, Group, Select, Table, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { Waiting } from '../desk.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { Paged } from '../parts/paged.tsx'
import { useSaid } from '../parts/said.ts'
import { Scrolling } from '../parts/scrolling.tsx'
import { useDate } from '../parts/use-date.ts'
import { usePage, useParam } from '../parts/use-param.ts'
import { useMay, useSiteChange, useSiteQuery } from '../site.tsx'
import { type MailKind, nameOfMail } from './words.ts'

const STATES = ['WAITING', 'SENT', 'DROPPED', 'FAILED'] as const
const COLOURS = { WAITING: 'indigo', SENT: 'green', DROPPED: 'gray', FAILED: 'red' }
const LIMIT = 25

type Mail = {
  id: string
  kind: MailKind
  state: (typeof STATES)[number]
  to?: string
  eventId?: string
  orderNumber?: string
  createdDate: string
  sentDate?: string
  attempts: number
  nextAttemptDate?: string
  lastFailure?: { date: string; message: string }
}

/** What was mailed and what will be, the newest first; of one event, or of all. */
export function Outbox({ eventId }: { eventId?: string }) {
  const { t } = useTranslation('desk')
  const { moment } = useDate()
  const said = useSaid()
  const mayReadOrders = useMay('READ_ORDERS')
  const [state, setState] = useParam('state')
  const [page, setPage] = usePage()
  const query = new URLSearchParams({
    limit: String(LIMIT),
    offset: String((page - 1) * LIMIT),
    ...(state && { state }),
    ...(eventId && { eventId }),
  })
  const { data, error, refetch } = useSiteQuery<{ mails: Mail[]; total: number }>(
    `/boxoffice/v1/mails?${query}`,
    undefined,
    { placeholderData: before => before, refetchInterval: 15_000 },
  )
  const resend = useSiteChange<{ id: string }>('POST', ({ id }) => `/boxoffice/v1/mails/${id}/resend`)
  if (error && !data) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  return (
    <>
      <Select
        label={t('mails.state')}
        placeholder={t('mails.anyState')}
        data={STATES.map(each => ({ value: each, label: t(`mails.states.${each}`) }))}
        value={state || null}
        onChange={value => setState(value ?? '', { page: '' })}
        clearable
        clearButtonProps={{ 'aria-label': t('mails.anyState') }}
        maw={260}
      />
      {resend.error && <Failed error={resend.error} />}
      {data.mails.length === 0 ? (
        <Empty title={t('mails.none')} story={t('mails.noneStory')} />
      ) : (
        <Scrolling label={t('mails.outbox')} width={720}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('mails.what')}</Table.Th>
                <Table.Th>{t('mails.to')}</Table.Th>
                <Table.Th>{t('mails.state')}</Table.Th>
                <Table.Th>{t('mails.when')}</Table.Th>
                <Table.Th>{t('actions')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.mails.map(mail => (
                <Table.Tr key={mail.id}>
                  <Table.Td>
                    <Text>{nameOfMail(mail.kind, t)}</Text>
                    {mail.orderNumber &&
                      (mayReadOrders ? (
                        <Text size="sm" component={Link} href={`~/dashboard/orders/${mail.orderNumber}`}>
                          {mail.orderNumber}
                        </Text>
                      ) : (
                        <Text size="sm" c="dimmed">
                          {mail.orderNumber}
                        </Text>
                      ))}
                  </Table.Td>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>{mail.to ?? t('mails.nobody')}</Table.Td>
                  <Table.Td>
                    <Badge variant="light" color={COLOURS[mail.state]}>
                      {t(`mails.states.${mail.state}`)}
                    </Badge>
                    {mail.lastFailure && mail.state !== 'SENT' && (
                      <Text size="sm" mt={4}>
                        {mail.lastFailure.message}
                      </Text>
                    )}
                    {mail.state === 'WAITING' && mail.attempts > 0 && mail.nextAttemptDate && (
                      <Text size="sm">{t('mails.nextAttempt', { moment: moment(mail.nextAttemptDate) })}</Text>
                    )}
                  </Table.Td>
                  <Table.Td>{moment(mail.sentDate ?? mail.createdDate)}</Table.Td>
                  <Table.Td>
                    <Button
                      variant="subtle"
                      size="compact-md"
                      disabled={mail.state === 'WAITING'}
                      loading={resend.isPending && resend.variables.id === mail.id}
                      aria-label={t('mails.resendTo', { to: mail.to ?? mail.orderNumber ?? '' })}
                      onClick={() => resend.mutate({ id: mail.id }, { onSuccess: () => said(t('mails.resent')) })}
                    >
                      {t('mails.resend')}
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scrolling>
      )}
      <Group>
        <Paged page={page} limit={LIMIT} total={data.total} onPage={setPage} />
      </Group>
    </>
  )
}
