import { Button, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { ApiError } from '../../shared/api.ts'
import { askFor, useForgetAll } from '../api.ts'
import { Entrance, secretOf } from '../parts/entrance.tsx'
import { Failed } from '../parts/failed.tsx'
import { NewPasswordField } from '../parts/new-password-field.tsx'
import { passwordProblem } from '../parts/password.ts'

/** The first owner's account, by the link that the server printed. */
export function SetUpPage() {
  const { t } = useTranslation('desk')
  const [, go] = useLocation()
  const forgetAll = useForgetAll()
  const form = useForm({
    initialValues: { name: '', email: '', password: '' },
    validate: {
      name: value => (value.trim() === '' ? t('field.needed') : null),
      email: value => (/^\S+@\S+\.\S+$/.test(value) ? null : t('field.email')),
      password: value => passwordProblem(value, t),
    },
  })
  const setUp = useMutation<unknown, ApiError, typeof form.values>({
    mutationFn: person =>
      askFor(null, '/boxoffice/v1/set-up', { method: 'POST', body: { token: secretOf(), ...person } }),
    onSuccess: async () => {
      await forgetAll()
      go('/')
    },
  })
  return (
    <Entrance title={t('setUp.title')}>
      <Text>{t('setUp.story')}</Text>
      {setUp.error && <Failed error={setUp.error} />}
      <form onSubmit={form.onSubmit(values => setUp.mutate(values))} noValidate>
        <Stack>
          <TextInput label={t('field.name')} autoComplete="name" required {...form.getInputProps('name')} />
          <TextInput
            label={t('field.emailLabel')}
            type="email"
            autoComplete="email"
            required
            {...form.getInputProps('email')}
          />
          <NewPasswordField {...form.getInputProps('password')} />
          <Button type="submit" loading={setUp.isPending}>
            {t('setUp.do')}
          </Button>
        </Stack>
      </form>
    </Entrance>
  )
}
