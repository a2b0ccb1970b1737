import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { ApiError } from '../../shared/api.ts'
import { askFor, type Role, useForgetAll, useSignedIn } from '../api.ts'
import { Waiting } from '../desk.tsx'
import { Entrance, secretOf } from '../parts/entrance.tsx'
import { Failed } from '../parts/failed.tsx'
import { NewPasswordField } from '../parts/new-password-field.tsx'
import { passwordProblem } from '../parts/password.ts'

type Invitation = { email: string; role: Role; siteName: string; hasAccount: boolean }

/** Where an invitation leads: a new account, or the one that is signed in joins the site. */
export function JoinPage() {
  const { t } = useTranslation('desk')
  const [, go] = useLocation()
  const forgetAll = useForgetAll()
  const signedIn = useSignedIn()
  const token = secretOf()
  const found = useQuery<{ invitation: Invitation }, ApiError>({
    queryKey: ['invitation', token],
    queryFn: () => askFor(null, '/boxoffice/v1/invitations/look-up', { method: 'POST', body: { token } }),
    retry: false,
  })
  const form = useForm({
    initialValues: { name: '', password: '' },
    validate: {
      name: value => (value.trim() === '' ? t('field.needed') : null),
      password: value => passwordProblem(value, t),
    },
  })
  const joining = useMutation<unknown, ApiError, { name?: string; password?: string }>({
    mutationFn: person =>
      askFor(null, '/boxoffice/v1/invitations/accept', { method: 'POST', body: { token, ...person } }),
    onSuccess: async () => {
      await forgetAll()
      go('/')
    },
  })
  if (found.error)
    return (
      <Entrance title={t('join.title')}>
        <Failed error={found.error} />
      </Entrance>
    )
  if (!found.data || signedIn.isPending) return <Waiting />
  const { email, role, siteName, hasAccount } = found.data.invitation
  const isSelf = signedIn.data?.account.email === email
  return (
    <Entrance title={t('join.title')}>
      <Text>{t('join.story', { site: siteName, role: t(`roles.${role}.name`), email })}</Text>
      <Text size="sm" c="dimmed">
        {t(`roles.${role}.story`)}
      </Text>
      {joining.error && <Failed error={joining.error} />}
      {isSelf && (
        <Button loading={joining.isPending} onClick={() => joining.mutate({})}>
          {t('join.do')}
        </Button>
      )}
      {!isSelf && hasAccount && (
        <Text>
          <Anchor href={`/dashboard/sign-in?then=${encodeURIComponent(location.pathname + location.search)}`}>
            {t('join.signInFirst')}
          </Anchor>
        </Text>
      )}
      {!isSelf && !hasAccount && (
        <form onSubmit={form.onSubmit(values => joining.mutate(values))} noValidate>
          <Stack>
            <TextInput label={t('field.name')} autoComplete="name" required {...form.getInputProps('name')} />
            <NewPasswordField {...form.getInputProps('password')} />
            <Button type="submit" loading={joining.isPending}>
              {t('join.do')}
            </Button>
          </Stack>
        </form>
      )}
    </Entrance>
  )
}
