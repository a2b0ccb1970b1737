import { Image, Modal, SimpleGrid, Stack, UnstyledButton } from '@mantine/core'
import { keepPreviousData } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { pictureSource } from '../../shared/picture.ts'
import { Waiting } from '../desk.tsx'
import { useSiteQuery } from '../site.tsx'
import { Empty } from './empty.tsx'
import { Failed } from './failed.tsx'
import { Paged } from './paged.tsx'
import type { Picture } from './picture-field.tsx'

const LIMIT = 12

/** The pictures that were uploaded before, to choose one of them again. */
export function KeptPictures({ onChoose, onClose }: { onChoose: (picture: Picture) => void; onClose: () => void }) {
  const { t } = useTranslation('desk')
  const [at, setPage] = useState(1)
  const { data, error, refetch } = useSiteQuery<{ media: { mediaId: string; image: Picture }[]; total: number }>(
    `/boxoffice/v1/media?limit=${LIMIT}&offset=${(at - 1) * LIMIT}`,
    undefined,
    { placeholderData: keepPreviousData },
  )
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={t('picture.kept')}
      closeButtonProps={{ 'aria-label': t('cancel') }}
    >
      <Stack>
        {error && <Failed error={error} again={refetch} />}
        {!data && !error && <Waiting />}
        {data?.total === 0 && <Empty title={t('pictures.none')} />}
        {data && data.total > 0 && (
          <>
            <SimpleGrid cols={{ base: 2, sm: 3, md: 4 }}>
              {data.media.map(({ mediaId, image }, index) => (
                <UnstyledButton
                  key={mediaId}
                  aria-label={t('picture.choosePlace', {
                    place: (at - 1) * LIMIT + index + 1,
                    size: t('picture.size', { width: image.width, height: image.height }),
                  })}
                  onClick={() => {
                    onChoose(image)
                    onClose()
                  }}
                >
                  <Image
                    src={pictureSource(image)}
                    alt=""
                    loading="lazy"
                    radius="sm"
                    fit="contain"
                    bg="var(--mantine-color-default-hover)"
                    style={{ aspectRatio: '1.6' }}
                  />
                </UnstyledButton>
              ))}
            </SimpleGrid>
            <Paged page={at} limit={LIMIT} total={data.total} onPage={setPage} />
          </>
        )}
      </Stack>
    </Modal>
  )
}
