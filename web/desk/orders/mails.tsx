import { Badge, Button, Group, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { nameOfMail } from '../mails/words.ts'
import { Failed } from '../parts/failed.tsx'
import { useSaid } from '../parts/said.ts'
import { useDate } from '../parts/use-date.ts'
import { useMay, useSiteChange, useSiteQuery } from '../site.tsx'
import type { Mail } from './model.ts'
import { Part } from './order.tsx'

const COLOURS: Record<Mail['state'], string> = { WAITING: 'yellow', SENT: 'green', DROPPED: 'gray', FAILED: 'red' }

/** What was mailed about an order, and sending it once more. */
export function OrderMails({ orderNumber }: { orderNumber: string }) {
  return useMay('MANAGE') ? <Mails orderNumber={orderNumber} /> : null
}

function Mails({ orderNumber }: { orderNumber: string }) {
  const { t } = useTranslation('desk')
  const { moment } = useDate()
  const said = useSaid()
  const { data, error, refetch } = useSiteQuery<{ total: number; mails: Mail[] }>(
    `/boxoffice/v1/mails?orderNumber=${orderNumber}&limit=20`,
    undefined,
    { refetchInterval: 10_000 },
  )
  const again = useSiteChange<{ mailId: string }>('POST', ({ mailId }) => `/boxoffice/v1/mails/${mailId}/resend`)
  return (
    <Part title={t('orders.mails')}>
      {error && <Failed error={error} again={refetch} />}
      {again.error && <Failed error={again.error} />}
      {data?.mails.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('orders.noMails')}
        </Text>
      )}
      {data?.mails.map(mail => (
        <Stack key={mail.id} gap={2}>
          <Group justify="space-between" wrap="nowrap" gap="xs">
            <Text size="sm" fw={600}>
              {nameOfMail(mail.kind, t)}
            </Text>
            <Badge variant="light" color={COLOURS[mail.state]} style={{ flexShrink: 0 }}>
              {t(`mails.states.${mail.state}`)}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {[mail.to, moment(mail.sentDate ?? mail.createdDate)].filter(Boolean).join(' · ')}
          </Text>
          {mail.state !== 'WAITING' && (
            <Button
              variant="subtle"
              size="compact-sm"
              w="fit-content"
              loading={again.isPending && again.variables.mailId === mail.id}
              aria-label={t('orders.mailAgainName', { mail: nameOfMail(mail.kind, t) })}
              onClick={() => again.mutate({ mailId: mail.id }, { onSuccess: () => said(t('orders.mailWanted')) })}
            >
              {t('orders.mailAgain')}
            </Button>
          )}
        </Stack>
      ))}
      {data && data.total > data.mails.length && (
        <Text size="sm">{t('orders.moreMails', { count: data.total - data.mails.length })}</Text>
      )}
    </Part>
  )
}
