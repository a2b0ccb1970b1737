import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type Activity, useActivityWords } from '../activity/words.ts'
import { useMay, useSiteQuery } from '../site.tsx'
import { useDate } from './use-date.ts'

/** What the audit log calls a thing. */
export type About = { kind: string; id: string }

/** Who changed it last, and when; nothing for who may not know. */
export function LastChange({ kind, id }: About) {
  const { t } = useTranslation('desk')
  const { moment } = useDate()
  const { who } = useActivityWords()
  const { data } = useSiteQuery<{ activities: Activity[] }>(
    `/boxoffice/v1/activities?entityKind=${kind}&entityId=${id}&limit=1`,
    undefined,
    { enabled: useMay('READ_ACTIVITIES'), staleTime: 0 },
  )
  const [last] = data?.activities ?? []
  if (!last) return null
  return <Text>{t('clash.by', { who: who(last.actor), moment: moment(last.occurredDate) })}</Text>
}
