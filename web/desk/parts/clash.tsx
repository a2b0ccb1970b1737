import { Alert, Button, Group, List, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type About, LastChange } from './last-change.tsx'

/** What somebody else changed while this form was open, and the two ways to go on. */
export function Clash({
  changes,
  about,
  onTheirs,
  onMine,
}: {
  /** Of what they changed: what it is called, what it is now, and what is typed here if that is something else again. */
  changes: readonly { name: string; theirs: string; mine: string | null }[]
  about?: About
  onTheirs: () => void
  onMine: () => void
}) {
  const { t } = useTranslation('desk')
  return (
    <Alert color="orange" title={t('failed.changedMeanwhile')} role="alert">
      <Text>{t('clash.story')}</Text>
      {about && <LastChange {...about} />}
      <List my="xs">
        {changes.map(({ name, theirs, mine }) => (
          <List.Item key={name}>
            <Text span fw={600}>
              {name}
            </Text>
            {': '}
            {theirs || t('clash.nothing')}
            {mine !== null && (
              <Text span c="dimmed">
                {' '}
                {t('clash.mine', { mine: mine || t('clash.nothing') })}
              </Text>
            )}
          </List.Item>
        ))}
      </List>
      <Group>
        <Button onClick={onMine}>{t('clash.keepMine')}</Button>
        <Button variant="default" onClick={onTheirs}>
          {t('failed.theirs')}
        </Button>
      </Group>
    </Alert>
  )
}
