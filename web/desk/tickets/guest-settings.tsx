import { Fieldset, Stack, Switch } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Waiting } from '../desk.tsx'
import { useEvent } from '../events/event.tsx'
import { Failed } from '../parts/failed.tsx'
import { useSaid } from '../parts/said.ts'
import { useMay, useSiteChange, useSiteQuery } from '../site.tsx'

type Settings = { guestSettings: { changeableByBuyer: boolean } }

/** What buyers may still do after buying; the switch counts at once. */
export function GuestSettings() {
  const { t } = useTranslation('desk')
  const said = useSaid()
  const mayManage = useMay('MANAGE_EVENTS')
  const path = `/boxoffice/v1/events/${useEvent().id}/guest-settings`
  const { data, error, refetch } = useSiteQuery<Settings>(path, undefined, { enabled: mayManage })
  const change = useSiteChange<Settings>('PATCH', path)
  if (error) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  const { guestSettings } = change.isPending ? change.variables : data
  return (
    <Fieldset legend={t('tickets.guests.title')}>
      <Stack>
        <Switch
          label={t('tickets.guests.changeable')}
          description={t('tickets.guests.changeableHint')}
          checked={guestSettings.changeableByBuyer}
          disabled={!mayManage}
          onChange={({ currentTarget }) =>
            change.mutate({ guestSettings: { changeableByBuyer: currentTarget.checked } }, { onSuccess: () => said() })
          }
        />
        {change.error && <Failed error={change.error} />}
      </Stack>
    </Fieldset>
  )
}
