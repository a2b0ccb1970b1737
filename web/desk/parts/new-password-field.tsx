import { PasswordInput, type PasswordInputProps } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** For a password that somebody makes up now; `passwordProblem` judges it. */
export function NewPasswordField(props: PasswordInputProps) {
  const { t } = useTranslation('desk')
  return (
    <PasswordInput
      label={t('field.newPassword')}
      description={t('field.passwordHint')}
      autoComplete="new-password"
      required
      {...props}
    />
  )
}
