import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BootPolicy } from '../boot.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import styles from './checkout.module.css'
import { SafeHtml } from './safe-html.tsx'

/** What the organizer wants accepted, each with its text (events 5). */
export function Policies({
  policies,
  accepted,
  problems,
  onChange,
}: {
  policies: readonly BootPolicy[]
  accepted: readonly string[]
  problems: Readonly<Record<string, string>>
  onChange: (accepted: string[]) => void
}) {
  const { t } = useTranslation()
  const [read, setRead] = useState<BootPolicy | null>(null)
  if (policies.length === 0) return null
  return (
    <section className={styles.card} aria-labelledby="policies-heading">
      <h2 id="policies-heading">{t('checkout.policies.heading')}</h2>
      {policies.map(policy => {
        const id = `policy-${policy.id}`
        const problem = problems[id]
        return (
          <div key={policy.id} className={styles.policy}>
            <label htmlFor={id}>
              <input
                id={id}
                type="checkbox"
                required
                checked={accepted.includes(policy.id)}
                aria-invalid={problem ? true : undefined}
                aria-describedby={problem && `${id}-error`}
                onChange={event =>
                  onChange([
                    ...accepted.filter(each => each !== policy.id),
                    ...(event.target.checked ? [policy.id] : []),
                  ])
                }
              />
              <span>{t('checkout.policies.accept', { name: policy.name })}</span>
            </label>
            <Button
              look="bare"
              aria-label={t('checkout.policies.readThis', { name: policy.name })}
              onClick={() => setRead(policy)}
            >
              {t('checkout.policies.read')}
            </Button>
            {problem && (
              <p className={styles.error} id={`${id}-error`}>
                {problem}
              </p>
            )}
          </div>
        )
      })}
      {read && (
        <Dialog title={read.name} onClose={() => setRead(null)}>
          <div className={styles.text} dir="auto">
            <SafeHtml text={read.body} />
          </div>
        </Dialog>
      )}
    </section>
  )
}
