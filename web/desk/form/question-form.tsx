import {
  Button,
  Checkbox,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useUnsaved } from '../parts/unsaved.ts'
import {
  ADDRESS_PARTS,
  GUESTS_MAX,
  hasOptions,
  labelLengthMax,
  mayBeMandatory,
  needsLabel,
  OPTIONS_MAX,
  optionsOf,
  type Problem,
  problemsOf,
  type Question,
  TEXT_LENGTH_MAX,
} from './controls.ts'

/** One question of the form while it is made or changed; what is typed is shown to `onTyped` at once. */
export function QuestionForm({
  saved,
  question,
  isPending,
  problem,
  onTyped,
  onSave,
  onClose,
}: {
  /** As it was when this began; another one is what somebody else wrote meanwhile. */
  saved: Question
  question: Question
  isPending: boolean
  /** What was refused, said above the buttons. */
  problem: ReactNode
  onTyped: (question: Question) => void
  onSave: () => void
  onClose: () => void
}) {
  const { t } = useTranslation('desk')
  const [wasTried, setWasTried] = useState(false)
  const first = useRef<HTMLInputElement>(null)
  useEffect(() => first.current?.focus(), [])
  const { kind } = question
  const isDirty = JSON.stringify(question) !== JSON.stringify(saved)
  useUnsaved(isDirty)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question begins without complaints
  useEffect(() => setWasTried(false), [saved])
  const problems = problemsOf(question)
  const wrong = (name: keyof Question) => {
    const found = problems[name]
    return wasTried && found ? said(found) : undefined
  }
  const said = (found: Problem) =>
    t(`form.problems.${found}`, { max: kind === 'additionalGuests' ? GUESTS_MAX : TEXT_LENGTH_MAX })
  const set = (change: Partial<Question>) => onTyped({ ...question, ...change })
  const labelMax = labelLengthMax(kind)
  const options = optionsOf(question)
  const ownWord = t(
    `form.ownWords.${kind === 'phone' || kind === 'address' || kind === 'date' ? kind : 'additionalGuests'}`,
  )

  return (
    <form
      noValidate
      onSubmit={event => {
        event.preventDefault()
        setWasTried(true)
        if (Object.keys(problems).length === 0) onSave()
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={t(LABELS[kind] ?? 'form.label')}
          ref={first}
          required={needsLabel(kind)}
          maxLength={labelMax}
          value={question.label}
          onChange={({ target }) => set({ label: target.value })}
          error={wrong('label')}
          description={
            question.label.length > labelMax * 0.8
              ? t('form.length', { count: question.label.length, max: labelMax })
              : needsLabel(kind)
                ? undefined
                : t('form.ownWord', { word: ownWord })
          }
        />
        {kind === 'name' && (
          <TextInput
            label={t('form.lastName')}
            required
            maxLength={labelMax}
            value={question.lastName}
            onChange={({ target }) => set({ lastName: target.value })}
            error={wrong('lastName')}
          />
        )}
        {hasOptions(kind) && (
          <Textarea
            label={t('form.options')}
            description={t('form.optionsHint', { count: options.length, max: OPTIONS_MAX })}
            required
            autosize
            minRows={3}
            maxRows={12}
            value={question.options}
            onChange={({ target }) => set({ options: target.value })}
            error={wrong('options') ?? (options.length > OPTIONS_MAX ? said('tooManyOptions') : undefined)}
          />
        )}
        {kind === 'dropdown' && (
          <>
            <Select
              label={t('form.chosen')}
              data={[
                { value: '', label: t('form.chosenNone') },
                ...[...new Set(options)].map(value => ({ value, label: value })),
              ]}
              value={options.includes(question.chosen ?? '') ? question.chosen : ''}
              allowDeselect={false}
              onChange={chosen => set({ chosen: chosen === '' ? null : chosen })}
            />
            {!options.includes(question.chosen ?? '') && (
              <TextInput
                label={t('form.placeholder')}
                description={t('form.placeholderHint')}
                maxLength={200}
                value={question.placeholder}
                onChange={({ target }) => set({ placeholder: target.value })}
              />
            )}
          </>
        )}
        {(kind === 'text' || kind === 'longText') && (
          <NumberInput
            label={t('form.maxLength')}
            description={t('form.maxLengthHint', { max: TEXT_LENGTH_MAX })}
            allowDecimal={false}
            allowNegative={false}
            w={220}
            value={question.maxLength}
            onChange={maxLength => set({ maxLength })}
            error={wrong('maxLength')}
          />
        )}
        {kind === 'address' && (
          <>
            <Switch
              label={t('form.full')}
              checked={question.full}
              onChange={({ target }) => set({ full: target.checked })}
            />
            {question.full && (
              <SimpleGrid cols={{ base: 1, xs: 2 }}>
                {ADDRESS_PARTS.map(part => (
                  <TextInput
                    key={part}
                    label={t(`form.parts.${part}`)}
                    placeholder={t(`form.ownWords.${part}`)}
                    maxLength={100}
                    value={question.parts[part]}
                    onChange={({ target }) => set({ parts: { ...question.parts, [part]: target.value } })}
                  />
                ))}
              </SimpleGrid>
            )}
          </>
        )}
        {kind === 'additionalGuests' && (
          <NumberInput
            label={t('form.maxGuests')}
            description={t('form.maxGuestsHint', { max: GUESTS_MAX })}
            allowDecimal={false}
            allowNegative={false}
            w={220}
            value={question.maxGuests}
            onChange={maxGuests => set({ maxGuests })}
            error={wrong('maxGuests')}
          />
        )}
        {mayBeMandatory(kind) && (
          <Checkbox
            label={t(kind === 'additionalGuests' ? 'form.namesMandatory' : 'form.mandatory')}
            checked={question.mandatory}
            onChange={({ target }) => set({ mandatory: target.checked })}
          />
        )}
        {kind === 'radioButton' && (
          <Text size="sm" c="dimmed">
            {t('form.radioHint')}
          </Text>
        )}
        {problem}
        <Group>
          <Button type="submit" loading={isPending}>
            {t('save')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

const LABELS: Partial<Record<Question['kind'], 'form.firstName' | 'form.emailLabel'>> = {
  name: 'form.firstName',
  email: 'form.emailLabel',
}
