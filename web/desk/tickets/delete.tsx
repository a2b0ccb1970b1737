import { List } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Confirm } from '../parts/confirm.tsx'
import { useSaid } from '../parts/said.ts'
import { useSiteChange } from '../site.tsx'
import type { Definition } from './definition.ts'
import type { Numbers } from './use-definitions.ts'

/** Asks before a definition is deleted, and says what becomes of what was sold of it (R97). */
export function DeleteDefinition({
  definition: { id, name },
  numbers: { sold, held },
  onClose,
  onDone = onClose,
}: {
  definition: Pick<Definition, 'id' | 'name'>
  numbers: Numbers
  onClose: () => void
  onDone?: () => void
}) {
  const { t } = useTranslation('desk')
  const said = useSaid()
  const remove = useSiteChange<{ id: string }>('DELETE', () => `/events/v3/ticket-definitions/${id}`)
  return (
    <Confirm
      opened
      title={t('tickets.delete.title', { name })}
      action={t('tickets.delete.do')}
      isDangerous
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() =>
        remove.mutate(
          { id },
          {
            onSuccess: () => {
              said(t('tickets.delete.done', { name }))
              onDone()
            },
          },
        )
      }
      onClose={onClose}
    >
      <List>
        <List.Item>{t('tickets.delete.gone')}</List.Item>
        {sold > 0 && <List.Item>{t('tickets.delete.sold', { count: sold })}</List.Item>}
        {held > 0 && <List.Item>{t('tickets.delete.held', { count: held })}</List.Item>}
        <List.Item>{t('tickets.delete.hideInstead')}</List.Item>
      </List>
    </Confirm>
  )
}
