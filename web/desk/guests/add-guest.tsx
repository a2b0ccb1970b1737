import { Button, Group, Modal, NumberInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { useEvent } from '../events/event.tsx'
import { Failed } from '../parts/failed.tsx'
import { useSaid } from '../parts/said.ts'
import { useSiteChange } from '../site.tsx'

/** Somebody who comes to an event without tickets, added by the organizer. */
export function AddGuest({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation('desk')
  const { id: eventId } = useEvent()
  const said = useSaid()
  const add = useSiteChange<object>('POST', '/events/v2/rsvps')
  const needed = (value: string) => (value.trim() === '' ? t('field.needed') : null)
  const form = useForm({
    initialValues: { firstName: '', lastName: '', email: '', more: 0 },
    validate: {
      firstName: needed,
      lastName: needed,
      email: value => (/^\S+@\S+\.\S+$/.test(value.trim()) ? null : t('field.email')),
    },
  })
  return (
    <Modal opened onClose={onClose} title={t('guests.add')} closeButtonProps={{ 'aria-label': t('cancel') }}>
      <form
        onSubmit={form.onSubmit(({ firstName, lastName, email, more }) =>
          add.mutate(
            {
              rsvp: {
                eventId,
                firstName: firstName.trim(),
                lastName: lastName.trim(),
                email: email.trim(),
                status: 'YES',
                ...(more > 0 && { additionalGuestDetails: { guestCount: more } }),
              },
              // The organizer knows more than the form asks.
              options: { ignoreFormValidation: true, ignoreAdditionalGuestNames: true },
            },
            {
              onSuccess: () => {
                said()
                onDone()
                onClose()
              },
            },
          ),
        )}
      >
        <Stack>
          {add.error && <Failed error={add.error} />}
          <TextInput label={t('sell.firstName')} required data-autofocus {...form.getInputProps('firstName')} />
          <TextInput label={t('sell.lastName')} required {...form.getInputProps('lastName')} />
          <TextInput label={t('sell.email')} required type="email" {...form.getInputProps('email')} />
          <NumberInput label={t('guests.more')} min={0} max={20} allowDecimal={false} {...form.getInputProps('more')} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={add.isPending}>
              {t('guests.add')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
