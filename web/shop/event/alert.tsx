import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type ApiError, ask } from '../../shared/api.ts'
import { useBoot } from '../app.tsx'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { NoSale } from '../parts/preview.tsx'
import styles from './picker.module.css'

/** Where a guest asks to be mailed when the sale opens, or when a sold-out definition has tickets again. */
export function Alert({
  definitionId,
  name,
  wants,
}: {
  definitionId: string
  name: string
  wants: 'OPENING' | 'RETURN'
}) {
  const { t } = useTranslation()
  const { preview } = useBoot()
  const what = t(wants === 'OPENING' ? 'alert.whenOpen' : 'alert.whenBack')
  const [email, setEmail] = useState('')
  const asking = useMutation<unknown, ApiError, string>({
    mutationFn: address =>
      ask('/boxoffice/v1/sale-openings', {
        method: 'POST',
        body: { ticketDefinitionId: definitionId, email: address, wants: [wants] },
      }),
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!asking.isPending) asking.mutate(email.trim())
  }
  return (
    <details className={styles.policy}>
      <summary>{what}</summary>
      {asking.isSuccess ? (
        <p role="status">{t('alert.asked')}</p>
      ) : (
        <form onSubmit={send} noValidate aria-label={`${what}: ${name}`}>
          <Field label={t('alert.email')} hint={t('alert.hint')} error={asking.error && t(problemOf(asking.error))}>
            {control => (
              <input
                {...control}
                type="email"
                autoComplete="email"
                value={email}
                onChange={event => setEmail(event.target.value)}
              />
            )}
          </Field>
          <Button type="submit" busy={asking.isPending} disabled={preview !== undefined}>
            {t('alert.do')}
          </Button>
          {preview && <NoSale />}
        </form>
      )}
    </details>
  )
}

function problemOf({ status, code }: ApiError) {
  if (status === 400) return 'alert.wrongEmail'
  if (status === 429) return 'alert.tooOften'
  return status === 0 || status >= 500 || code === null ? 'alert.offline' : 'alert.nothingToWaitFor'
}
