import { Alert, Badge, Button, Card, Grid, Group, Menu, Radio, Stack, Text, Title } from '@mantine/core'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { askFor } from '../api.ts'
import { Waiting } from '../desk.tsx'
import { type DeskEvent, useEvent } from '../events/event.tsx'
import { sendAsSeen } from '../parts/as-seen.ts'
import { isSame } from '../parts/changed-meanwhile.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Failed } from '../parts/failed.tsx'
import { useSaid } from '../parts/said.ts'
import { type Move, Sortable } from '../parts/sortable.tsx'
import { useRefresh, useSite, useSiteChange, useSiteQuery } from '../site.tsx'
import {
  type AddableKind,
  type DeskControl,
  INPUTS_MAX,
  KINDS,
  kindOf,
  newQuestion,
  previewOf,
  type Question,
  questionOf,
  requestOf,
} from './controls.ts'
import { MessagesForm } from './messages-form.tsx'
import { QuestionForm } from './question-form.tsx'
import { type DeskForm, keptOf, useFormChange, type Wanted, type Whole, wholePath } from './whole.ts'

const FormPreview = lazy(() => import('./preview.tsx'))

/** What is being edited: a control as it was when that began, or a new one, and what is typed. */
type Editing = { control: DeskControl | null; saved: Question; question: Question }

/** What guests are asked. Every change is live at once: the contract has no draft of a form any more (events 4.2). */
export default function FormTab() {
  const { t } = useTranslation('desk')
  const event = useEvent()
  const path = wholePath(event.id)
  const { data, error, refetch } = useSiteQuery<Whole>(path)
  if (error && !data) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  const isRsvp = event.registration?.initialType === 'RSVP'
  return (
    <Stack>
      <Title order={2} size="h3">
        {t('form.title')}
      </Title>
      <Text c="dimmed">{t('form.story')}</Text>
      <Questions path={path} form={data.form} isRsvp={isRsvp} />
      <MessagesForm path={path} messages={data.form.messages} isRsvp={isRsvp} />
    </Stack>
  )
}

