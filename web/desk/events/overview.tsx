import { Text } from '@mantine/core'
import { useDate } from '../parts/use-date.ts'
import { useEvent } from './event.tsx'

/** How the event stands. */
export default function OverviewTab() {
  const { dateAndTimeSettings } = useEvent()
  const { moment } = useDate()
  return <Text>{dateAndTimeSettings?.startDate && moment(dateAndTimeSettings.startDate)}</Text>
}
