import { TextInput, type TextInputProps } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/**
 * Date and time on a clock in `timeZone`, which is said beside it. Its value is text such as `2026-12-31T19:30`;
 * `clockOf` and `momentOf` (parts/moments.ts) turn it into moments.
 */
export function MomentField({ timeZone, description, ...rest }: TextInputProps & { timeZone: string }) {
  const { t } = useTranslation('desk')
  const zone = t('inZone', { zone: timeZone.replaceAll('_', ' ') })
  return <TextInput type="datetime-local" description={description ?? zone} {...rest} />
}
