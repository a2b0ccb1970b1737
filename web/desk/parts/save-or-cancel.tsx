import { Button, Group } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'

/** The end of a form on a page of its own. @param back the list that it belongs to */
export function SaveOrCancel({
  back,
  maySave = true,
  isPending,
  isDisabled = false,
}: {
  back: string
  maySave?: boolean
  isPending: boolean
  isDisabled?: boolean
}) {
  const { t } = useTranslation('desk')
  return (
    <Group>
      {maySave && (
        <Button type="submit" loading={isPending} disabled={isDisabled}>
          {t('save')}
        </Button>
      )}
      <Button variant="default" component={Link} href={back}>
        {t('cancel')}
      </Button>
    </Group>
  )
}
