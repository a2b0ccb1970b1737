import {
  Alert,
  Badge,
  Button,
  Code,
  Group,
  List,
  PasswordInput,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SignedIn } from '../api.ts'
import { auth } from '../auth.ts'
import { NewPasswordField } from '../parts/new-password-field.tsx'
import { passwordProblem } from '../parts/password.ts'
import { useDate } from '../parts/use-date.ts'

/** better-auth answers with data or an error; here an error is thrown, as everywhere else. */
async function done<Data>(
  asked: Promise<{ data: Data; error: null } | { data: null; error: { message?: string | undefined } }>,
): Promise<Data> {
  const answer = await asked
  if (answer.error) throw new Error(answer.error.message ?? '')
  return answer.data
}

/** What a person does about the own account: password, second factor, passkeys, sessions. */
export default function AccountPage({ signedIn: { account } }: { signedIn: SignedIn }) {
  const { t } = useTranslation('desk')
  return (
    <Stack maw={720}>
      <Title order={1}>{t('account.title')}</Title>
      <Text>
        {account.name}, {account.email}
      </Text>
      <Password />
      <TwoFactor isOn={account.twoFactorEnabled} />
      <Passkeys />
      <Sessions />
    </Stack>
  )
}

function Password() {
  const { t } = useTranslation('desk')
  const form = useForm({
    initialValues: { currentPassword: '', newPassword: '' },
    validate: { newPassword: value => passwordProblem(value, t) },
  })
  const change = useMutation({
    mutationFn: (values: typeof form.values) => done(auth.changePassword({ ...values, revokeOtherSessions: true })),
    onSuccess: () => form.reset(),
  })
  return (
    <form onSubmit={form.onSubmit(values => change.mutate(values))} noValidate>
      <Stack>
        <Title order={2}>{t('account.password')}</Title>
        <Outcome of={change} done={t('account.passwordChanged')} />
        <PasswordInput
          label={t('field.password')}
          autoComplete="current-password"
          required
          {...form.getInputProps('currentPassword')}
        />
        <NewPasswordField {...form.getInputProps('newPassword')} />
        <Group>
          <Button type="submit" loading={change.isPending}>
            {t('account.changePassword')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function TwoFactor({ isOn }: { isOn: boolean }) {
  const { t } = useTranslation('desk')
  const queries = useQueryClient()
  const form = useForm({ initialValues: { password: '', code: '' } })
  const [begun, setBegun] = useState<{ totpURI: string; backupCodes: string[] } | null>(null)
  const begin = useMutation({
    mutationFn: (password: string) => done(auth.twoFactor.enable({ password })),
    onSuccess: data => data && 'totpURI' in data && setBegun({ totpURI: data.totpURI, backupCodes: data.backupCodes }),
  })
  const confirm = useMutation({
    mutationFn: (code: string) => done(auth.twoFactor.verifyTotp({ code })),
    onSuccess: async () => {
      setBegun(null)
      form.reset()
      await queries.invalidateQueries({ queryKey: ['account'] })
    },
  })
  const end = useMutation({
    mutationFn: (password: string) => done(auth.twoFactor.disable({ password })),
    onSuccess: async () => {
      form.reset()
      await queries.invalidateQueries({ queryKey: ['account'] })
    },
  })
  return (
    <Stack>
      <Group>
        <Title order={2}>{t('account.twoFactor')}</Title>
        <Badge color={isOn ? 'green' : 'gray'} variant="light">
          {isOn ? t('on') : t('off')}
        </Badge>
      </Group>
      <Text>{t('account.twoFactorStory')}</Text>
      <Outcome of={begin} />
      <Outcome of={confirm} done={t('account.twoFactorOn')} />
      <Outcome of={end} />
      {begun ? (
        <form onSubmit={form.onSubmit(({ code }) => confirm.mutate(code.trim()))}>
          <Stack>
            <Text>{t('account.twoFactorSecret')}</Text>
            <Code block>{new URL(begun.totpURI).searchParams.get('secret')}</Code>
            <Text>
              <a href={begun.totpURI}>{t('account.twoFactorOpen')}</a>
            </Text>
            <Text>{t('account.backupCodes')}</Text>
            <Code block>{begun.backupCodes.join('\n')}</Code>
            <TextInput
              label={t('signIn.code')}
              inputMode="numeric"
              autoComplete="one-time-code"
              required
              {...form.getInputProps('code')}
            />
            <Group>
              <Button type="submit" loading={confirm.isPending}>
                {t('account.twoFactorConfirm')}
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <form onSubmit={form.onSubmit(({ password }) => (isOn ? end : begin).mutate(password))}>
          <Group align="flex-end">
            <PasswordInput
              label={t('field.password')}
              autoComplete="current-password"
              required
              w={280}
              {...form.getInputProps('password')}
            />
            <Button type="submit" variant="default" loading={begin.isPending || end.isPending}>
              {isOn ? t('account.twoFactorEnd') : t('account.twoFactorBegin')}
            </Button>
          </Group>
        </form>
      )}
    </Stack>
  )
}

function Passkeys() {
  const { t } = useTranslation('desk')
  const { day } = useDate()
  const queries = useQueryClient()
  const { data = [] } = useQuery({
    queryKey: ['passkeys'],
    queryFn: async () => (await done(auth.passkey.listUserPasskeys())) ?? [],
  })
  const refresh = () => queries.invalidateQueries({ queryKey: ['passkeys'] })
  const add = useMutation({ mutationFn: async () => done(auth.passkey.addPasskey()), onSuccess: refresh })
  const remove = useMutation({
    mutationFn: (id: string) => done(auth.passkey.deletePasskey({ id })),
    onSuccess: refresh,
  })
  return (
    <Stack>
      <Title order={2}>{t('account.passkeys')}</Title>
      <Text>{t('account.passkeysStory')}</Text>
      <Outcome of={add} />
      {data.length > 0 && (
        <List spacing="xs">
          {data.map(each => (
            <List.Item key={each.id}>
              <Group>
                {each.name ?? t('account.passkeyOf', { day: day(each.createdAt ?? new Date()) })}
                <Button variant="subtle" color="red" size="compact-md" onClick={() => remove.mutate(each.id)}>
                  {t('remove')}
                </Button>
              </Group>
            </List.Item>
          ))}
        </List>
      )}
      <Group>
        <Button variant="default" loading={add.isPending} onClick={() => add.mutate()}>
          {t('account.addPasskey')}
        </Button>
      </Group>
    </Stack>
  )
}

function Sessions() {
  const { t } = useTranslation('desk')
  const { moment } = useDate()
  const queries = useQueryClient()
  const { data: own } = useQuery({
    queryKey: ['session'],
    queryFn: async () => await done(auth.getSession()),
  })
  const { data = [] } = useQuery({
    queryKey: ['sessions'],
    queryFn: async () => (await done(auth.listSessions())) ?? [],
  })
  const revoke = useMutation({
    mutationFn: (token: string) => done(auth.revokeSession({ token })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  })
  return (
    <Stack>
      <Title order={2}>{t('account.sessions')}</Title>
      <Table.ScrollContainer minWidth={480} type="native" tabIndex={0} role="region" aria-label={t('account.sessions')}>
        <Table>
          <Table.Tbody>
            {data.map(({ id, token, userAgent, ipAddress, updatedAt }) => (
              <Table.Tr key={id}>
                <Table.Td>
                  {userAgent || t('account.unknownDevice')}
                  <Text size="sm" c="dimmed">
                    {ipAddress} · {moment(updatedAt)}
                  </Text>
                </Table.Td>
                <Table.Td>
                  {own?.session.id === id ? (
                    <Badge variant="light">{t('account.thisDevice')}</Badge>
                  ) : (
                    <Button variant="subtle" color="red" size="compact-md" onClick={() => revoke.mutate(token)}>
                      {t('account.endSession')}
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  )
}

function Outcome({
  of,
  done: said,
}: {
  of: { isError: boolean; isSuccess: boolean; error: Error | null }
  done?: string
}) {
  const { t } = useTranslation('desk')
  if (of.isError)
    return (
      <Alert color="red" role="alert">
        {of.error?.message || t('failed.offline')}
      </Alert>
    )
  if (of.isSuccess && said)
    return (
      <Alert color="green" role="status">
        {said}
      </Alert>
    )
  return null
}
