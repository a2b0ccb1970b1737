import { Button, FileButton, Group, Image, Input, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../shared/api.ts'
import { pictureSource } from '../../shared/picture.ts'
import { useSite } from '../site.tsx'
import { Failed } from './failed.tsx'
import { fitPicture } from './fit-picture.ts'

export type Picture = { id: string; url?: string; width: number; height: number; altText?: string; filename?: string }

/** A picture that is chosen here and uploaded at once, made small enough before; with what it shows in words. */
export function PictureField({
  label,
  description,
  value,
  hasAlt = true,
  disabled = false,
  onChange,
}: {
  label: string
  description: string
  value: Picture | null
  /** Whether it is asked what the picture shows. */
  hasAlt?: boolean
  disabled?: boolean
  onChange: (value: Picture | null) => void
}) {
  const { t } = useTranslation('desk')
  const { siteId } = useSite()
  const id = useId()
  const upload = useMutation<Picture, ApiError, File>({
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
      return { ...body.image, filename: file.name.slice(0, 200), ...(value?.altText && { altText: value.altText }) }
    },
    onSuccess: picture => onChange(picture),
  })
  const source = value && pictureSource(value)
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      labelProps={{ id: `${id}-label` }}
      description={description}
      inputWrapperOrder={['label', 'description', 'input', 'error']}
    >
      <Stack gap="xs" mt={4} role="group" aria-labelledby={`${id}-label`}>
        {source && (
          <Image
            src={source}
            alt={value.altText || t('picture.shown')}
            radius="md"
            mah={260}
            w="auto"
            fit="contain"
            mr="auto"
          />
        )}
        <Group gap="xs">
          <FileButton
            accept="image/*"
            disabled={disabled || upload.isPending}
            onChange={file => file && upload.mutate(file)}
            inputProps={{ 'aria-label': label }}
          >
            {props => (
              <Button {...props} variant="default" loading={upload.isPending} disabled={disabled}>
                {value ? t('picture.change') : t('picture.choose')}
              </Button>
            )}
          </FileButton>
          {value && !disabled && (
            <Button variant="subtle" color="red" onClick={() => onChange(null)}>
              {t('remove')}
            </Button>
          )}
          {value && value.width > 0 && (
            <Text size="sm" c="dimmed">
              {t('picture.size', { width: value.width, height: value.height })}
            </Text>
          )}
        </Group>
        {upload.error &&
          (upload.error.code === 'IMAGE_NOT_USABLE' || upload.error.status === 413 ? (
            <Text c="var(--mantine-color-error)" size="sm" role="alert">
              {t(`picture.refused.${reasonOf(upload.error)}`)}
            </Text>
          ) : (
            <Failed error={upload.error} />
          ))}
        {value && hasAlt && (
          <TextInput
            label={t('picture.alt')}
            description={t('picture.altHint')}
            maxLength={1000}
            disabled={disabled}
            value={value.altText ?? ''}
            onChange={({ currentTarget }) => onChange({ ...value, altText: currentTarget.value })}
          />
        )}
      </Stack>
    </Input.Wrapper>
  )
}

const SECONDS_MAX = 60

function reasonOf({ status, data }: ApiError): 'FORMAT' | 'BROKEN' | 'PIXELS' | 'BYTES' {
  if (status === 413) return 'BYTES'
  return data.reason === 'BROKEN' || data.reason === 'PIXELS' ? data.reason : 'FORMAT'
}
