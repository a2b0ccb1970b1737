import { Alert, Button, Group, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { ApiError } from '../../shared/api.ts'

/** What went wrong in plain words, and the way to try it again. */
export function Failed({ error, again }: { error: ApiError; again?: () => unknown }) {
  const { t } = useTranslation('desk')
  return (
    <Alert color="red" title={t(titleOf(error))} role="alert" my="md">
      {error.status > 0 && <Text>{error.message}</Text>}
      {error.violations.map(({ field, description }) => (
        <Text key={`${field} ${description}`} size="sm">
          {field}: {description}
        </Text>
      ))}
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

function titleOf({ status }: ApiError) {
  if (status === 0) return 'failed.offline'
  if (status === 403) return 'failed.notAllowed'
  if (status === 409) return 'failed.changedMeanwhile'
  if (status >= 500) return 'failed.broken'
  return 'failed.refused'
}
