import {
  Alert,
  Button,
  Checkbox,
  Group,
  Modal,
  NativeSelect,
  Radio,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../shared/api.ts'
import {
  type Answers,
  type Control,
  type FormField,
  fieldsOf,
  type InputValue,
  inputValuesOf,
  problemOf,
} from '../../shared/form.ts'
import { askFor } from '../api.ts'
import { Waiting } from '../desk.tsx'
import { Failed } from '../parts/failed.tsx'
import { useSaid } from '../parts/said.ts'
import { useUnsaved } from '../parts/unsaved.ts'
import { useSite } from '../site.tsx'
import { spellAnswer, useForm } from './answers.tsx'
import { type Whole, wholePath } from './model.ts'

/** Who bought, and what was answered; where every ticket has a guest of its own, name and address alone (R174). */
export function EditBuyer({ whole, onClose }: { whole: Whole; onClose: () => void }) {
  const { t } = useTranslation('desk')
  const { eventId, orderNumber } = whole.order
  return (
    <EditAnswers
      whole={whole}
      title={t('orders.editBuyer')}
      story={t('orders.editBuyerStory')}
      isAsked={({ type, id }) => !whole.guestsAssigned || type === 'NAME' || id === 'email'}
      answersOf={({ order }) => order.checkoutForm.inputValues}
      revisionOf={({ revision }) => revision}
      request={(inputValues, revision) => ({
        path: `/events/v1/events/${eventId}/orders/${orderNumber}`,
        body: { checkoutForm: { inputValues }, fields: 'checkoutForm', revision },
      })}
      onClose={onClose}
    />
  )
}

/** Whose a ticket is. */
export function EditGuest({
  whole,
  ticketNumber,
  onClose,
}: {
  whole: Whole
  ticketNumber: string
  onClose: () => void
}) {
  const { t } = useTranslation('desk')
  return (
    <EditAnswers
      whole={whole}
      title={t('orders.editGuestOf', { ticket: ticketNumber })}
      isAsked={() => true}
      answersOf={({ order }) =>
        order.tickets.find(each => each.ticketNumber === ticketNumber)?.guestDetails.form?.inputValues ?? []
      }
      revisionOf={({ admissions }) => admissions.find(each => each.ticketNumber === ticketNumber)?.revision ?? '0'}
      request={(inputValues, revision) => ({
        path: `/events/v1/tickets/${ticketNumber}`,
        body: {
          eventId: whole.order.eventId,
          fields: 'guestDetails.form',
          guestDetails: { form: { inputValues } },
          revision,
        },
      })}
      onClose={onClose}
    />
  )
}

type Editing = {
  whole: Whole
  title: string
  story?: string
  isAsked: (control: Control) => boolean
  answersOf: (whole: Whole) => InputValue[]
  revisionOf: (whole: Whole) => string
  request: (inputValues: InputValue[], revision: string) => { path: string; body: object }
  onClose: () => void
}

/**
 * The event's questions with somebody's answers. Somebody else's change of the same answers is never overwritten; one of
 * something else, a check-in meanwhile, is none of our business, and it is saved all the same.
 */
function EditAnswers({ whole, title, story, isAsked, answersOf, revisionOf, request, onClose }: Editing) {
  const { t } = useTranslation('desk')
  const { siteId } = useSite()
  const queries = useQueryClient()
  const said = useSaid()
  const form = useForm(whole.order.eventId)
  const [base, setBase] = useState({ answers: answersOf(whole), revision: revisionOf(whole) })
  const [answers, setAnswers] = useState<Answers>(() => typedOf(answersOf(whole)))
  const [isTried, setTried] = useState(false)
  const [isPending, setPending] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  const isDirty = JSON.stringify(answers) !== JSON.stringify(typedOf(base.answers))
  useUnsaved(isDirty)
  const controls = form?.filter(isAsked)
  const fields = fieldsOf(controls ?? [])
  const problems = new Map(fields.map(field => [idOf(field), problemOf(field, answers)]))
  const known = new Set(form?.flatMap(({ inputs }) => inputs.map(({ name }) => name)))
  const lost = form ? base.answers.filter(({ inputName }) => !known.has(inputName)) : []
  const latest = () => askFor<Whole>(siteId, wholePath(whole.order.orderNumber))

  async function save() {
    setTried(true)
    if (!controls || [...problems.values()].some(problem => problem !== null)) return
    setPending(true)
    setError(null)
    try {
      let { revision } = base
      for (let attempt = 1; ; attempt += 1) {
        const { path, body } = request(inputValuesOf(controls, answers), revision)
        try {
          await askFor(siteId, path, { method: 'PATCH', body })
          break
        } catch (refused) {
          if (!(refused instanceof ApiError) || refused.code !== 'ABORTED' || attempt === ATTEMPTS_MAX) throw refused
          const theirs = await latest()
          if (JSON.stringify(answersOf(theirs)) !== JSON.stringify(base.answers)) throw refused
          revision = revisionOf(theirs)
        }
      }
      await queries.invalidateQueries({ queryKey: [siteId] })
      said()
      onClose()
    } catch (refused) {
      if (!(refused instanceof ApiError)) throw refused
      setError(refused)
    } finally {
      setPending(false)
    }
  }

  async function loadTheirs() {
    const theirs = await latest()
    setBase({ answers: answersOf(theirs), revision: revisionOf(theirs) })
    setAnswers(typedOf(answersOf(theirs)))
    setError(null)
    setTried(false)
  }

  return (
    <Modal
      opened
      onClose={() => (!isDirty || window.confirm(t('unsaved'))) && onClose()}
      title={title}
      closeButtonProps={{ 'aria-label': t('cancel') }}
    >
      <form
        noValidate
        onSubmit={event => {
          event.preventDefault()
          save()
        }}
      >
        <Stack>
          {story && <Text size="sm">{story}</Text>}
          {!form && <Waiting />}
          {fields.map(field => (
            <AnswerField
              key={idOf(field)}
              field={field}
              texts={answers[field.input.name] ?? []}
              problem={isTried ? (problems.get(idOf(field)) ?? null) : null}
              onChange={texts => setAnswers({ ...answers, [field.input.name]: texts })}
            />
          ))}
          {lost.length > 0 && (
            <Alert color="yellow" title={t('orders.lostTitle')}>
              {lost.map(answer => (
                <Text key={answer.inputName} size="sm">
                  {answer.inputName}: {spellAnswer(answer)}
                </Text>
              ))}
            </Alert>
          )}
          {error && <Failed error={error} theirs={loadTheirs} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={isPending} disabled={!form}>
              {t('save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

const ATTEMPTS_MAX = 4

function typedOf(inputValues: readonly InputValue[]): Answers {
  return Object.fromEntries(
    inputValues.map(({ inputName, value, values }) => [inputName, values?.length ? values : [value ?? '']]),
  )
}

function idOf({ input, name }: FormField): string {
  return `${input.name} ${name}`
}

function AnswerField({
  field: { control, input, label, part, required },
  texts,
  problem,
  onChange,
}: {
  field: FormField
  texts: readonly string[]
  problem: ReturnType<typeof problemOf>
  onChange: (texts: string[]) => void
}) {
  const { t } = useTranslation('desk')
  const error = problem && t(`orders.problems.${problem}`)
  const text = texts[part] ?? ''
  const setText = (typed: string) =>
    onChange(
      Array.from({ length: Math.max(texts.length, part + 1) }, (_, at) => (at === part ? typed : (texts[at] ?? ''))),
    )
  const options = input.options ?? []
  const shared = { label, withAsterisk: required, error }
  if (control.type === 'CHECKBOX')
    return (
      <Checkbox.Group {...shared} value={[...texts]} onChange={onChange}>
        <Stack gap={4} mt={4}>
          {options.map(option => (
            <Checkbox key={option} value={option} label={option} />
          ))}
        </Stack>
      </Checkbox.Group>
    )
  if (control.type === 'RADIO')
    return (
      <Radio.Group {...shared} value={text} onChange={setText}>
        <Stack gap={4} mt={4}>
          {options.map(option => (
            <Radio key={option} value={option} label={option} />
          ))}
        </Stack>
      </Radio.Group>
    )
  if (control.type === 'DROPDOWN')
    return (
      <NativeSelect
        {...shared}
        data={[{ value: '', label: t('orders.chooseOne') }, ...options]}
        value={options.includes(text) ? text : ''}
        onChange={event => setText(event.currentTarget.value)}
      />
    )
  if (control.type === 'TEXTAREA')
    return (
      <Textarea
        {...shared}
        autosize
        minRows={2}
        maxRows={8}
        maxLength={input.maxLength}
        value={text}
        onChange={event => setText(event.currentTarget.value)}
      />
    )
  const type = input.type === 'DATE_TIME' ? 'date' : control.id === 'email' ? 'email' : 'text'
  return (
    <TextInput
      {...shared}
      type={type}
      autoComplete="off"
      maxLength={input.maxLength}
      value={type === 'date' ? text.slice(0, 10) : text}
      onChange={event => setText(event.currentTarget.value)}
    />
  )
}
