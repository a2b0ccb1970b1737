import {
  ActionIcon,
  Alert,
  Badge,
  Button,
  Code,
  CopyButton,
  Group,
  Modal,
  MultiSelect,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiError } from '../../shared/api.ts'
import { type Role, useSignedIn } from '../api.ts'
import { Waiting } from '../desk.tsx'
import { Failed } from '../parts/failed.tsx'
import { Scrolling } from '../parts/scrolling.tsx'
import { useDate } from '../parts/use-date.ts'
import { useMay, useSite, useSiteChange, useSiteQuery } from '../site.tsx'

const ROLES: readonly Role[] = ['OWNER', 'MANAGER', 'FINANCE', 'DOOR']

type Membership = {
  accountId: string
  revision: string
  name: string
  email: string
  role: Role
  twoFactorEnabled: boolean
}
type Invitation = { id: string; email: string; role: Role; expirationDate: string }
type ApiKey = { id: string; name: string; scopes?: string[]; createdDate: string; expirationDate?: string }

/** Who works for the site, who is asked to, and the keys of its programs. */
export default function ColleaguesPage() {
  const { t } = useTranslation('desk')
  const mayManage = useMay('MANAGE_MEMBERSHIPS')
  const mayManageKeys = useMay('MANAGE_API_KEYS')
  return (
    <Stack maw={960}>
      <Title order={1}>{t('colleagues.title')}</Title>
      <Memberships mayManage={mayManage} />
      <Invitations mayManage={mayManage} />
      {mayManageKeys && <ApiKeys />}
    </Stack>
  )
}

