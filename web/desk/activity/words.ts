import { useTranslation } from 'react-i18next'

/** A fact, as `GET /boxoffice/v1/activities` tells it. */
export type Activity = {
  occurredDate: string
  kind: string
  entityKind: string
  entityId: string
  sequence: number
  eventId?: string
  data: Readonly<Record<string, unknown>>
  actor: { kind: string; id?: string; name?: string; address?: string }
}

/** Facts in plain words: what happened, and who did it. */
export function useActivityWords() {
  const { t } = useTranslation('desk')
  return {
    what: ({ kind, entityKind, data }: Pick<Activity, 'kind' | 'entityKind' | 'data'>): string => {
      if (entityKind === 'export')
        return t('activity.exported', {
          list: t(`activity.lists.${data.list as 'orders'}`, { defaultValue: String(data.list) }),
        })
      const [, happened = ''] = kind.split('.')
      const about = t(`activity.entities.${entityKind as 'order'}`)
      // One that was added to the server and not to these words is shown as the API spells it.
      const verb = t(`activity.verbs.${happened as 'created'}`, { defaultValue: happened.replaceAll('_', ' ') })
      return t('activity.line', { about, verb })
    },
    who: ({ kind, name }: Activity['actor']): string =>
      name ?? t(`activity.actors.${kind as 'clock'}`, { defaultValue: kind }),
  }
}
