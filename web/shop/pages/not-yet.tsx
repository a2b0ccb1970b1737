import { useTranslation } from 'react-i18next'
import { ButtonLink } from '../parts/button.tsx'

/** An event that its organizer has not published. */
export function Page() {
  const { t } = useTranslation()
  return (
    <>
      <h1>{t('notYet.title')}</h1>
      <p>{t('notYet.story')}</p>
      <p>
        <ButtonLink href="/">{t('notFound.toEvents')}</ButtonLink>
      </p>
    </>
  )
}
