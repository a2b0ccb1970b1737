import { Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../shared/api.ts'
import { useSite } from '../site.tsx'
import { Failed } from './failed.tsx'
import { fitPicture } from './fit-picture.ts'
import type { Picture } from './picture-field.tsx'

/** Uploads a picture, made small enough before. */
export function useUpload(onDone: (picture: Picture) => unknown) {
  const { siteId } = useSite()
  return useMutation<Picture, ApiError, File>({
    mutationFn: async file => {
      const fitted = await fitPicture(file)
      const answer = await fetch('/boxoffice/v1/media', {
        method: 'POST',
        headers: { 'wix-site-id': siteId, 'content-type': fitted.type },
        body: fitted,
        signal: AbortSignal.timeout(SECONDS_MAX * 1000),
      }).catch(() => null)
      if (!answer) throw new ApiError({ status: 0 })
      const body = await answer.json().catch(() => undefined)
      if (!answer.ok) throw new ApiError({ status: answer.status, body })
      return { ...body.image, filename: file.name.slice(0, 200) }
    },
    onSuccess: onDone,
  })
}

const SECONDS_MAX = 60

/** Why a file was not taken as a picture. */
export function UploadProblem({ error }: { error: ApiError }) {
  const { t } = useTranslation('desk')
  if (error.code !== 'IMAGE_NOT_USABLE' && error.status !== 413) return <Failed error={error} />
  return (
    <Text c="var(--mantine-color-error)" size="sm" role="alert">
      {t(`picture.refused.${reasonOf(error)}`)}
    </Text>
  )
}

function reasonOf({ status, data }: ApiError): 'FORMAT' | 'BROKEN' | 'PIXELS' | 'BYTES' {
  if (status === 413) return 'BYTES'
  return data.reason === 'BROKEN' || data.reason === 'PIXELS' ? data.reason : 'FORMAT'
}
