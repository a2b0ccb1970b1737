import { useTranslation } from 'react-i18next'
import type { Control, InputValue } from '../../shared/form.ts'
import { useSiteQuery } from '../site.tsx'
import type { Answers } from './model.ts'
import { Facts } from './order.tsx'

/** The form of an event as it is now; undefined while it is not here, and where the event is gone. */
export function useForm(eventId: string): readonly Control[] | undefined {
  const { data } = useSiteQuery<{ form: { controls: Control[] } }>(`/events/v1/events/${eventId}/form`)
  return data?.form.controls
}

const IN_THE_HEAD: ReadonlySet<string> = new Set(['firstName', 'lastName', 'email'])

/** What was answered, but for name and address, which stand above it. */
export function AnswerList({ eventId, answers }: { eventId: string; answers: Answers | undefined }) {
  const { t } = useTranslation('desk')
  const controls = useForm(eventId)
  const shown = (answers?.inputValues ?? []).filter(({ inputName }) => !IN_THE_HEAD.has(inputName))
  if (shown.length === 0) return null
  const labels = new Map(controls?.flatMap(({ inputs }) => inputs.map(({ name, label }) => [name, label] as const)))
  return (
    <Facts
      facts={shown.map(answer => [
        labels.get(answer.inputName) ?? t('orders.oldQuestion', { name: answer.inputName }),
        spellAnswer(answer),
      ])}
    />
  )
}

export function spellAnswer({ value, values }: InputValue): string {
  return values && values.length > 0 ? values.join(', ') : (value ?? '')
}
