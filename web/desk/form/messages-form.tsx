import { Accordion, Button, Group, Stack, Text, Textarea, TextInput, Title } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Confirm } from '../parts/confirm.tsx'
import { Failed } from '../parts/failed.tsx'
import { useSaid } from '../parts/said.ts'
import { useUnsaved } from '../parts/unsaved.ts'
import { changeOf, GROUPS, isShownByUs, type Messages, type Texts, textsOf } from './messages.ts'
import { useFormChange } from './whole.ts'

/** What guests read around the form: buttons, thanks, and what is said when nobody can come any more. */
export function MessagesForm({ path, messages, isRsvp }: { path: string; messages: Messages; isRsvp: boolean }) {
  const { t } = useTranslation('desk')
  const said = useSaid()
  const stored = textsOf(messages)
  // Only what somebody typed, each beside what stood there then.
  const [typed, setTyped] = useState<Texts>({})
  const [before, setBefore] = useState<Texts>({})
  const [goingBack, setGoingBack] = useState<string | null>(null)
  const dirty = Object.keys(typed).filter(each => typed[each] !== stored[each])
  useUnsaved(dirty.length > 0)

  const { change: save, latest } = useFormChange(path)

  /** What is typed over somebody else's words is shown to the person first. */
  function send(patch: { messages?: object; fields: string[] }, onSaved: () => void): void {
    save.mutate(
      {
        isAsSeen: form => {
          const theirs = textsOf(form.messages)
          return !dirty.some(each => theirs[each] !== before[each] && theirs[each] !== typed[each])
        },
        patchOf: () => patch,
      },
      {
        onSuccess: () => {
          onSaved()
          said()
        },
      },
    )
  }

  function type(at: string, text: string): void {
    if (!(at in typed)) setBefore({ ...before, [at]: stored[at] ?? '' })
    setTyped({ ...typed, [at]: text })
  }

  function forget(): void {
    setTyped({})
    setBefore({})
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    send(changeOf(typed, dirty), forget)
  }

  const groups = GROUPS.filter(({ of }) => of === null || of === (isRsvp ? 'RSVP' : 'TICKETING'))
  return (
    <Stack component="section" aria-label={t('form.messages.title')} mt="lg" maw={720}>
      <Title order={2} size="h3">
        {t('form.messages.title')}
      </Title>
      <Text c="dimmed">{t('form.messages.story')}</Text>
      <form onSubmit={submit}>
        <Stack>
          <Accordion variant="separated" multiple order={3}>
            {groups.map(({ name, fields }) => (
              <Accordion.Item key={name} value={name}>
                <Accordion.Control>{t(`form.messages.groups.${name}`)}</Accordion.Control>
                <Accordion.Panel>
                  <Stack gap="sm" maw={560}>
                    {fields.map(({ path: at, name: field, lengthMax }) => {
                      const text = typed[at] ?? stored[at] ?? ''
                      const Input = lengthMax > 150 ? Textarea : TextInput
                      return (
                        <Input
                          key={at}
                          label={t(`form.messages.fields.${field}`)}
                          maxLength={lengthMax}
                          value={text}
                          onChange={({ target }) => type(at, target.value)}
                          {...(text.length > lengthMax * 0.8
                            ? { description: t('form.length', { count: text.length, max: lengthMax }) }
                            : !isShownByUs(at) && { description: t('form.messages.elsewhere') })}
                        />
                      )
                    })}
                    <Button variant="subtle" size="compact-sm" w="fit-content" onClick={() => setGoingBack(name)}>
                      {t('form.messages.ours')}
                    </Button>
                  </Stack>
                </Accordion.Panel>
              </Accordion.Item>
            ))}
          </Accordion>
          {save.error && goingBack === null && (
            <Failed
              error={save.error}
              theirs={async () => {
                forget()
                save.reset()
                await latest()
              }}
            />
          )}
          <Group>
            <Button type="submit" loading={save.isPending} disabled={dirty.length === 0}>
              {t('form.messages.save')}
            </Button>
          </Group>
        </Stack>
      </form>
      <Confirm
        opened={goingBack !== null}
        title={t('form.messages.oursTitle')}
        story={t('form.messages.oursStory')}
        action={t('form.messages.ours')}
        isPending={save.isPending}
        error={goingBack === null ? null : save.error}
        onConfirm={() => {
          const fields = groups.find(({ name }) => name === goingBack)?.fields ?? []
          const paths = fields.map(each => each.path)
          send({ fields: paths.map(each => `messages.${each}`) }, () => {
            setTyped(Object.fromEntries(Object.entries(typed).filter(([each]) => !paths.includes(each))))
            setGoingBack(null)
          })
        }}
        onClose={() => {
          save.reset()
          setGoingBack(null)
        }}
      />
    </Stack>
  )
}
