import { useTranslation } from 'react-i18next'
import type { Live, Numbers } from '../boot.ts'
import { useServerNow } from '../parts/use-server-now.ts'
import styles from './picker.module.css'

/** How many are sold, held and left, in words; nothing where there is no limit. */
export function Left({ numbers }: { numbers: Numbers | undefined }) {
  const { t } = useTranslation()
  if (!numbers || numbers.unsold === undefined) return null
  const { sold, held, unsold } = numbers
  return (
    <p className={styles.left}>
      <span className={unsold > 0 && unsold <= FEW ? styles.few : undefined}>
        {t('picker.left', { count: unsold })}
      </span>
      <span className={styles.soft}>
        {[sold > 0 && t('picker.sold', { count: sold }), held > 0 && t('picker.held', { count: held })]
          .filter(Boolean)
          .join(' · ')}
      </span>
    </p>
  )
}

/** So many or less are said in a colour. */
const FEW = 10

/** What to hope for when nothing is left: tickets in baskets may come back. */
export function useWaitingWords(live: Live | null): string | null {
  const { t } = useTranslation()
  const now = useServerNow()
  if (!live?.soldOut) return null
  const last = live.lastReleaseDate ?? live.nextReleaseDate
  if (live.held === 0 || !last) return t('picker.soldOutForGood')
  const minutes = Math.max(1, Math.ceil((Date.parse(last) - now) / 60_000))
  return t('picker.allInBaskets', { count: live.held, minutes: t('picker.minutes', { count: minutes }) })
}
