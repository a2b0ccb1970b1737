import { Button, Group, Stack, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { Waiting } from '../desk.tsx'
import { useEvent, useEventZone } from '../events/event.tsx'
import { Failed } from '../parts/failed.tsx'
import { useRefusedFields } from '../parts/refused-fields.ts'
import { useSaid } from '../parts/said.ts'
import { useUnsaved } from '../parts/unsaved.ts'
import { useParam } from '../parts/use-param.ts'
import { useMay, useSiteChange, useSiteQuery } from '../site.tsx'
import {
  currencyOf,
  type Definition,
  type DefinitionValues,
  emptyDefinition,
  NAME_MAX,
  newOption,
  REFUSED_DEFINITION_FIELDS,
  valuesOf,
  wireOf,
} from './definition.ts'
import { DefinitionForm, useProblemWords } from './definition-form.tsx'
import { usePerOrder } from './per-order.ts'
import { useDefinitions } from './use-definitions.ts'

/** A definition of nothing, or of another one's values (`?from=`), which nothing is sold of until it is saved. */
export function NewDefinition() {
  const { data, error, refetch } = useDefinitions()
  const { data: site } = useSiteQuery<{ site: { currency: string } }>('/boxoffice/v1/site')
  const [from] = useParam('from')
  if (error && !data) return <Failed error={error} again={refetch} />
  if (!data || !site) return <Waiting />
  const { ticketDefinitions } = data
  return (
    <NewForm
      original={ticketDefinitions.find(({ id }) => id === from) ?? null}
      others={ticketDefinitions}
      siteCurrency={site.site.currency}
    />
  )
}

function NewForm({
  original,
  others,
  siteCurrency,
}: {
  original: Definition | null
  others: readonly Definition[]
  siteCurrency: string
}) {
  const { t, i18n } = useTranslation('desk')
  const refusedFields = useRefusedFields(REFUSED_DEFINITION_FIELDS)
  const { id: eventId, registration } = useEvent()
  const timeZone = useEventZone()
  const [, go] = useLocation()
  const said = useSaid()
  const mayManage = useMay('MANAGE_TICKET_DEFINITIONS')
  const problemsOf = useProblemWords()
  const perOrder = usePerOrder()
  const [sibling] = others
  const currency = sibling ? currencyOf(sibling) : registration?.tickets?.currency || siteCurrency
  const form = useForm<DefinitionValues>({
    initialValues: original
      ? copyOf(valuesOf(original, { timeZone, locale: i18n.language }), name => t('tickets.copyOf', { name }))
      : emptyDefinition(currency),
    validate: problemsOf,
  })
  const create = useSiteChange<object>('POST', '/events/v3/ticket-definitions')
  const forget = useUnsaved(form.isDirty())

  return (
    <Stack>
      <Title order={2} size="h3">
        {original ? t('tickets.copyTitle', { name: original.name }) : t('tickets.newTitle')}
      </Title>
      <DefinitionForm
        form={form}
        numbers={null}
        seats={null}
        isCurrencyFree={!sibling}
        perOrder={perOrder}
        mayManage={mayManage}
        onSubmit={() =>
          create.mutate(
            { ticketDefinition: { eventId, ...wireOf(form.values, timeZone) } },
            {
              onSuccess: () => {
                forget()
                said(t('tickets.created', { name: form.values.name }))
                go('/tickets')
              },
              onError: refused => form.setErrors(refusedFields(refused)),
            },
          )
        }
      >
        {create.error && <Failed error={create.error} />}
        <Group>
          <Button type="submit" loading={create.isPending}>
            {t('tickets.create')}
          </Button>
          <Button variant="default" component={Link} href="/tickets">
            {t('cancel')}
          </Button>
        </Group>
      </DefinitionForm>
    </Stack>
  )
}

/** The same under another name, and with options of its own. */
function copyOf(values: DefinitionValues, named: (name: string) => string): DefinitionValues {
  const name = named(values.name)
  return {
    ...values,
    name: name.length <= NAME_MAX ? name : values.name,
    options: values.options.map(option => ({ ...option, key: newOption().key })),
  }
}
