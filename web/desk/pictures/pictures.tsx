import { Anchor, Button, FileButton, List, Table, Text } from '@mantine/core'
import { keepPreviousData, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { pictureSource } from '../../shared/picture.ts'
import { Waiting } from '../desk.tsx'
import { ConfirmRemoval } from '../parts/confirm-removal.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { Page } from '../parts/page.tsx'
import { Paged } from '../parts/paged.tsx'
import type { Picture } from '../parts/picture-field.tsx'
import { useSaid } from '../parts/said.ts'
import { Scrolling } from '../parts/scrolling.tsx'
import { UploadProblem, useUpload } from '../parts/upload.tsx'
import { useDate } from '../parts/use-date.ts'
import { usePage } from '../parts/use-param.ts'
import { useSite, useSiteChange, useSiteQuery } from '../site.tsx'

type Use = { kind: 'EVENT' | 'POLICY' | 'SCHEDULE_ITEM'; eventId: string; name: string }
type Media = {
  mediaId: string
  image: Picture
  size: number
  createdDate: string
  createdBy?: { kind: string; name?: string }
  uses: Use[]
  usesTotal: number
}
export type MediaList = { media: Media[]; total: number; bytes: number; bytesMax: number }

const LIMIT = 20

/** All pictures that were uploaded, the newest first: where each is shown, and what of them may go. */
export default function PicturesSection() {
  const { t } = useTranslation('desk')
  const said = useSaid()
  const spellBytes = useBytes()
  const { siteId } = useSite()
  const queries = useQueryClient()
  const [at, setPage] = usePage()
  const { data, error, refetch } = useSiteQuery<MediaList>(
    `/boxoffice/v1/media?limit=${LIMIT}&offset=${(at - 1) * LIMIT}`,
    undefined,
    { placeholderData: keepPreviousData },
  )
  const upload = useUpload(() => {
    said()
    setPage(1)
    return queries.invalidateQueries({ queryKey: [siteId] })
  })
  const remove = useSiteChange<Media>('DELETE', ({ mediaId }) => `/boxoffice/v1/media/${mediaId}`)
  const [removing, setRemoving] = useState<Media | null>(null)
  const button = (
    <FileButton
      accept="image/*"
      disabled={upload.isPending}
      onChange={file => file && upload.mutate(file)}
      inputProps={{ 'aria-label': t('pictures.upload') }}
    >
      {props => (
        <Button {...props} loading={upload.isPending}>
          {t('pictures.upload')}
        </Button>
      )}
    </FileButton>
  )
  return (
    <Page title={t('pictures.title')} actions={data && data.total > 0 && button}>
      {upload.error && <UploadProblem error={upload.error} />}
      {error && <Failed error={error} again={refetch} />}
      {!data && !error && <Waiting />}
      {data?.total === 0 && (
        <Empty title={t('pictures.none')} story={t('pictures.noneStory')}>
          {button}
        </Empty>
      )}
      {data && data.total > 0 && (
        <>
          <Text size="sm" c="dimmed">
            {t('pictures.room', { bytes: spellBytes(data.bytes), max: spellBytes(data.bytesMax) })}
          </Text>
          <Scrolling label={t('pictures.title')} width={760}>
            <Table verticalSpacing="sm">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('pictures.picture')}</Table.Th>
                  <Table.Th>{t('pictures.shownIn')}</Table.Th>
                  <Table.Th>{t('pictures.uploaded')}</Table.Th>
                  <Table.Th>{t('actions')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.media.map(media => (
                  <Row key={media.mediaId} media={media} onRemove={() => setRemoving(media)} />
                ))}
              </Table.Tbody>
            </Table>
          </Scrolling>
          <Paged page={at} limit={LIMIT} total={data.total} onPage={setPage} />
        </>
      )}
      <ConfirmRemoval
        removing={removing}
        remove={remove}
        title={t('pictures.removeTitle')}
        story={t('pictures.removeStory')}
        onClose={() => setRemoving(null)}
      />
    </Page>
  )
}

function Row({ media, onRemove }: { media: Media; onRemove: () => void }) {
  const { t } = useTranslation('desk')
  const { moment } = useDate()
  const spellBytes = useBytes()
  const { image, size, createdDate, createdBy, uses, usesTotal } = media
  const pixels = t('picture.size', { width: image.width, height: image.height })
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor
          href={pictureSource(image)}
          target="_blank"
          rel="noopener"
          aria-label={t('pictures.open', { size: pixels })}
        >
          <img
            src={pictureSource(image)}
            alt=""
            loading="lazy"
            width={160}
            height={90}
            style={{ objectFit: 'contain', background: 'var(--mantine-color-default-hover)', display: 'block' }}
          />
        </Anchor>
        <Text size="sm" c="dimmed">
          {pixels} · {spellBytes(size)}
        </Text>
      </Table.Td>
      <Table.Td>
        {usesTotal === 0 ? (
          <Text c="dimmed">{t('pictures.nowhere')}</Text>
        ) : (
          <List size="sm" listStyleType="none">
            {uses.map(({ kind, eventId, name }) => (
              <List.Item key={`${kind} ${eventId} ${name}`}>
                <Anchor component={Link} href={`/events/${eventId}/${PLACES[kind]}`} dir="auto">
                  {kind === 'EVENT' ? name : t(`pictures.kind.${kind}`, { name })}
                </Anchor>
              </List.Item>
            ))}
            {usesTotal > uses.length && (
              <List.Item>{t('pictures.moreUses', { count: usesTotal - uses.length })}</List.Item>
            )}
          </List>
        )}
      </Table.Td>
      <Table.Td>
        {moment(createdDate)}
        {createdBy?.name && (
          <Text size="sm" c="dimmed">
            {createdBy.name}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {usesTotal === 0 ? (
          <Button
            variant="subtle"
            color="red"
            size="compact-sm"
            aria-label={t('pictures.removeOf', { size: pixels, moment: moment(createdDate) })}
            onClick={onRemove}
          >
            {t('remove')}
          </Button>
        ) : (
          <Text size="sm" c="dimmed">
            {t('pictures.inUse')}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  )
}

const PLACES: Readonly<Record<Use['kind'], string>> = { EVENT: 'facts', POLICY: 'policies', SCHEDULE_ITEM: 'schedule' }

function useBytes(): (bytes: number) => string {
  const { i18n } = useTranslation()
  const spell = (unit: string, value: number) =>
    new Intl.NumberFormat(i18n.language, { style: 'unit', unit, maximumFractionDigits: value < 10 ? 1 : 0 }).format(
      value,
    )
  return bytes =>
    bytes < 1024 ** 2
      ? spell('kilobyte', bytes / 1024)
      : bytes < 1024 ** 3
        ? spell('megabyte', bytes / 1024 ** 2)
        : spell('gigabyte', bytes / 1024 ** 3)
}
