import { Alert, Button, Group, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { ApiError } from '../../shared/api.ts'
import { useRefusals } from '../../shared/refusals.ts'
import { fieldLabelOf } from './field-labels.ts'
import { type About, LastChange } from './last-change.tsx'

/**
 * What went wrong in plain words, and the way to try it again.
 * @param theirs where somebody else changed it meanwhile: shows what they wrote, in place of what is typed here
 * @param about what they changed, so that it can be said who they are
 */
export function Failed({
  error,
  again,
  theirs,
  about,
}: {
  error: ApiError
  again?: () => unknown
  theirs?: (() => unknown) | undefined
  about?: About
}) {
  const { t } = useTranslation('desk')
  const problemOf = useProblem()
  const { ofField } = useRefusals()
  return (
    <Alert color="red" title={t(titleOf(error))} role="alert" my="md">
      {error.code === 'ABORTED' ? (
        <>
          <Text>{t('failed.changedStory')}</Text>
          {about && <LastChange {...about} />}
        </>
      ) : (
        error.status > 0 && error.violations.length === 0 && <Text>{problemOf(error)}</Text>
      )}
      {error.violations.map(violation => {
        const label = fieldLabelOf(violation.field)
        const said = `${label ? t(label) : violation.field}: ${ofField(violation)}`
        return (
          <Text key={said} size="sm">
            {said}
          </Text>
        )
      })}
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

/** A refusal in the reader's language; what has no code of ours (a library of others refused it) in its own words. */
export function useProblem(): (error: ApiError) => string {
  const { t } = useTranslation('desk')
  const { ofCode, ofField } = useRefusals()
  return error => {
    if (error.status === 0) return t('failed.offline')
    const [violation] = error.violations
    if (violation) return ofField(violation)
    return ofCode(error) ?? (error.message || t('failed.refused'))
  }
}

function titleOf({ status, code }: ApiError) {
  if (status === 0) return 'failed.offline'
  if (status === 401) return 'failed.signedOut'
  if (status === 403) return 'failed.notAllowed'
  if (code === 'ABORTED') return 'failed.changedMeanwhile'
  if (status >= 500) return 'failed.broken'
  return 'failed.refused'
}
