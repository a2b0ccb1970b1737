import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiError } from '../../shared/api.ts'
import { Failed } from './failed.tsx'

/**
 * Asks before something is done, says what that means, and stays open until it is done or refused.
 * @param action the word on the button: what is done, never "OK"
 */
export function Confirm({
  opened,
  title,
  story,
  action,
  isDangerous = false,
  isPending = false,
  mayConfirm = true,
  error = null,
  onConfirm,
  onClose,
  children,
}: {
  opened: boolean
  title: string
  story?: string
  action: string
  isDangerous?: boolean
  isPending?: boolean
  /** Whether what is asked can be answered yet. */
  mayConfirm?: boolean
  error?: ApiError | null
  onConfirm: () => void
  onClose: () => void
  children?: ReactNode
}) {
  const { t } = useTranslation('desk')
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('cancel') }}>
      <Stack>
        {story && <Text>{story}</Text>}
        {children}
        {error && <Failed error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button
            {...(isDangerous && { color: 'red.9' })}
            loading={isPending}
            disabled={!mayConfirm}
            onClick={onConfirm}
          >
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
