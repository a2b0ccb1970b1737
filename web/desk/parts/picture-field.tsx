import { Button, FileButton, Group, Image, Input, Stack, Text, TextInput } from '@mantine/core'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { pictureSource } from '../../shared/picture.ts'
import { useMay } from '../site.tsx'
import { KeptPictures } from './kept-pictures.tsx'
import { UploadProblem, useUpload } from './upload.tsx'

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
  const mayChooseAgain = useMay('MANAGE_EVENTS')
  const id = useId()
  const [isChoosing, setChoosing] = useState(false)
  // What it shows is of this picture's place, whichever picture that is.
  const take = (picture: Picture) => onChange({ ...picture, ...(value?.altText && { altText: value.altText }) })
  const upload = useUpload(take)
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
          {!disabled && mayChooseAgain && (
            <Button variant="default" onClick={() => setChoosing(true)}>
              {t('picture.again')}
            </Button>
          )}
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
        {upload.error && <UploadProblem error={upload.error} />}
        {isChoosing && <KeptPictures onChoose={take} onClose={() => setChoosing(false)} />}
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
