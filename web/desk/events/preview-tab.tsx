import { Anchor, Button, Card, CopyButton, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Waiting } from '../desk.tsx'
import { Failed } from '../parts/failed.tsx'
import { useDate } from '../parts/use-date.ts'
import { useSiteChange, useSiteQuery } from '../site.tsx'
import { useEvent } from './event.tsx'
import styles from './preview-tab.module.css'

type Answer = { previewLink: { url: string; path: string; expirationDate: string } }

/** Spans for which a link can be made, in hours. */
const SPANS = [1, 24, 168, 720] as const

/** The event's page as guests will see it, on a phone and on a desk, and a link to it for somebody else. */
export default function PreviewTab() {
  const { t } = useTranslation('desk')
  const { id, status } = useEvent()
  // Whatever is changed makes it a new link, and so the page is shown as it is then.
  const { data, error, refetch } = useSiteQuery<Answer>(
    `/boxoffice/v1/events/${id}/preview-links`,
    { hours: 1 },
    { staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false },
  )
  const path = data?.previewLink.path
  return (
    <Stack>
      <Group justify="space-between">
        <Text>{t(status === 'DRAFT' ? 'preview.story' : 'preview.storyPublished')}</Text>
        <Group gap="xs">
          <Button variant="default" onClick={() => refetch()}>
            {t('preview.reload')}
          </Button>
          {path && (
            <Button variant="default" component="a" href={path} target="_blank" rel="noopener">
              {t('preview.open')}
            </Button>
          )}
        </Group>
      </Group>
      <LinkForOthers eventId={id} />
      {error && !data && <Failed error={error} again={refetch} />}
      {!data && !error && <Waiting />}
      {path && <Frames path={path} />}
    </Stack>
  )
}

const PHONE = { width: 390, height: 780 }
const DESK = { width: 1280, height: 1000 }

function Frames({ path }: { path: string }) {
  const { t } = useTranslation('desk')
  const { ref, width } = useElementSize()
  // Beside each other where there is room; what is too wide is made smaller.
  const isNarrow = width < 820
  const wide = isNarrow ? width : width - PHONE.width - 24
  return (
    <div ref={ref} className={styles.frames}>
      {width > 0 && (
        <>
          <Frame title={t('preview.onPhone')} path={path} size={PHONE} width={Math.min(PHONE.width, width)} />
          <Frame title={t('preview.onDesk')} path={path} size={DESK} width={wide} />
        </>
      )}
    </div>
  )
}

function Frame({
  title,
  path,
  size,
  width,
}: {
  title: string
  path: string
  size: { width: number; height: number }
  width: number
}) {
  const scale = Math.min(1, width / size.width)
  return (
    <Stack gap={4}>
      <Text size="sm" c="dimmed" aria-hidden>
        {title}
      </Text>
      <div className={styles.frame} style={{ width: size.width * scale, height: size.height * scale }}>
        <iframe src={path} title={title} {...size} style={{ transform: `scale(${scale})` }} />
      </div>
    </Stack>
  )
}

/** For a colleague or a customer who has no account here. */
function LinkForOthers({ eventId }: { eventId: string }) {
  const { t } = useTranslation('desk')
  const { moment } = useDate()
  const [hours, setHours] = useState(String(SPANS[1]))
  const make = useSiteChange<{ hours: number }, Answer>('POST', `/boxoffice/v1/events/${eventId}/preview-links`)
  const link = make.data?.previewLink
  return (
    <Card withBorder component="section" aria-label={t('preview.share')} maw={760}>
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t('preview.share')}
        </Title>
        <Text size="sm">{t('preview.shareStory')}</Text>
        <Group align="flex-end">
          <Select
            label={t('preview.span')}
            data={SPANS.map(each => ({ value: String(each), label: t(`preview.spans.${each}`) }))}
            value={hours}
            allowDeselect={false}
            onChange={value => value && setHours(value)}
          />
          <Button variant="default" loading={make.isPending} onClick={() => make.mutate({ hours: Number(hours) })}>
            {t('preview.make')}
          </Button>
        </Group>
        {make.error && <Failed error={make.error} />}
        {link && (
          <>
            <TextInput
              label={t('preview.link')}
              description={t('preview.until', { moment: moment(link.expirationDate) })}
              readOnly
              value={link.url}
              onFocus={({ currentTarget }) => currentTarget.select()}
            />
            <Group gap="xs">
              <CopyButton value={link.url}>
                {({ copied, copy }) => <Button onClick={copy}>{copied ? t('copied') : t('copy')}</Button>}
              </CopyButton>
              <Anchor href={link.url} target="_blank" rel="noopener">
                {t('preview.open')}
              </Anchor>
            </Group>
          </>
        )}
      </Stack>
    </Card>
  )
}
