import { Alert, Stack, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useParams } from 'wouter'
import { ApiError } from '../../shared/api.ts'
import { Waiting } from '../desk.tsx'
import { useEvent } from '../events/event.tsx'
import { Clash } from '../parts/clash.tsx'
import { Failed } from '../parts/failed.tsx'
import { HtmlField, textOfHtml } from '../parts/html-field.tsx'
import { NothingHere } from '../parts/nothing-here.tsx'
import { type RefusedFields, useRefusedFields } from '../parts/refused-fields.ts'
import { differing, type Shape, useRevised } from '../parts/revised.ts'
import { useSaid } from '../parts/said.ts'
import { SaveOrCancel } from '../parts/save-or-cancel.tsx'
import { useUnsaved } from '../parts/unsaved.ts'
import { useMay, useSiteChange } from '../site.tsx'
import { type Policy, usePolicies } from './use-policies.ts'

type PolicyValues = { name: string; body: string }

const NAME_MAX = 40
const BODY_MAX = 50_000
/** Of two texts that differ so much is shown. */
const SHOWN_MAX = 300

const SHAPE: Shape<PolicyValues, keyof PolicyValues> = {
  members: { name: ['name'], body: ['body'] },
  wireOf: ({ name, body }) => ({ name: name.trim(), body }),
}

function valuesOf({ name, body }: Policy): PolicyValues {
  return { name, body }
}

export function NewPolicy() {
  const { t } = useTranslation('desk')
  const refusedFields = useRefusedFields(REFUSED)
  const { id: eventId } = useEvent()
  const [, go] = useLocation()
  const said = useSaid()
  const mayManage = useMay('MANAGE_POLICIES')
  const form = usePolicyForm({ name: '', body: '' })
  const create = useSiteChange<object>('POST', '/events/v2/policies')
  const forget = useUnsaved(form.isDirty())
  return (
    <PolicyForm
      title={t('policies.newTitle')}
      form={form}
      isLocked={false}
      onSubmit={() =>
        create.mutate(
          { policy: { eventId, ...SHAPE.wireOf(form.getValues()) } },
          {
            onSuccess: () => {
              forget()
              said()
              go('/policies')
            },
            onError: refused => form.setErrors(refusedFields(refused)),
          },
        )
      }
    >
      {create.error && <Failed error={create.error} />}
      <SaveOrCancel back="/policies" maySave={mayManage} isPending={create.isPending} />
    </PolicyForm>
  )
}

export function EditPolicy() {
  const { policyId } = useParams<{ policyId: string }>()
  const { data, error, refetch } = usePolicies()
  const [known, setKnown] = useState<Policy | null>(null)
  const found = data?.policies.find(({ id }) => id === policyId) ?? null
  // What somebody else removes stays on the screen with what was typed.
  if (found && found !== known) setKnown(found)
  const policy = found ?? (known?.id === policyId ? known : null)
  if (error && !policy) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  if (!policy) return <NothingHere />
  return (
    <EditForm
      key={policy.id}
      stored={policy}
      isGone={!found}
      again={async () => (await refetch()).data?.policies.find(({ id }) => id === policyId)}
    />
  )
}

function EditForm({
  stored,
  isGone,
  again,
}: {
  stored: Policy
  isGone: boolean
  again: () => Promise<Policy | undefined>
}) {
  const { t } = useTranslation('desk')
  const refusedFields = useRefusedFields(REFUSED)
  const [, go] = useLocation()
  const said = useSaid()
  const [failed, setFailed] = useState<ApiError | null>(null)
  const mayManage = useMay('MANAGE_POLICIES')
  const form = usePolicyForm(valuesOf(stored))
  const change = useSiteChange<object>('PATCH', `/events/v2/policies/${stored.id}`)
  const revised = useRevised({ stored, valuesOf, shape: SHAPE, form, again })
  const forget = useUnsaved(form.isDirty())
  const { clash } = revised

  async function save() {
    setFailed(null)
    try {
      const isSaved = await revised.send((revision, patch) => change.mutateAsync({ policy: { revision, ...patch } }))
      if (!isSaved) return
      forget()
      said()
      go('/policies')
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      // Somebody deleted it: then it says so.
      if (error.status === 404) await again()
      setFailed(error)
      form.setErrors(refusedFields(error))
    }
  }

  const spell = (member: keyof PolicyValues, values: PolicyValues) =>
    member === 'body' ? textOfHtml(values.body).slice(0, SHOWN_MAX) : values.name
  return (
    <PolicyForm title={stored.name} form={form} isLocked={isGone} onSubmit={save}>
      {isGone && <Alert color="orange">{t('policies.gone')}</Alert>}
      {failed && !clash && <Failed error={failed} />}
      {clash && (
        <Clash
          changes={clash.members.map(member => ({
            name: t(`policies.members.${member}`),
            theirs: spell(member, clash.theirs),
            mine: differing(SHAPE, clash.before, form.values).includes(member) ? spell(member, form.values) : null,
          }))}
          onTheirs={revised.takeTheirs}
          onMine={revised.keepMine}
        />
      )}
      <SaveOrCancel
        back="/policies"
        maySave={mayManage}
        isPending={change.isPending}
        isDisabled={isGone || clash !== null || !form.isDirty()}
      />
    </PolicyForm>
  )
}

function usePolicyForm(initialValues: PolicyValues) {
  const { t } = useTranslation('desk')
  return useForm<PolicyValues>({
    initialValues,
    validate: {
      name: name => (name.trim() === '' ? t('field.needed') : null),
      body: body =>
        textOfHtml(body) === ''
          ? t('field.needed')
          : body.length > BODY_MAX
            ? t('policies.tooLong', { count: BODY_MAX })
            : null,
    },
  })
}

const REFUSED: RefusedFields = { fieldOf: path => path.replace('policy.', '') }

function PolicyForm({
  title,
  form,
  isLocked,
  onSubmit,
  children,
}: {
  title: string
  form: ReturnType<typeof usePolicyForm>
  isLocked: boolean
  onSubmit: () => void
  children: ReactNode
}) {
  const { t } = useTranslation('desk')
  const mayManage = useMay('MANAGE_POLICIES') && !isLocked
  return (
    <form onSubmit={form.onSubmit(onSubmit)} noValidate>
      <Stack maw={720}>
        <Title order={2} size="h3" dir="auto">
          {title}
        </Title>
        <TextInput
          label={t('policies.nameLabel')}
          description={t('policies.nameHint')}
          required
          maxLength={NAME_MAX}
          disabled={!mayManage}
          {...form.getInputProps('name')}
        />
        <HtmlField
          label={t('policies.body')}
          description={t('policies.bodyHint')}
          value={form.values.body}
          error={form.errors.body}
          disabled={!mayManage}
          onChange={body => form.setFieldValue('body', body)}
        />
        {children}
      </Stack>
    </form>
  )
}
