import {
  Anchor,
  Badge,
  Button,
  Drawer,
  Group,
  Modal,
  MultiSelect,
  Stack,
  Switch,
  Table,
  Text,
  TextInput,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { askFor } from '../api.ts'
import { Waiting } from '../desk.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { Page } from '../parts/page.tsx'
import { useSaid } from '../parts/said.ts'
import { Scrolling } from '../parts/scrolling.tsx'
import { useDate } from '../parts/use-date.ts'
import { useSite, useSiteChange, useSiteQuery } from '../site.tsx'
import { Deliveries } from './deliveries.tsx'
import { Keys } from './keys.tsx'

export type Webhook = {
  id: string
  revision: string
  url: string
  description: string
  eventTypes: string[]
  paused: boolean
  pausedDate?: string
  pausedBy?: string
  failingSinceDate?: string
}
const PATH = '/boxoffice/v1/webhooks'

/** Which programs of others are told what, how that went, and the key they check it with. */
export default function WebhooksPage() {
  const { t } = useTranslation('desk')
  const { data, error, refetch } = useSiteQuery<{ webhooks: Webhook[] }>(PATH)
  // undefined: nothing is edited; null: a new one.
  const [edited, setEdited] = useState<Webhook | null | undefined>()
  const [removed, setRemoved] = useState<Webhook | null>(null)
  const [shown, setShown] = useState<Webhook | null>(null)
  const remove = useSiteChange<{ id: string }>('DELETE', ({ id }) => `${PATH}/${id}`)
  return (
    <Page title={t('sections.webhooks')} actions={<Button onClick={() => setEdited(null)}>{t('webhooks.add')}</Button>}>
      <Text c="dimmed">{t('webhooks.story')}</Text>
      {error && !data && <Failed error={error} again={refetch} />}
      {!error && !data && <Waiting />}
      {data?.webhooks.length === 0 && <Empty title={t('webhooks.none')} story={t('webhooks.noneStory')} />}
      {data && data.webhooks.length > 0 && (
        <List webhooks={data.webhooks} onEdit={setEdited} onRemove={setRemoved} onShow={setShown} />
      )}
      <Keys />
      <Modal
        opened={edited !== undefined}
        onClose={() => setEdited(undefined)}
        title={edited ? t('webhooks.change') : t('webhooks.add')}
        size="lg"
        closeButtonProps={{ 'aria-label': t('cancel') }}
      >
        {edited !== undefined && <WebhookForm webhook={edited} onDone={() => setEdited(undefined)} />}
      </Modal>
      <Confirm
        opened={removed !== null}
        title={t('webhooks.removeTitle')}
        story={t('webhooks.removeStory', { url: removed?.url })}
        action={t('remove')}
        isDangerous
        isPending={remove.isPending}
        error={remove.error}
        onClose={() => setRemoved(null)}
        onConfirm={() => removed && remove.mutate({ id: removed.id }, { onSuccess: () => setRemoved(null) })}
      />
      <Drawer
        opened={shown !== null}
        onClose={() => setShown(null)}
        position="right"
        size="xl"
        title={shown?.url}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {shown && <Deliveries webhook={shown} />}
      </Drawer>
    </Page>
  )
}

function List({
  webhooks,
  onEdit,
  onRemove,
  onShow,
}: {
  webhooks: Webhook[]
  onEdit: (webhook: Webhook) => void
  onRemove: (webhook: Webhook) => void
  onShow: (webhook: Webhook) => void
}) {
  const { t } = useTranslation('desk')
  const { moment } = useDate()
  const said = useSaid()
  const pause = useSiteChange<{ id: string; webhook: { paused: boolean } }>('PATCH', ({ id }) => `${PATH}/${id}`)
  const probe = useSiteChange<{ id: string }, { deliveries: number }>('POST', ({ id }) => `${PATH}/${id}/test`)
  const problem = pause.error ?? probe.error
  return (
    <>
      {problem && <Failed error={problem} />}
      <Scrolling label={t('sections.webhooks')} width={760}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('webhooks.target')}</Table.Th>
              <Table.Th>{t('webhooks.types')}</Table.Th>
              <Table.Th>{t('webhooks.sends')}</Table.Th>
              <Table.Th>{t('actions')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {webhooks.map(webhook => {
              const { id, url, description, eventTypes, paused, failingSinceDate, pausedDate } = webhook
              return (
                <Table.Tr key={id}>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>
                    <Anchor component="button" type="button" ta="start" onClick={() => onShow(webhook)}>
                      {url}
                    </Anchor>
                    {description && (
                      <Text size="sm" c="dimmed">
                        {description}
                      </Text>
                    )}
                    {paused && pausedDate && (
                      <Badge color="orange" variant="light">
                        {t('webhooks.pausedSince', { moment: moment(pausedDate) })}
                      </Badge>
                    )}
                    {!paused && failingSinceDate && (
                      <Badge color="red" variant="light">
                        {t('webhooks.failingSince', { moment: moment(failingSinceDate) })}
                      </Badge>
                    )}
                  </Table.Td>
                  <Table.Td>{t('webhooks.typeCount', { count: eventTypes.length })}</Table.Td>
                  <Table.Td>
                    <Switch
                      checked={!paused}
                      aria-label={t('webhooks.sendsTo', { url })}
                      onChange={({ currentTarget }) =>
                        pause.mutate({ id, webhook: { paused: !currentTarget.checked } })
                      }
                    />
                  </Table.Td>
                  <Table.Td>
                    <Group gap={4}>
                      <Button variant="subtle" size="compact-md" onClick={() => onShow(webhook)}>
                        {t('webhooks.deliveries')}
                      </Button>
                      <Button
                        variant="subtle"
                        size="compact-md"
                        loading={probe.isPending && probe.variables.id === id}
                        onClick={() =>
                          probe.mutate(
                            { id },
                            {
                              onSuccess: ({ deliveries }) => {
                                said(t('webhooks.probed', { count: deliveries }))
                                onShow(webhook)
                              },
                            },
                          )
                        }
                      >
                        {t('webhooks.probe')}
                      </Button>
                      <Button variant="subtle" size="compact-md" onClick={() => onEdit(webhook)}>
                        {t('webhooks.edit')}
                      </Button>
                      <Button variant="subtle" color="red" size="compact-md" onClick={() => onRemove(webhook)}>
                        {t('remove')}
                      </Button>
                    </Group>
                  </Table.Td>
                </Table.Tr>
              )
            })}
          </Table.Tbody>
        </Table>
      </Scrolling>
    </>
  )
}

function WebhookForm({ webhook, onDone }: { webhook: Webhook | null; onDone: () => void }) {
  const { t } = useTranslation('desk')
  const said = useSaid()
  const { data, error } = useSiteQuery<{ eventTypes: { eventType: string }[] }>(`${PATH}/event-types`)
  const save = useSiteChange<{ webhook: Partial<Webhook> }>(
    webhook ? 'PATCH' : 'POST',
    webhook ? `${PATH}/${webhook.id}` : PATH,
  )
  const { url = 'https://', description = '', eventTypes = [] } = webhook ?? {}
  const form = useForm({
    initialValues: { url, description, eventTypes },
    validate: {
      url: value => (/^https?:\/\/[^/]+/.test(value) ? null : t('webhooks.urlNeeded')),
      eventTypes: value => (value.length > 0 ? null : t('field.needed')),
    },
  })
  const { siteId } = useSite()
  const [seen, setSeen] = useState(webhook?.revision)
  if (error) return <Failed error={error} />

  async function loadTheirs(): Promise<void> {
    if (!webhook) return
    const { webhook: now } = await askFor<{ webhook: Webhook }>(siteId, `${PATH}/${webhook.id}`)
    setSeen(now.revision)
    form.setValues({ url: now.url, description: now.description, eventTypes: now.eventTypes })
    save.reset()
  }
  return (
    <form
      onSubmit={form.onSubmit(values =>
        save.mutate(
          { webhook: { ...values, ...(seen !== undefined && { revision: seen }) } },
          {
            onSuccess: () => {
              said()
              onDone()
            },
          },
        ),
      )}
    >
      <Stack>
        {save.error && (
          <Failed
            error={save.error}
            theirs={loadTheirs}
            {...(webhook && { about: { kind: 'webhook_subscription', id: webhook.id } })}
          />
        )}
        <TextInput
          label={t('webhooks.target')}
          description={t('webhooks.targetHint')}
          type="url"
          required
          data-autofocus
          {...form.getInputProps('url')}
        />
        <TextInput label={t('webhooks.description')} maxLength={200} {...form.getInputProps('description')} />
        <MultiSelect
          label={t('webhooks.types')}
          description={<TypesHint />}
          data={(data?.eventTypes ?? []).map(({ eventType }) => eventType)}
          searchable
          required
          maxDropdownHeight={280}
          {...form.getInputProps('eventTypes')}
        />
        {data && (
          <Button
            variant="subtle"
            w="fit-content"
            size="compact-md"
            onClick={() =>
              form.setFieldValue(
                'eventTypes',
                data.eventTypes.map(({ eventType }) => eventType),
              )
            }
          >
            {t('webhooks.all')}
          </Button>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t('save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function TypesHint() {
  const { t } = useTranslation('desk')
  return <>{t('webhooks.typesHint')}</>
}
