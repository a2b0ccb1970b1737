import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Entry } from '../../door/core/wire.ts'
import { Waiting } from '../desk.tsx'
import { Failed } from '../parts/failed.tsx'
import { useSaid } from '../parts/said.ts'
import { useSiteChange, useSiteQuery } from '../site.tsx'

const STATUSES = ['YES', 'WAITLIST', 'NO'] as const
type Rsvp = { id: string; revision: string; status: (typeof STATUSES)[number]; totalGuests?: number }

/** What somebody answered, changed by the organizer: also from the waiting list to coming. */
export function RsvpStatus({ entry, onClose, onDone }: { entry: Entry; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation('desk')
  const said = useSaid()
  const [rsvpId = ''] = entry.number.split(':')
  const path = `/events/v2/rsvps/${rsvpId}`
  const { data, error, refetch } = useSiteQuery<{ rsvp: Rsvp }>(path)
  const [status, setStatus] = useState<string | null>(null)
  const save = useSiteChange<{ rsvp: { revision: string; status: string } }>('PATCH', path)
  return (
    <Modal
      opened
      onClose={onClose}
      title={entry.buyerName || entry.guestName}
      closeButtonProps={{ 'aria-label': t('cancel') }}
    >
      {error && <Failed error={error} again={refetch} />}
      {!error && !data && <Waiting />}
      {data && (
        <Stack>
          {save.error && (
            <Failed
              error={save.error}
              theirs={async () => {
                await refetch()
                save.reset()
                setStatus(null)
              }}
            />
          )}
          <Radio.Group label={t('guests.answer')} value={status ?? data.rsvp.status} onChange={setStatus}>
            <Stack mt="xs">
              {STATUSES.map(each => (
                <Radio key={each} value={each} label={t(`guests.rsvp.${each}`)} />
              ))}
            </Stack>
          </Radio.Group>
          {data.rsvp.totalGuests !== undefined && data.rsvp.totalGuests > 1 && (
            <Text size="sm" c="dimmed">
              {t('guests.forAll', { count: data.rsvp.totalGuests })}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button
              loading={save.isPending}
              disabled={status === null || status === data.rsvp.status}
              onClick={() =>
                status &&
                save.mutate(
                  { rsvp: { revision: data.rsvp.revision, status } },
                  {
                    onSuccess: () => {
                      said()
                      onDone()
                      onClose()
                    },
                  },
                )
              }
            >
              {t('save')}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  )
}
