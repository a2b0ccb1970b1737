import { useTranslation } from 'react-i18next'
import { usePaths } from '../app.tsx'
import { ButtonLink } from '../parts/button.tsx'

export function Page() {
  const { t } = useTranslation()
  const { home } = usePaths()
  return (
    <>
      <h1>{t('notFound.title')}</h1>
      <p>{t('notFound.story')}</p>
      <p>
        <ButtonLink href={home}>{t('notFound.toEvents')}</ButtonLink>
      </p>
    </>
  )
}
