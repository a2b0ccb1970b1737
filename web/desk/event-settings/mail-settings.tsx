import {
  Alert,
  Button,
  Card,
  Checkbox,
  Group,
  Select,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { Waiting } from '../desk.tsx'
import { useEvent } from '../events/event.tsx'
import { Failed } from '../parts/failed.tsx'
import { useSaid } from '../parts/said.ts'
import { useUnsaved } from '../parts/unsaved.ts'
import { useSiteChange, useSiteQuery } from '../site.tsx'
import {
  BODY_LENGTH_MAX,
  type Config,
  LINK_LENGTH_MAX,
  type ListedMail,
  MAILS,
  type MailName,
  REMINDER_TIMES,
  type Setting,
  SUBJECT_LENGTH_MAX,
  type Template,
} from './mails.ts'

/** Which mails guests of this event get, when they are reminded, and what is said in them. */
export function MailSettings() {
  const { t } = useTranslation('desk')
  const { id, registration } = useEvent()
  const said = useSaid()
  const path = '/events-notifications/v2/notification-configs'
  const { data, error, refetch } = useSiteQuery<{ notificationConfig: Config }>(`${path}/resolve/${id}`)
  // As it was when somebody began to type, its revision among it; null: nobody does.
  const [typed, setTyped] = useState<Config | null>(null)
  const [wasTried, setWasTried] = useState(false)
  const save = useSiteChange<object>('POST', `${path}/${id}`)
  const stored = data?.notificationConfig
  const isDirty = typed !== null && JSON.stringify(typed) !== JSON.stringify(stored)
  useUnsaved(isDirty)
  if (error && !stored) return <Failed error={error} again={refetch} />
  if (!stored) return <Waiting />
  const config = typed ?? stored
  const isRsvp = registration?.initialType === 'RSVP'
  const shown = MAILS.filter(({ of }) => of === null || of === (isRsvp ? 'RSVP' : 'TICKETING'))
  const set = (name: MailName, change: Partial<Setting>) =>
    setTyped({ ...config, [name]: { ...config[name], ...change } })
  // What an order's confirmation says without tickets attached is a text of its own.
  const textOfOrder: MailName =
    config.orderConfirmation.template?.includeTickets === false
      ? 'orderConfirmationWithTicketsLink'
      : 'orderConfirmation'
  const isIncomplete = shown.some(({ name }) => {
    const { template } = config[name === 'orderConfirmation' ? textOfOrder : name]
    return template && (template.subject.trim() === '' || template.body.trim() === '')
  })

  async function loadTheirs(): Promise<void> {
    await refetch()
    save.reset()
    setTyped(null)
  }

  return (
    <Stack component="section" aria-label={t('eventSettings.mails.title')}>
      <Title order={2} size="h3">
        {t('eventSettings.mails.title')}
      </Title>
      <Text c="dimmed">{t('eventSettings.mails.story')}</Text>
      {shown.map(({ name }) => {
        const text = name === 'orderConfirmation' ? textOfOrder : name
        return (
          <Mail
            key={name}
            name={name}
            setting={config[name]}
            template={config[text].template}
            wasTried={wasTried}
            onChange={change => set(name, change)}
            onText={template => set(text, { template })}
          />
        )
      })}
      {wasTried && isIncomplete && <Alert color="red">{t('eventSettings.mails.incomplete')}</Alert>}
      {save.error && <Failed error={save.error} theirs={loadTheirs} />}
      <Group>
        <Button
          disabled={!isDirty}
          loading={save.isPending}
          onClick={() => {
            setWasTried(true)
            if (isIncomplete) return
            save.mutate(
              { notificationConfig: config },
              {
                onSuccess: () => {
                  said()
                  setTyped(null)
                  setWasTried(false)
                },
              },
            )
          }}
        >
          {t('eventSettings.mails.save')}
        </Button>
        {isDirty && (
          <Button variant="default" onClick={loadTheirs}>
            {t('eventSettings.undo')}
          </Button>
        )}
        <Button component={Link} href="~/dashboard/mails" variant="subtle">
          {t('eventSettings.mails.forAll')}
        </Button>
      </Group>
    </Stack>
  )
}

/** One mail: whether it is sent by itself, and, opened, what it says. */
function Mail({
  name,
  setting,
  template,
  wasTried,
  onChange,
  onText,
}: {
  name: ListedMail
  setting: Setting
  /** What it says; an invoice has no text (events 11.7). */
  template: Template | undefined
  wasTried: boolean
  onChange: (change: Partial<Setting>) => void
  onText: (template: Template) => void
}) {
  const { t } = useTranslation('desk')
  const [isOpen, setOpen] = useState(false)
  const needed = (text: string) => (wasTried && text.trim() === '' ? t('field.needed') : undefined)
  const links = (['calendarLink', 'descriptionLink'] as const).map(link => [link, template?.[link]] as const)
  return (
    <Card withBorder>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <Switch
            label={t(`eventSettings.mails.names.${name}.name`)}
            description={t(`eventSettings.mails.names.${name}.story`)}
            checked={setting.sendingEnabled}
            onChange={({ target }) => onChange({ sendingEnabled: target.checked })}
          />
          {template && (
            <Button
              size="compact-sm"
              variant="default"
              style={{ flexShrink: 0 }}
              aria-expanded={isOpen}
              aria-label={t('eventSettings.mails.textOf', { mail: t(`eventSettings.mails.names.${name}.name`) })}
              onClick={() => setOpen(!isOpen)}
            >
              {t('eventSettings.mails.text')}
            </Button>
          )}
        </Group>
        {name === 'upcomingEventReminder' && setting.sendingEnabled && (
          <Select
            label={t('eventSettings.mails.when')}
            data={REMINDER_TIMES.map(value => ({ value, label: t(`eventSettings.mails.times.${value}`) }))}
            value={setting.reminderTime}
            allowDeselect={false}
            maw={280}
            onChange={reminderTime => reminderTime && onChange({ reminderTime })}
          />
        )}
        {isOpen && template && (
          <>
            <TextInput
              label={t('eventSettings.mails.subject')}
              required
              maxLength={SUBJECT_LENGTH_MAX}
              value={template.subject}
              onChange={({ target }) => onText({ ...template, subject: target.value })}
              error={needed(template.subject)}
            />
            <Textarea
              label={t('eventSettings.mails.body')}
              description={t('eventSettings.mails.bodyHint', { count: template.body.length, max: BODY_LENGTH_MAX })}
              required
              autosize
              minRows={4}
              maxRows={16}
              maxLength={BODY_LENGTH_MAX}
              value={template.body}
              onChange={({ target }) => onText({ ...template, body: target.value })}
              error={needed(template.body)}
            />
            {WITH_TICKETS.has(name) && setting.template && (
              <Checkbox
                label={t('eventSettings.mails.includeTickets')}
                description={name === 'orderConfirmation' && t('eventSettings.mails.includeTicketsHint')}
                checked={setting.template.includeTickets}
                onChange={({ target }) =>
                  setting.template && onChange({ template: { ...setting.template, includeTickets: target.checked } })
                }
              />
            )}
            {links.map(
              ([link, shown]) =>
                shown && (
                  <Group key={link} align="flex-end" gap="md">
                    <Checkbox
                      label={t(`eventSettings.mails.${link}`)}
                      checked={shown.display}
                      mb={8}
                      onChange={({ target }) => onText({ ...template, [link]: { ...shown, display: target.checked } })}
                    />
                    {shown.display && (
                      <TextInput
                        aria-label={t('eventSettings.mails.linkText', { link: t(`eventSettings.mails.${link}`) })}
                        maxLength={LINK_LENGTH_MAX}
                        value={shown.linkText}
                        onChange={({ target }) => onText({ ...template, [link]: { ...shown, linkText: target.value } })}
                      />
                    )}
                  </Group>
                ),
            )}
          </>
        )}
      </Stack>
    </Card>
  )
}

const WITH_TICKETS: ReadonlySet<ListedMail> = new Set([
  'orderConfirmation',
  'ticketConfirmation',
  'upcomingEventReminder',
])
