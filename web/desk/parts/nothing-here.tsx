import { Text, Title } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** An address that leads to nothing, or to nothing that this person may see. */
export function NothingHere() {
  const { t } = useTranslation('desk')
  return (
    <>
      <Title order={1} size="h2">
        {t('nothingHere.title')}
      </Title>
      <Text>{t('nothingHere.story')}</Text>
    </>
  )
}