function Questions({ path, form, isRsvp }: { path: string; form: DeskForm; isRsvp: boolean }) {
  const { t } = useTranslation('desk')
  const event = useEvent()
  const said = useSaid()
  const [editing, setEditing] = useState<Editing | null>(null)
  const [leaving, setLeaving] = useState<DeskControl | null>(null)
  const words = useOwnWords()
  const { change: save, latest } = useFormChange(path)
  const { change: move } = useFormChange(path)
  const { change: remove } = useFormChange(path)

  function keep({ control, question }: Editing): void {
    const wanted = requestOf(question)
    save.mutate(
      {
        isAsSeen: form => control === null || isAsSeen(form, control),
        patchOf: form => ({
          controls: control
            ? keptOf(form).map(each => (each.id === control.id ? { id: control.id, ...wanted } : each))
            : [...keptOf(form), wanted],
        }),
      },
      {
        onSuccess: () => {
          setEditing(null)
          said()
        },
      },
    )
  }

  async function loadTheirs(): Promise<void> {
    const { form: now } = await latest()
    const theirs = now.controls.find(({ id }) => id === editing?.control?.id)
    save.reset()
    setEditing(theirs ? edited(theirs) : null)
  }

  const { controls } = form
  const own = controls.filter(({ system }) => !system)
  const inputs = controls.flatMap(each => each.inputs).length
  const isFull = inputs >= INPUTS_MAX
  const shown = editing
    ? editing.control
      ? controls.map(each => (each.id === editing.control?.id ? previewOf(each.id, editing.question, words) : each))
      : [...controls, previewOf(`new-${editing.question.kind}`, editing.question, words)]
    : controls
  const addable = KINDS.filter(
    kind => kind !== 'additionalGuests' || (isRsvp && !controls.some(each => kindOf(each) === 'additionalGuests')),
  )
  const begin = (to: Editing) => {
    save.reset()
    setEditing(to)
  }
  const editor = editing && (
    <Card withBorder component="section" aria-label={t(editing.control ? 'form.editing' : 'form.adding')}>
      <Text fw={600} mb="sm">
        {t(`form.kinds.${editing.question.kind}.name`)}
      </Text>
      <QuestionForm
        key={editing.control?.id ?? 'new'}
        saved={editing.saved}
        question={editing.question}
        isPending={save.isPending}
        problem={
          save.error && (
            <Failed error={save.error} theirs={loadTheirs} about={{ kind: 'registration_form', id: event.id }} />
          )
        }
        onTyped={question => setEditing({ ...editing, question })}
        onSave={() => keep(editing)}
        onClose={() => setEditing(null)}
      />
    </Card>
  )
  const entry = (control: DeskControl, handle: ReactNode) =>
    editing?.control?.id === control.id ? (
      editor
    ) : (
      <Entry
        control={control}
        handle={handle}
        isBusy={editing !== null}
        onEdit={() => begin(edited(control))}
        onRemove={control.system ? null : () => setLeaving(control)}
      />
    )
  return (
    <Grid gap="xl">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <Stack>
          {!isRsvp && <WhoAnswers />}
          <Answered isRsvp={isRsvp} />
          {move.error && <Failed error={move.error} />}
          <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: 'none' }} aria-label={t('form.always')}>
            {controls
              .filter(({ system }) => system)
              .map(control => (
                <li key={control.id}>{entry(control, null)}</li>
              ))}
          </Stack>
          {own.length > 0 && (
            <Sortable
              items={own}
              label={t('form.questions')}
              nameOf={({ label }) => label}
              onMove={
                editing
                  ? null
                  : moved =>
                      // Whatever is asked in it, its place is another.
                      move.mutateAsync({
                        isAsSeen: () => true,
                        patchOf: now => ({ controls: movedTo(now, moved) }),
                      })
              }
            >
              {entry}
            </Sortable>
          )}
          {editing && !editing.control && editor}
          {own.length === 0 && !editing && <Text c="dimmed">{t('form.none')}</Text>}
          <Group>
            <Menu position="bottom-start">
              <Menu.Target>
                <Button variant="light" disabled={isFull || editing !== null}>
                  {t('form.add')}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {addable.map(kind => (
                  <Menu.Item key={kind} onClick={() => begin(added(kind))}>
                    <Text size="sm" fw={600}>
                      {t(`form.kinds.${kind}.name`)}
                    </Text>
                    <Text size="xs" c="dimmed">
                      {t(`form.kinds.${kind}.story`)}
                    </Text>
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
            <Text size="sm" c="dimmed">
              {t('form.fields', { count: inputs, max: INPUTS_MAX })}
            </Text>
          </Group>
          {isFull && <Alert color="yellow">{t('form.fullStory', { max: INPUTS_MAX })}</Alert>}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <Stack gap="xs" component="section" aria-label={t('form.preview')} style={{ position: 'sticky', top: 76 }}>
          <Title order={3} size="h4">
            {t('form.preview')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('form.previewHint')}
          </Text>
          <Suspense fallback={<Waiting />}>
            <FormPreview
              title={isRsvp ? form.messages.rsvp.positiveMessages.title : form.messages.checkout.title}
              controls={shown}
            />
          </Suspense>
        </Stack>
      </Grid.Col>
      <Confirm
        opened={leaving !== null}
        title={t('form.removeTitle', { label: leaving?.label })}
        story={t('form.removeStory')}
        action={t('remove')}
        isDangerous
        isPending={remove.isPending}
        error={remove.error}
        onConfirm={() =>
          leaving &&
          remove.mutate(
            {
              // What somebody else took out already is gone, as is wanted.
              isAsSeen: now => !now.controls.some(({ id }) => id === leaving.id) || isAsSeen(now, leaving),
              patchOf: now => {
                const left = keptOf(now).filter(({ id }) => id !== leaving.id)
                return left.length < now.controls.length ? { controls: left } : null
              },
            },
            { onSuccess: () => setLeaving(null) },
          )
        }
        onClose={() => {
          remove.reset()
          setLeaving(null)
        }}
      />
    </Grid>
  )
}

/** One control in the list: what is asked, how, and what can be done with it. */
function Entry({
  control,
  handle,
  isBusy,
  onEdit,
  onRemove,
}: {
  control: DeskControl
  handle: ReactNode
  isBusy: boolean
  onEdit: () => void
  onRemove: (() => void) | null
}) {
  const { t } = useTranslation('desk')
  const kind = kindOf(control)
  const [first, second] = control.inputs
  const label = kind === 'name' ? [first?.label, second?.label].join(', ') : control.label
  const options = first?.options ?? []
  const isMandatory = kind === 'additionalGuests' ? second?.mandatory : first?.mandatory
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" align="flex-start" gap="xs">
        <Group wrap="nowrap" gap="xs" align="flex-start" miw={0} flex="1 1 200px">
          {handle}
          <Stack gap={2} miw={0}>
            <Group gap="xs">
              <Text fw={600} dir="auto" style={{ overflowWrap: 'anywhere' }}>
                {label}
              </Text>
              {isMandatory && (
                <Badge size="sm" variant="light">
                  {t('form.required')}
                </Badge>
              )}
            </Group>
            <Text size="sm" c="dimmed" lineClamp={2}>
              {[t(`form.kinds.${kind}.name`), options.slice(0, OPTIONS_SHOWN).join(', ')].filter(Boolean).join(' · ')}
              {options.length > OPTIONS_SHOWN && ` … (${options.length})`}
            </Text>
          </Stack>
        </Group>
        <Group gap={4} wrap="nowrap">
          <Button
            size="compact-sm"
            variant="default"
            disabled={isBusy}
            onClick={onEdit}
            aria-label={t('form.editOf', { label })}
          >
            {t('form.edit')}
          </Button>
          {onRemove && (
            <Button
              size="compact-sm"
              variant="subtle"
              color="red"
              disabled={isBusy}
              onClick={onRemove}
              aria-label={t('form.removeOf', { label })}
            >
              {t('remove')}
            </Button>
          )}
        </Group>
      </Group>
    </Card>
  )
}

