import {
  Alert,
  Badge,
  Button,
  Code,
  Group,
  NavLink,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDebouncedValue } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Waiting } from '../desk.tsx'
import { Failed, useProblem } from '../parts/failed.tsx'
import { useSaid } from '../parts/said.ts'
import { useUnsaved } from '../parts/unsaved.ts'
import { useMay, useSiteChange, useSiteQuery } from '../site.tsx'

type Template = {
  name: string
  revision: string
  subject: string
  body: string
  isDefault: boolean
  sendingEnabled?: boolean
}
type Templates = { language: string; languages: string[]; placeholders: string[]; templates: Template[] }
type Changed = { language: string; templates: (Partial<Record<keyof Template, unknown>> & { name: string })[] }

/** What mails say, in each language; with a preview that is filled with somebody made up. */
export function TemplatesPanel() {
  const { t, i18n } = useTranslation('desk')
  const [language, setLanguage] = useState('')
  const [name, setName] = useState('')
  const { data, error, refetch } = useSiteQuery<Templates>(
    `/boxoffice/v1/mail-templates${language ? `?language=${language}` : ''}`,
    undefined,
    { placeholderData: before => before },
  )
  if (error && !data) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  const chosen = data.templates.find(each => each.name === name) ?? data.templates[0]
  const languageNames = new Intl.DisplayNames(i18n.language, { type: 'language' })
  return (
    <Stack>
      <Select
        label={t('mails.language')}
        data={data.languages.map(value => ({ value, label: languageNames.of(value) ?? value }))}
        value={data.language}
        allowDeselect={false}
        onChange={value => setLanguage(value ?? '')}
        maw={260}
      />
      <SimpleGrid cols={{ base: 1, md: 3 }}>
        <nav aria-label={t('mails.templates')}>
          {data.templates.map(each => (
            <NavLink
              key={each.name}
              component="button"
              type="button"
              label={t(`mails.templateNames.${each.name as 'refund'}`)}
              active={each === chosen}
              {...(each === chosen && { 'aria-current': 'true' })}
              onClick={() => setName(each.name)}
              rightSection={each.isDefault ? null : <Badge variant="light">{t('mails.own')}</Badge>}
            />
          ))}
        </nav>
        {chosen && (
          <TemplateForm
            key={`${data.language} ${chosen.name}`}
            template={chosen}
            again={refetch}
            language={data.language}
            placeholders={data.placeholders}
          />
        )}
      </SimpleGrid>
    </Stack>
  )
}

function TemplateForm({
  template: { name, revision, subject, body, isDefault, sendingEnabled },
  again,
  language,
  placeholders,
}: {
  template: Template
  again: () => Promise<unknown>
  language: string
  placeholders: string[]
}) {
  const { t } = useTranslation('desk')
  const said = useSaid()
  const mayChange = useMay('UPDATE_NOTIFICATION_CONFIG')
  const change = useSiteChange<Changed>('PATCH', '/boxoffice/v1/mail-templates')
  const form = useForm({ initialValues: { subject, body } })
  // Of what stood there when somebody began to type.
  const [seen, setSeen] = useState(revision)
  useUnsaved(form.isDirty())
  // What was typed stays when the answer comes again.
  useEffect(() => {
    if (form.isDirty()) return
    setSeen(revision)
    form.setValues({ subject, body })
    form.resetDirty({ subject, body })
  }, [revision, subject, body, form])

  const save = (template: Omit<Changed['templates'][number], 'name'>) =>
    change.mutate(
      { language, templates: [{ name, ...template }] },
      {
        onSuccess: () => {
          form.resetDirty()
          said()
        },
      },
    )
  async function loadTheirs(): Promise<void> {
    await again()
    change.reset()
    // Nothing counts as typed any more, so that what they wrote is shown.
    form.resetDirty(form.values)
  }
  return (
    <>
      <form onSubmit={form.onSubmit(values => save({ ...values, revision: seen }))}>
        <Stack>
          {change.error && <Failed error={change.error} theirs={loadTheirs} />}
          {sendingEnabled !== undefined && (
            <Switch
              label={t('mails.sendingEnabled')}
              checked={sendingEnabled}
              disabled={!mayChange}
              onChange={({ currentTarget }) => save({ sendingEnabled: currentTarget.checked })}
            />
          )}
          <TextInput
            label={t('mails.subject')}
            required
            maxLength={100}
            disabled={!mayChange}
            {...form.getInputProps('subject')}
          />
          <Textarea
            label={t('mails.body')}
            required
            autosize
            minRows={8}
            maxLength={1000}
            disabled={!mayChange}
            {...form.getInputProps('body')}
          />
          <Group gap={4}>
            <Text size="sm" c="dimmed">
              {t('mails.placeholders')}
            </Text>
            {placeholders.map(each => (
              <Code key={each}>{`{{${each}}}`}</Code>
            ))}
          </Group>
          {mayChange && (
            <Group>
              <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
                {t('save')}
              </Button>
              {!isDefault && (
                <Button
                  variant="default"
                  onClick={() => {
                    form.resetDirty()
                    save({ subject: null, body: null, revision: seen })
                  }}
                >
                  {t('mails.takeBack')}
                </Button>
              )}
            </Group>
          )}
        </Stack>
      </form>
      <Preview name={name} language={language} words={form.values} />
    </>
  )
}

function Preview({
  name,
  language,
  words,
}: {
  name: string
  language: string
  words: { subject: string; body: string }
}) {
  const { t } = useTranslation('desk')
  const problemOf = useProblem()
  const [settled] = useDebouncedValue(words, 400)
  const { data, error } = useSiteQuery<{ subject: string; html: string }>(
    '/boxoffice/v1/mail-templates/preview',
    { name, language, ...settled },
    { placeholderData: before => before, enabled: settled.subject !== '' && settled.body !== '' },
  )
  return (
    <Stack gap="xs">
      <Text fw={600}>{t('mails.preview')}</Text>
      {error && <Alert color="yellow">{problemOf(error)}</Alert>}
      {data && (
        <>
          <Text>{data.subject}</Text>
          {/* Nothing in it may run, or lead away. */}
          <iframe
            title={t('mails.preview')}
            sandbox=""
            srcDoc={data.html}
            style={{
              border: '1px solid var(--mantine-color-default-border)',
              borderRadius: 8,
              height: 520,
              background: '#fff',
            }}
          />
        </>
      )}
    </Stack>
  )
}
