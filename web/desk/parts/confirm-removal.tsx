import { useTranslation } from 'react-i18next'
import type { useSiteChange } from '../site.tsx'
import { Confirm } from './confirm.tsx'
import { useSaid } from './said.ts'

/**
 * Asks before one thing of a list is removed, and says when it is.
 * @param removing which one; null: nothing is asked
 */
export function ConfirmRemoval<Thing>({
  removing,
  remove,
  title,
  story,
  onClose,
}: {
  removing: Thing | null
  remove: ReturnType<typeof useSiteChange<Thing>>
  title: string
  story: string
  onClose: () => void
}) {
  const { t } = useTranslation('desk')
  const said = useSaid()
  const close = () => {
    remove.reset() // what one was refused for is not said of the next
    onClose()
  }
  return (
    <Confirm
      opened={removing !== null}
      title={title}
      story={story}
      action={t('remove')}
      isDangerous
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() =>
        removing !== null &&
        remove.mutate(removing, {
          onSuccess: () => {
            said()
            onClose()
          },
        })
      }
      onClose={close}
    />
  )
}