function Memberships({ mayManage }: { mayManage: boolean }) {
  const { t } = useTranslation('desk')
  const { data: signedIn } = useSignedIn()
  const { data, error, refetch } = useSiteQuery<{ memberships: Membership[] }>('/boxoffice/v1/memberships')
  const change = useSiteChange<{ accountId: string; membership: { role: Role; revision: string } }>(
    'PATCH',
    ({ accountId }) => `/boxoffice/v1/memberships/${accountId}`,
  )
  const end = useSiteChange<{ accountId: string }>(
    'DELETE',
    ({ accountId }) => `/boxoffice/v1/memberships/${accountId}`,
  )
  const [leaving, setLeaving] = useState<Membership | null>(null)
  if (error) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  const problem = change.error ?? end.error
  return (
    <>
      {problem && (
        <Failed
          error={problem}
          theirs={async () => {
            await refetch()
            change.reset()
          }}
        />
      )}
      <Scrolling label={t('colleagues.title')}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('field.name')}</Table.Th>
              <Table.Th>{t('colleagues.role')}</Table.Th>
              <Table.Th>{t('account.twoFactor')}</Table.Th>
              {mayManage && <Table.Th>{t('actions')}</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.memberships.map(each => (
              <Table.Tr key={each.accountId}>
                <Table.Td>
                  <Text fw={600}>{each.name}</Text>
                  <Text size="sm" c="dimmed">
                    {each.email}
                  </Text>
                </Table.Td>
                <Table.Td>
                  {mayManage ? (
                    <Select
                      aria-label={t('colleagues.roleOf', { name: each.name })}
                      data={ROLES.map(role => ({ value: role, label: t(`roles.${role}.name`) }))}
                      value={each.role}
                      allowDeselect={false}
                      onChange={role =>
                        role &&
                        change.mutate({
                          accountId: each.accountId,
                          membership: { role: role as Role, revision: each.revision },
                        })
                      }
                      w={160}
                    />
                  ) : (
                    t(`roles.${each.role}.name`)
                  )}
                </Table.Td>
                <Table.Td>
                  <Badge color={each.twoFactorEnabled ? 'green' : 'gray'} variant="light">
                    {each.twoFactorEnabled ? t('on') : t('off')}
                  </Badge>
                </Table.Td>
                {mayManage && (
                  <Table.Td>
                    <Button
                      variant="subtle"
                      color="red"
                      size="compact-md"
                      {...(each.accountId !== signedIn?.account.id && {
                        'aria-label': t('colleagues.removeName', { name: each.name }),
                      })}
                      onClick={() => setLeaving(each)}
                    >
                      {each.accountId === signedIn?.account.id ? t('colleagues.leave') : t('remove')}
                    </Button>
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scrolling>
      <Modal
        opened={leaving !== null}
        onClose={() => setLeaving(null)}
        title={t('colleagues.removeTitle')}
        closeButtonProps={{ 'aria-label': t('cancel') }}
      >
        <Text>{t('colleagues.removeStory', { name: leaving?.name })}</Text>
        <Group mt="md" justify="flex-end">
          <Button variant="default" onClick={() => setLeaving(null)}>
            {t('cancel')}
          </Button>
          <Button
            color="red"
            onClick={() => {
              if (leaving) end.mutate({ accountId: leaving.accountId })
              setLeaving(null)
            }}
          >
            {t('remove')}
          </Button>
        </Group>
      </Modal>
    </>
  )
}

function Invitations({ mayManage }: { mayManage: boolean }) {
  const { t } = useTranslation('desk')
  const { moment } = useDate()
  const { data, error, refetch } = useSiteQuery<{ invitations: Invitation[] }>('/boxoffice/v1/invitations')
  const revoke = useSiteChange<{ id: string }>('DELETE', ({ id }) => `/boxoffice/v1/invitations/${id}`)
  const invite = useSiteChange<{ invitation: { email: string; role: Role } }, { url: string }>(
    'POST',
    '/boxoffice/v1/invitations',
  )
  const form = useForm<{ email: string; role: Role }>({ initialValues: { email: '', role: 'MANAGER' } })
  if (error) return <Failed error={error} again={refetch} />
  return (
    <>
      <Title order={2} mt="lg">
        {t('invitations.title')}
      </Title>
      {mayManage && (
        <form onSubmit={form.onSubmit(invitation => invite.mutate({ invitation }, { onSuccess: () => form.reset() }))}>
          <Group align="flex-end">
            <TextInput label={t('field.emailLabel')} type="email" required w={280} {...form.getInputProps('email')} />
            <Select
              label={t('colleagues.role')}
              data={ROLES.map(role => ({ value: role, label: t(`roles.${role}.name`) }))}
              allowDeselect={false}
              w={160}
              {...form.getInputProps('role')}
            />
            <Button type="submit" loading={invite.isPending}>
              {t('invitations.do')}
            </Button>
          </Group>
          <Text size="sm" c="dimmed" mt="xs">
            {t(`roles.${form.values.role}.story`)}
          </Text>
        </form>
      )}
      {invite.error && <Failed error={invite.error} />}
      {invite.data && <Shown title={t('invitations.made')} story={t('invitations.madeStory')} text={invite.data.url} />}
      {data?.invitations.length === 0 && <Text c="dimmed">{t('invitations.none')}</Text>}
      {data && data.invitations.length > 0 && (
        <Scrolling label={t('invitations.title')}>
          <Table>
            <Table.Tbody>
              {data.invitations.map(each => (
                <Table.Tr key={each.id}>
                  <Table.Td>{each.email}</Table.Td>
                  <Table.Td>{t(`roles.${each.role}.name`)}</Table.Td>
                  <Table.Td>{t('invitations.until', { moment: moment(each.expirationDate) })}</Table.Td>
                  {mayManage && (
                    <Table.Td>
                      <Button
                        variant="subtle"
                        color="red"
                        size="compact-md"
                        aria-label={t('invitations.revokeOf', { email: each.email })}
                        onClick={() => revoke.mutate({ id: each.id })}
                      >
                        {t('invitations.revoke')}
                      </Button>
                    </Table.Td>
                  )}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scrolling>
      )}
    </>
  )
}

/** What a program may be limited to, in the words of the API, the most wanted first. */
const SCOPES = [
  'READ_ORDERS',
  'MANAGE_ORDERS',
  'READ_TICKETS',
  'MANAGE_TICKETS',
  'CHECK-IN',
  'READ_TICKET_DEFINITIONS',
  'MANAGE_TICKET_DEFINITIONS',
  'MANAGE_EVENTS',
  'READ_GUESTS',
  'READ_GUESTS_DETAILS',
  'READ_REPORTS',
  'EXPORT_DATA',
  'READ_CHANGES',
  'READ_ACTIVITIES',
]

function ApiKeys() {
  const { t } = useTranslation('desk')
  const { day } = useDate()
  const { siteId } = useSite()
  const { data, error, refetch } = useSiteQuery<{ apiKeys: ApiKey[] }>('/boxoffice/v1/api-keys')
  const create = useSiteChange<{ apiKey: { name: string; scopes: string[] | null } }, { apiKey: { key: string } }>(
    'POST',
    '/boxoffice/v1/api-keys',
  )
  const rotate = useSiteChange<{ id: string }, { apiKey: { key: string } }>(
    'POST',
    ({ id }) => `/boxoffice/v1/api-keys/${id}/rotate`,
  )
  const revoke = useSiteChange<{ id: string }>('DELETE', ({ id }) => `/boxoffice/v1/api-keys/${id}`)
  const [isOpen, { open, close }] = useDisclosure()
  const form = useForm<{ name: string; scopes: string[] }>({ initialValues: { name: '', scopes: [] } })
  if (error) return <Failed error={error} again={refetch} />
  const made = create.data ?? rotate.data
  const problem: ApiError | null = create.error ?? rotate.error ?? revoke.error
  return (
    <>
      <Group justify="space-between" mt="lg">
        <Title order={2}>{t('keys.title')}</Title>
        <Button variant="default" onClick={open}>
          {t('keys.do')}
        </Button>
      </Group>
      <Text size="sm" c="dimmed">
        {t('keys.story')} <Code>{siteId}</Code>
      </Text>
      {problem && <Failed error={problem} />}
      {made && <Shown title={t('keys.made')} story={t('keys.madeStory')} text={made.apiKey.key} />}
      <Scrolling label={t('keys.title')}>
        <Table>
          <Table.Tbody>
            {(data?.apiKeys ?? []).map(each => (
              <Table.Tr key={each.id}>
                <Table.Td>
                  <Text fw={600}>{each.name}</Text>
                  <Text size="sm" c="dimmed">
                    {each.scopes?.join(', ') ?? t('keys.everything')}
                  </Text>
                </Table.Td>
                <Table.Td>
                  {each.expirationDate
                    ? t('keys.until', { day: day(each.expirationDate) })
                    : t('keys.since', { day: day(each.createdDate) })}
                </Table.Td>
                <Table.Td>
                  <Group gap="xs">
                    <Button
                      variant="subtle"
                      size="compact-md"
                      aria-label={t('keys.rotateOf', { name: each.name })}
                      onClick={() => rotate.mutate({ id: each.id })}
                    >
                      {t('keys.rotate')}
                    </Button>
                    <Button
                      variant="subtle"
                      color="red"
                      size="compact-md"
                      aria-label={t('keys.revokeOf', { name: each.name })}
                      onClick={() => revoke.mutate({ id: each.id })}
                    >
                      {t('keys.revoke')}
                    </Button>
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scrolling>
      <Modal opened={isOpen} onClose={close} title={t('keys.do')} closeButtonProps={{ 'aria-label': t('cancel') }}>
        <form
          onSubmit={form.onSubmit(({ name, scopes }) => {
            rotate.reset()
            create.mutate({ apiKey: { name, scopes: scopes.length > 0 ? scopes : null } })
            form.reset()
            close()
          })}
        >
          <Stack>
            <TextInput
              label={t('keys.name')}
              description={t('keys.nameHint')}
              required
              {...form.getInputProps('name')}
            />
            <MultiSelect
              label={t('keys.scopes')}
              description={t('keys.scopesHint')}
              data={SCOPES}
              searchable
              {...form.getInputProps('scopes')}
            />
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {t('cancel')}
              </Button>
              <Button type="submit">{t('keys.do')}</Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  )
}

/** What is shown once. */
function Shown({ title, story, text }: { title: string; story: string; text: string }) {
  const { t } = useTranslation('desk')
  return (
    <Alert color="green" title={title} role="status">
      <Text>{story}</Text>
      <Group mt="xs" wrap="nowrap">
        <Code block style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
          {text}
        </Code>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <ActionIcon variant="default" size="lg" w="auto" px="sm" onClick={copy}>
              {copied ? t('copied') : t('copy')}
            </ActionIcon>
          )}
        </CopyButton>
      </Group>
    </Alert>
  )
}
