import { Alert, Anchor, Button, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { auth } from '../auth.ts'
import { Entrance, secretOf } from '../parts/entrance.tsx'
import { NewPasswordField } from '../parts/new-password-field.tsx'
import { passwordProblem } from '../parts/password.ts'

/** Asks for a link by which the password is set anew; says the same whether or not there is an account. */
export function ForgotPage() {
  const { t } = useTranslation('desk')
  const form = useForm({ initialValues: { email: '' } })
  const asking = useMutation({
    mutationFn: async (email: string) => {
      const { error } = await auth.requestPasswordReset({ email, redirectTo: '/dashboard/reset' })
      if (error) throw new Error(error.message)
    },
  })
  return (
    <Entrance title={t('forgot.title')}>
      {asking.isSuccess ? (
        <Alert color="green" role="status">
          {t('forgot.sent')}
        </Alert>
      ) : (
        <form onSubmit={form.onSubmit(({ email }) => asking.mutate(email))}>
          <Stack>
            {asking.isError && (
              <Alert color="red" role="alert">
                {t('failed.offline')}
              </Alert>
            )}
            <TextInput
              label={t('field.emailLabel')}
              type="email"
              autoComplete="email"
              required
              {...form.getInputProps('email')}
            />
            <Button type="submit" loading={asking.isPending}>
              {t('forgot.do')}
            </Button>
          </Stack>
        </form>
      )}
      <BackToSignIn />
    </Entrance>
  )
}

/** Where that link leads. */
export function ResetPage() {
  const { t } = useTranslation('desk')
  const form = useForm({
    initialValues: { password: '' },
    validate: { password: value => passwordProblem(value, t) },
  })
  const setting = useMutation({
    mutationFn: async (newPassword: string) => {
      const { error } = await auth.resetPassword({ newPassword, token: secretOf() })
      if (error) throw new Error(error.message)
    },
  })
  const isUseless = secretOf() === '' || setting.isError
  return (
    <Entrance title={t('reset.title')}>
      {setting.isSuccess && (
        <Alert color="green" role="status">
          {t('reset.done')}
        </Alert>
      )}
      {isUseless && (
        <Alert color="red" role="alert">
          {t('reset.useless')}
        </Alert>
      )}
      {!setting.isSuccess && !isUseless && (
        <form onSubmit={form.onSubmit(({ password }) => setting.mutate(password))} noValidate>
          <Stack>
            <NewPasswordField {...form.getInputProps('password')} />
            <Button type="submit" loading={setting.isPending}>
              {t('reset.do')}
            </Button>
          </Stack>
        </form>
      )}
      <BackToSignIn />
    </Entrance>
  )
}

function BackToSignIn() {
  const { t } = useTranslation('desk')
  return (
    <Text size="sm">
      <Anchor component={Link} href="/sign-in">
        {t('forgot.back')}
      </Anchor>
    </Text>
  )
}
