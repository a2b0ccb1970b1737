import { type FormEvent, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import styles from './checkout.module.css'

/** A code to be tried: it stays, with why not, until it is one that counts. */
export function CodeEntry({
  label,
  maxLength,
  problem,
  onTry,
}: {
  label: string
  maxLength: number
  /** What the checkout has found wrong with it since. */
  problem?: string | undefined
  /** Says why not, or null when it counts. */
  onTry: (code: string) => Promise<string | null>
}) {
  const { t } = useTranslation()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [code, setCode] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [refused, setRefused] = useState<string | null>(null)

  async function tryIt(event: FormEvent) {
    event.preventDefault()
    if (isBusy) return
    const wanted = code.trim()
    if (wanted === '') {
      setRefused(t('checkout.codes.empty'))
      input.current?.focus()
      return
    }
    setBusy(true)
    const reason = await onTry(wanted)
    setBusy(false)
    setRefused(reason)
    if (reason === null) setCode('')
    input.current?.focus()
  }

  return (
    // The browser's own bubbles cannot be read in every language, and go away by themselves.
    <form className={styles.code} noValidate onSubmit={tryIt}>
      <Field id={id} label={label} error={refused ?? problem}>
        {({ required, ...control }) => (
          <input
            {...control}
            ref={input}
            maxLength={maxLength}
            value={code}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            onChange={event => setCode(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" busy={isBusy} aria-label={`${t('checkout.codes.add')}: ${label}`}>
        {t('checkout.codes.add')}
      </Button>
    </form>
  )
}

/** A code that counts, and the way to do without it. */
export function Counted({ label, onRemove }: { label: string; onRemove: () => void }) {
  const { t } = useTranslation()
  return (
    <p className={styles.counted}>
      <span dir="auto">{label}</span>
      <Button look="bare" aria-label={`${t('checkout.codes.remove')}: ${label}`} onClick={onRemove}>
        {t('checkout.codes.remove')}
      </Button>
    </p>
  )
}
