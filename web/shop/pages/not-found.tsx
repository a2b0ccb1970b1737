import { useTranslation } from 'react-i18next'

export function NotFoundPage() {
  const { t } = useTranslation()
  return (
    <>
      <h1>{t('notFound.title')}</h1>
      <p>{t('notFound.story')}</p>
      <p>
        <a href="/">{t('notFound.toEvents')}</a>
      </p>
    </>
  )
}
