import { useTranslation } from 'react-i18next'
import { announce } from '../parts/announce.tsx'
import styles from './stepper.module.css'

/** How many of something: less, the number, more. At its limits a button stays where it is, and says why. */
export function Stepper({
  label,
  quantity,
  more,
  whyNoMore,
  onChange,
}: {
  /** Of what, for who does not see what is beside it. */
  label: string
  quantity: number
  /** How many more there can be. */
  more: number
  whyNoMore: string
  onChange: (quantity: number) => void
}) {
  const { t } = useTranslation()
  const change = (to: number) => {
    onChange(to)
    announce(t('picker.chosen', { count: to, name: label }))
  }
  return (
    <fieldset className={styles.stepper} aria-label={label}>
      <button
        type="button"
        className={styles.step}
        aria-label={t('picker.less', { name: label })}
        aria-disabled={quantity === 0}
        onClick={() => quantity > 0 && change(quantity - 1)}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M3 8h10" />
        </svg>
      </button>
      <output className={styles.quantity}>{quantity}</output>
      <button
        type="button"
        className={styles.step}
        aria-label={t('picker.more', { name: label })}
        aria-disabled={more === 0}
        onClick={() => (more > 0 ? change(quantity + 1) : announce(whyNoMore))}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M3 8h10M8 3v10" />
        </svg>
      </button>
    </fieldset>
  )
}
