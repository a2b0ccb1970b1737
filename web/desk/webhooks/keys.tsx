import { Badge, Button, Code, CopyButton, Group, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Confirm } from '../parts/confirm.tsx'
import { Failed } from '../parts/failed.tsx'
import { useDate } from '../parts/use-date.ts'
import { useSiteChange, useSiteQuery } from '../site.tsx'

type Key = { id: string; publicKey: string; signsFromDate: string; signs: boolean }

/** The key that programs check our words with, and the next one. */
export function Keys() {
  const { t } = useTranslation('desk')
  const { moment } = useDate()
  const [isAsking, setIsAsking] = useState(false)
  const { data, error, refetch } = useSiteQuery<{ keys: Key[] }>('/boxoffice/v1/webhooks/public-key')
  const rotate = useSiteChange<Record<string, never>>('POST', '/boxoffice/v1/webhooks/keys')
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t('webhooks.keys')}
        </Title>
        <Button variant="default" onClick={() => setIsAsking(true)}>
          {t('webhooks.rotate')}
        </Button>
      </Group>
      <Text c="dimmed" size="sm">
        {t('webhooks.keysStory')}
      </Text>
      {error && !data && <Failed error={error} again={refetch} />}
      {data?.keys.map(({ id, publicKey, signs, signsFromDate }) => (
        <Stack key={id} gap={4}>
          <Group gap="xs">
            <Badge variant="light" color={signs ? 'green' : 'gray'}>
              {signs ? t('webhooks.signs') : t('webhooks.signsFrom', { moment: moment(signsFromDate) })}
            </Badge>
            <CopyButton value={publicKey}>
              {({ copied, copy }) => (
                <Button variant="subtle" size="compact-md" onClick={copy}>
                  {copied ? t('copied') : t('webhooks.copyKey')}
                </Button>
              )}
            </CopyButton>
          </Group>
          <Code block tabIndex={0} role="region" aria-label={t('webhooks.keys')} mah={140} style={{ overflow: 'auto' }}>
            {publicKey}
          </Code>
        </Stack>
      ))}
      <Confirm
        opened={isAsking}
        title={t('webhooks.rotate')}
        story={t('webhooks.rotateStory')}
        action={t('webhooks.rotate')}
        isPending={rotate.isPending}
        error={rotate.error}
        onClose={() => setIsAsking(false)}
        onConfirm={() => rotate.mutate({}, { onSuccess: () => setIsAsking(false) })}
      />
    </Stack>
  )
}
