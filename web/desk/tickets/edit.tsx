import { Alert, Button, Group, Stack, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation, useParams } from 'wouter'
import { ApiError } from '../../shared/api.ts'
import { spellMoney } from '../../shared/money.ts'
import { Waiting } from '../desk.tsx'
import { useEvent, useEventZone } from '../events/event.tsx'
import { Clash } from '../parts/clash.tsx'
import { Failed } from '../parts/failed.tsx'
import { momentOf } from '../parts/moments.ts'
import { NothingHere } from '../parts/nothing-here.tsx'
import { useRefusedFields } from '../parts/refused-fields.ts'
import { differing, type Shape, useRevised } from '../parts/revised.ts'
import { useSaid } from '../parts/said.ts'
import { useUnsaved } from '../parts/unsaved.ts'
import { useDate } from '../parts/use-date.ts'
import { useMay, useSiteChange } from '../site.tsx'
import {
  DEFINITION_MEMBERS,
  type Definition,
  type DefinitionMember,
  type DefinitionValues,
  REFUSED_DEFINITION_FIELDS,
  valuesOf,
  wireOf,
} from './definition.ts'
import { DefinitionForm, useProblemWords } from './definition-form.tsx'
import { DeleteDefinition } from './delete.tsx'
import { usePerOrder } from './per-order.ts'
import { useDefinitions, useNumbers } from './use-definitions.ts'
import { useSeatsOf } from './use-plan.ts'

/** One definition, to be changed while it is sold and while others may change it too. */
export function EditDefinition() {
  const { definitionId } = useParams<{ definitionId: string }>()
  const { data, error, refetch } = useDefinitions()
  const [known, setKnown] = useState<Definition | null>(null)
  const found = data?.ticketDefinitions.find(({ id }) => id === definitionId) ?? null
  // What somebody else deletes stays on the screen with what was typed.
  if (found && found !== known) setKnown(found)
  const definition = found ?? (known?.id === definitionId ? known : null)
  if (error && !definition) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  if (!definition) return <NothingHere />
  return (
    <EditForm
      key={definition.id}
      stored={definition}
      isGone={!found}
      again={async () => (await refetch()).data?.ticketDefinitions.find(({ id }) => id === definitionId)}
    />
  )
}

function EditForm({
  stored,
  isGone,
  again,
}: {
  stored: Definition
  isGone: boolean
  again: () => Promise<Definition | undefined>
}) {
  const { t, i18n } = useTranslation('desk')
  const refusedFields = useRefusedFields(REFUSED_DEFINITION_FIELDS)
  const event = useEvent()
  const timeZone = useEventZone()
  const typing = { timeZone, locale: i18n.language }
  const [, go] = useLocation()
  const said = useSaid()
  const mayManage = useMay('MANAGE_TICKET_DEFINITIONS')
  const perOrder = usePerOrder()
  const problemsOf = useProblemWords()
  const numbers = useNumbers(event)(stored)
  const [isDeleting, setDeleting] = useState(false)
  const [failed, setFailed] = useState<ApiError | null>(null)
  const shape: Shape<DefinitionValues, DefinitionMember> = {
    members: DEFINITION_MEMBERS,
    wireOf: values => wireOf(values, timeZone),
  }
  const form = useForm<DefinitionValues>({ initialValues: valuesOf(stored, typing), validate: problemsOf })
  const change = useSiteChange<object>('PATCH', `/events/v3/ticket-definitions/${stored.id}`)
  const revised = useRevised({ stored, valuesOf: of => valuesOf(of, typing), shape, form, again })
  const spell = useSpelled()
  const seatsOf = useSeatsOf()
  const forget = useUnsaved(form.isDirty())

  async function save() {
    setFailed(null)
    try {
      const isSaved = await revised.send((revision, patch) =>
        change.mutateAsync({ ticketDefinition: { revision, ...patch } }),
      )
      if (!isSaved) return
      forget()
      said(t('tickets.changed', { name: form.getValues().name }))
      go('/tickets')
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      // Somebody deleted it: then it says so.
      if (error.status === 404) await again()
      setFailed(error)
      form.setErrors(refusedFields(error))
    }
  }

  const { clash } = revised
  const mine = form.getValues()
  return (
    <Stack>
      <Title order={2} size="h3" dir="auto">
        {stored.name}
      </Title>
      {isGone && <Alert color="orange">{t('tickets.gone')}</Alert>}
      <DefinitionForm
        form={form}
        numbers={numbers}
        seats={seatsOf(stored.id)}
        isCurrencyFree={false}
        perOrder={perOrder}
        mayManage={mayManage && !isGone}
        onSubmit={save}
      >
        {failed && !clash && <Failed error={failed} />}
        {clash && (
          <Clash
            changes={clash.members.map(member => ({
              name: t(`tickets.members.${member}`),
              theirs: spell(member, clash.theirs),
              mine: differing(shape, clash.before, mine).includes(member) ? spell(member, mine) : null,
            }))}
            onTheirs={revised.takeTheirs}
            onMine={revised.keepMine}
          />
        )}
        {mayManage && (
          <Group justify="space-between">
            <Group>
              <Button type="submit" loading={change.isPending} disabled={isGone || clash !== null || !form.isDirty()}>
                {t('save')}
              </Button>
              <Button variant="default" component={Link} href="/tickets">
                {t('cancel')}
              </Button>
            </Group>
            <Button variant="subtle" color="red" disabled={isGone} onClick={() => setDeleting(true)}>
              {t('tickets.delete.do')}
            </Button>
          </Group>
        )}
      </DefinitionForm>
      {isDeleting && (
        <DeleteDefinition
          definition={stored}
          numbers={numbers}
          onClose={() => setDeleting(false)}
          onDone={() => {
            forget()
            go('/tickets')
          }}
        />
      )}
    </Stack>
  )
}

/** What a form says of a member, in words. */
function useSpelled(): (member: DefinitionMember, values: DefinitionValues) => string {
  const { t, i18n } = useTranslation('desk')
  const timeZone = useEventZone()
  const { moment } = useDate(timeZone)
  const spellPeriod = (typed: string, key: 'from' | 'until') => {
    const at = momentOf(typed, timeZone)
    return at === null ? null : t(`tickets.period.${key}`, { moment: moment(at) })
  }
  return (member, values) => {
    switch (member) {
      case 'pricingMethod':
        return spellPrice(values)
      case 'initialLimit':
        return values.isLimited ? values.limit : t('tickets.unlimited')
      case 'salePeriod':
        return [spellPeriod(values.saleStart, 'from'), spellPeriod(values.saleEnd, 'until')].filter(Boolean).join(' ')
      case 'hidden':
        return values.hidden ? t('tickets.sale.hidden') : t('tickets.visible')
      case 'feeType':
        return values.feeType === 'NO_FEE' ? t('off') : t(`tickets.form.feeType.${values.feeType}.name`)
      default:
        return values[member]
    }
  }

  function spellPrice({ pricing, price, options, currency }: DefinitionValues): string {
    const spell = (value: string) =>
      /^\d+([.,]\d+)?$/.test(value) ? spellMoney({ value: value.replace(',', '.'), currency }, i18n.language) : value
    if (pricing === 'FREE') return t('tickets.free')
    if (pricing === 'OPTIONS') return options.map(each => `${each.name} ${spell(each.price)}`).join(', ')
    if (pricing === 'GUEST') return t('tickets.guestPriceFrom', { price: spell(price || '0') })
    return spell(price)
  }
}
