import { useTranslation } from 'react-i18next'
import { ButtonLink } from '../parts/button.tsx'

export function Page() {
  const { t } = useTranslation()
  return (
    <>
      <h1>{t('notFound.title')}</h1>
      <p>{t('notFound.story')}</p>
      <p>
        <ButtonLink href="/">{t('notFound.toEvents')}</ButtonLink>
      </p>
    </>
  )
}