const OPTIONS_SHOWN = 5

/** Whether the form is filled in once for an order, or for each ticket (events 4.5.19). */
function WhoAnswers() {
  const { t } = useTranslation('desk')
  const event = useEvent()
  const said = useSaid()
  const { siteId } = useSite()
  const refresh = useRefresh()
  const path = `/events/v3/events/${event.id}`
  const isEach = isEachOf(event)
  // Shown at once, and until it is known what has become of it.
  const [wanted, setWanted] = useState<'once' | 'each' | null>(null)
  const change = useSiteChange<object>('PATCH', path)
  function choose(who: 'once' | 'each'): void {
    setWanted(who)
    sendAsSeen(
      { mark: event.updatedDate, shown: isEach },
      {
        put: ifUpdatedDate =>
          change.mutateAsync({
            event: { registration: { tickets: { guestsAssignedSeparately: who === 'each' } } },
            ifUpdatedDate,
          }),
        again: async () => {
          const now = await askFor<{ event: DeskEvent }>(siteId, `${path}?fields=REGISTRATION`)
          return { mark: now.event.updatedDate, shown: isEachOf(now.event) }
        },
      },
    )
      .then(() => said())
      .catch(() => {}) // said by `change.error`
      .finally(() => setWanted(null))
  }
  return (
    <>
      <Radio.Group
        label={t('form.who')}
        value={wanted ?? (isEach ? 'each' : 'once')}
        onChange={who => choose(who === 'each' ? 'each' : 'once')}
      >
        <Stack gap={6} mt={6}>
          <Radio value="once" label={t('form.once')} description={t('form.onceHint')} />
          <Radio value="each" label={t('form.each')} description={t('form.eachHint')} />
        </Stack>
      </Radio.Group>
      {change.error && (
        <Failed
          error={change.error}
          about={{ kind: 'event', id: event.id }}
          theirs={async () => {
            await refresh()
            change.reset()
          }}
        />
      )}
    </>
  )
}

function isEachOf({ registration }: DeskEvent): boolean {
  return registration?.tickets?.guestsAssignedSeparately ?? false
}

/** How many have answered already, and what becomes of their answers (events 4.5.18). */
function Answered({ isRsvp }: { isRsvp: boolean }) {
  const { t } = useTranslation('desk')
  const { id } = useEvent()
  const { data } = useSiteQuery<{
    event: { summaries?: { tickets?: { totalOrders: number }; rsvps?: { totalCount: number } } }
  }>(`/events/v3/events/${id}?fields=DASHBOARD`)
  const { tickets, rsvps } = data?.event.summaries ?? {}
  const count = isRsvp ? rsvps?.totalCount : tickets?.totalOrders
  if (!count) return null
  return <Alert>{t(isRsvp ? 'form.answeredRsvps' : 'form.answeredOrders', { count })}</Alert>
}

/** What the API calls that which nobody has named, as far as it is shown before it is saved. */
function useOwnWords(): Readonly<Record<string, string>> {
  const { t } = useTranslation('desk')
  return Object.fromEntries(OWN_WORDS.map(name => [name, t(`form.ownWords.${name}`)]))
}

const OWN_WORDS = [
  'phone',
  'date',
  'address',
  'streetAddress',
  'city',
  'subdivision',
  'postalCode',
  'country',
  'additionalGuests',
  'guestNames',
] as const

function added(kind: AddableKind): Editing {
  const question = newQuestion(kind)
  return { control: null, saved: question, question }
}

function edited(control: DeskControl): Editing {
  const question = questionOf(control)
  return { control, saved: question, question }
}

/** Whether a control still asks what it asked. */
function isAsSeen({ controls }: DeskForm, seen: DeskControl): boolean {
  return isSame(controls.find(({ id }) => id === seen.id)?.inputs, seen.inputs)
}

/** All controls, one of them at another place; what it was to stand beside may be gone meanwhile. */
function movedTo(form: DeskForm, move: Move): Wanted[] {
  const kept = keptOf(form)
  const others = kept.filter(({ id }) => id !== move.id)
  const beside = 'beforeId' in move ? move.beforeId : move.afterId
  const at = others.findIndex(({ id }) => id === beside)
  if (at < 0 || others.length === kept.length) return kept
  return others.toSpliced('beforeId' in move ? at : at + 1, 0, { id: move.id })
}
