import { Alert, Button, Group, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { ApiError } from '../../shared/api.ts'

/**
 * What went wrong in plain words, and the way to try it again.
 * @param theirs where somebody else changed it meanwhile: shows what they wrote, in place of what is typed here
 */
export function Failed({
  error,
  again,
  theirs,
}: {
  error: ApiError
  again?: () => unknown
  theirs?: (() => unknown) | undefined
}) {
  const { t } = useTranslation('desk')
  const problemOf = useProblem()
  return (
    <Alert color="red" title={t(titleOf(error))} role="alert" my="md">
      {error.code === 'ABORTED' ? (
        <Text>{t('failed.changedStory')}</Text>
      ) : (
        error.status > 0 && error.violations.length === 0 && <Text>{problemOf(error)}</Text>
      )}
      {error.violations.map(({ field, description }) => (
        <Text key={`${field} ${description}`} size="sm">
          {field}: {description}
        </Text>
      ))}
      {theirs && error.code === 'ABORTED' && (
        <Group mt="sm">
          <Button variant="default" onClick={() => theirs()}>
            {t('failed.theirs')}
          </Button>
        </Group>
      )}
      {again && (
        <Group mt="sm">
          <Button variant="default" onClick={() => again()}>
            {t('again')}
          </Button>
        </Group>
      )}
    </Alert>
  )
}

/** A refusal in the reader's language; of one that is rare, in the words of the API. */
export function useProblem(): (error: ApiError) => string {
  const { t } = useTranslation('desk')
  return ({ status, code, message }) =>
    status === 0
      ? t('failed.offline')
      : t(`failed.codes.${code as 'ORDER_NOT_FOUND'}`, { defaultValue: message || t('failed.refused') })
}

function titleOf({ status, code }: ApiError) {
  if (status === 0) return 'failed.offline'
  if (status === 401) return 'failed.signedOut'
  if (status === 403) return 'failed.notAllowed'
  if (code === 'ABORTED') return 'failed.changedMeanwhile'
  if (status >= 500) return 'failed.broken'
  return 'failed.refused'
}
