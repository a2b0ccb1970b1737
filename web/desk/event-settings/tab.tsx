import { Stack } from '@mantine/core'
import { DoorSettings } from './door-settings.tsx'
import { MailSettings } from './mail-settings.tsx'

/** What an event does by itself: the mails that its guests get, and when its doors open. */
export default function EventSettingsTab() {
  return (
    <Stack gap="xl" maw={760}>
      <MailSettings />
      <DoorSettings />
    </Stack>
  )
}
