import { Alert, Anchor, Button, Divider, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { auth } from '../auth.ts'
import { Entrance } from '../parts/entrance.tsx'

export function SignInPage() {
  const { t } = useTranslation('desk')
  return (
    <Entrance title={t('signIn.title')}>
      <SignIn onDone={() => location.assign(wayOn())} />
      <Text size="sm">
        <Anchor component={Link} href="/forgot">
          {t('signIn.forgot')}
        </Anchor>
      </Text>
    </Entrance>
  )
}

/** By password, and a second factor where there is one; or by passkey. */
export function SignIn({ onDone }: { onDone: () => unknown }) {
  const { t } = useTranslation('desk')
  const [needsCode, setNeedsCode] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const [isWaiting, setIsWaiting] = useState(false)
  const form = useForm({ initialValues: { email: '', password: '', code: '' } })

  async function attempt(doing: () => Promise<{ error: { status: number } | null; data: unknown }>) {
    setIsWaiting(true)
    setProblem(null)
    const { error, data } = await doing().catch(() => ({ error: { status: 0 }, data: null }))
    setIsWaiting(false)
    if (error) return setProblem(t(problemOf(error.status, needsCode)))
    if (isRecord(data) && data.twoFactorRedirect) return setNeedsCode(true)
    onDone()
  }

  return (
    <>
      {problem && (
        <Alert color="red" role="alert">
          {problem}
        </Alert>
      )}
      {needsCode ? (
        <form
          onSubmit={form.onSubmit(({ code }) =>
            attempt(() =>
              /^\d{6}$/.test(code.trim())
                ? auth.twoFactor.verifyTotp({ code: code.trim() })
                : auth.twoFactor.verifyBackupCode({ code: code.trim() }),
            ),
          )}
        >
          <Stack>
            <TextInput
              label={t('signIn.code')}
              description={t('signIn.codeHint')}
              autoComplete="one-time-code"
              data-autofocus
              required
              {...form.getInputProps('code')}
            />
            <Button type="submit" loading={isWaiting}>
              {t('signIn.do')}
            </Button>
          </Stack>
        </form>
      ) : (
        <>
          <form
            onSubmit={form.onSubmit(({ email, password }) => attempt(() => auth.signIn.email({ email, password })))}
          >
            <Stack>
              <TextInput
                label={t('field.emailLabel')}
                type="email"
                autoComplete="username webauthn"
                required
                {...form.getInputProps('email')}
              />
              <PasswordInput
                label={t('field.password')}
                autoComplete="current-password"
                required
                {...form.getInputProps('password')}
              />
              <Button type="submit" loading={isWaiting}>
                {t('signIn.do')}
              </Button>
            </Stack>
          </form>
          <Divider label={t('signIn.or')} />
          <Button variant="default" loading={isWaiting} onClick={() => attempt(() => auth.signIn.passkey())}>
            {t('signIn.passkey')}
          </Button>
        </>
      )}
    </>
  )
}

function problemOf(status: number, needsCode: boolean) {
  if (status === 429) return 'signIn.tooOften'
  if (status === 0 || status >= 500) return 'failed.offline'
  return needsCode ? 'signIn.wrongCode' : 'signIn.wrong'
}

/** Back to where somebody was sent away from, within the desk. */
function wayOn(): string {
  const then = new URLSearchParams(location.search).get('then') ?? ''
  return /^\/(dashboard|check-in)(\/|$|\?)/.test(then) ? then : '/dashboard'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
