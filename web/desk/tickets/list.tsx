import { Anchor, Badge, Box, Button, Card, Group, Menu, Stack, Text, Tooltip } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { Waiting } from '../desk.tsx'
import { type DeskEvent, useEvent, useEventZone } from '../events/event.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { MoreActions } from '../parts/more-actions.tsx'
import { useSaid } from '../parts/said.ts'
import { type Move, Sortable } from '../parts/sortable.tsx'
import { useDate } from '../parts/use-date.ts'
import { useMay, useSiteChange, useSiteQuery } from '../site.tsx'
import { ChangeCurrency } from './change-currency.tsx'
import { currencyOf, DEFINITIONS_MAX, type Definition } from './definition.ts'
import { DeleteDefinition } from './delete.tsx'
import styles from './list.module.css'
import { usePriceWords } from './price-words.ts'
import { type Sale, saleOf } from './sale.ts'
import { type Numbers, useDefinitions, useNumbers } from './use-definitions.ts'

type Waiters = { ticketDefinitionId: string; opening: number; return: number }

/** What the event sells, in the order in which guests see it, and how it sells right now. */
export function DefinitionList() {
  const { t } = useTranslation('desk')
  const event = useEvent()
  const said = useSaid()
  const mayManage = useMay('MANAGE_TICKET_DEFINITIONS')
  const { data, error, refetch } = useDefinitions()
  const { data: waiting } = useSiteQuery<{ saleOpenings: Waiters[] }>(
    `/boxoffice/v1/sale-openings?eventId=${event.id}`,
    undefined,
    { enabled: useMay('READ_EVENT_DASHBOARD') },
  )
  const numbersOf = useNumbers(event)
  const reorder = useSiteChange<Record<string, string>>('POST', '/events/v3/ticket-definitions/reorder')
  const hide = useSiteChange<{ id: string; ticketDefinition: { revision: string; hidden: boolean } }>(
    'PATCH',
    ({ id }) => `/events/v3/ticket-definitions/${id}`,
  )
  const [deleting, setDeleting] = useState<Definition | null>(null)
  const [isChangingCurrency, setChangingCurrency] = useState(false)
  if (error && !data) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  const { ticketDefinitions: definitions } = data
  const isFull = definitions.length >= DEFINITIONS_MAX
  const [first] = definitions

  const move = (to: Move) =>
    reorder.mutateAsync({
      eventId: event.id,
      ticketDefinitionId: to.id,
      ...('beforeId' in to ? { beforeDefinitionId: to.beforeId } : { afterDefinitionId: to.afterId }),
    })

  return (
    <Stack>
      <Group justify="space-between">
        <Totals numbers={definitions.map(numbersOf)} />
        {mayManage && (
          <Group gap="xs">
            {first && (
              <Button variant="default" onClick={() => setChangingCurrency(true)}>
                {t('tickets.currency.do', { currency: currencyOf(first) })}
              </Button>
            )}
            <Tooltip label={t('tickets.full', { count: DEFINITIONS_MAX })} disabled={!isFull}>
              {isFull ? (
                <Button data-disabled>{t('tickets.add')}</Button>
              ) : (
                <Button component={Link} href="/tickets/new">
                  {t('tickets.add')}
                </Button>
              )}
            </Tooltip>
          </Group>
        )}
      </Group>
      {error && <Failed error={error} again={refetch} />}
      {reorder.error && <Failed error={reorder.error} again={refetch} />}
      {hide.error && <Failed error={hide.error} again={refetch} />}
      {definitions.length === 0 && (
        <Empty title={t('tickets.none.title')} story={t('tickets.none.story')}>
          {mayManage && (
            <Button component={Link} href="/tickets/new" mt="sm">
              {t('tickets.none.do')}
            </Button>
          )}
        </Empty>
      )}
      {definitions.length > 0 && (
        <Sortable
          items={definitions}
          label={t('tickets.list')}
          nameOf={({ name }) => name}
          onMove={mayManage ? move : null}
        >
          {(definition, handle) => (
            <Entry
              definition={definition}
              event={event}
              numbers={numbersOf(definition)}
              waiting={waiting?.saleOpenings.find(({ ticketDefinitionId }) => ticketDefinitionId === definition.id)}
              handle={handle}
              mayManage={mayManage}
              mayAdd={!isFull}
              onHide={hidden =>
                hide.mutate(
                  { id: definition.id, ticketDefinition: { revision: definition.revision, hidden } },
                  { onSuccess: () => said() },
                )
              }
              onDelete={() => setDeleting(definition)}
            />
          )}
        </Sortable>
      )}
      {deleting && (
        <DeleteDefinition definition={deleting} numbers={numbersOf(deleting)} onClose={() => setDeleting(null)} />
      )}
      {isChangingCurrency && first && (
        <ChangeCurrency currency={currencyOf(first)} onClose={() => setChangingCurrency(false)} />
      )}
    </Stack>
  )
}

function Entry({
  definition,
  event,
  numbers,
  waiting,
  handle,
  mayManage,
  mayAdd,
  onHide,
  onDelete,
}: {
  definition: Definition
  event: DeskEvent
  numbers: Numbers
  waiting: Waiters | undefined
  handle: ReactNode
  mayManage: boolean
  mayAdd: boolean
  onHide: (hidden: boolean) => void
  onDelete: () => void
}) {
  const { t } = useTranslation('desk')
  const priceOf = usePriceWords()
  const { name } = definition
  return (
    <Card withBorder padding="sm">
      <Group wrap="nowrap" align="flex-start" gap="xs">
        {handle}
        <div className={styles.entry}>
          <div className={styles.name}>
            <Anchor component={Link} href={`/tickets/${definition.id}`} fw={600} dir="auto">
              {name}
            </Anchor>
            <Text size="sm" c="dimmed">
              {priceOf(definition)}
            </Text>
          </div>
          <div className={styles.sale}>
            <SaleBadge sale={saleOf(definition, numbers, event)} />
            {waiting && waiting.opening > 0 && (
              <Text size="sm">{t('tickets.waitOpening', { count: waiting.opening })}</Text>
            )}
            {waiting && waiting.return > 0 && (
              <Text size="sm">{t('tickets.waitReturn', { count: waiting.return })}</Text>
            )}
          </div>
          <NumbersOf numbers={numbers} />
        </div>
        {mayManage && (
          <MoreActions label={t('tickets.actionsOf', { name })}>
            <Menu.Item component={Link} href={`/tickets/${definition.id}`}>
              {t('tickets.edit')}
            </Menu.Item>
            {mayAdd && (
              <Menu.Item component={Link} href={`/tickets/new?from=${definition.id}`}>
                {t('tickets.copy')}
              </Menu.Item>
            )}
            <Menu.Item onClick={() => onHide(!definition.hidden)}>
              {definition.hidden ? t('tickets.show') : t('tickets.hide')}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item color="red" onClick={onDelete}>
              {t('tickets.delete.do')}
            </Menu.Item>
          </MoreActions>
        )}
      </Group>
    </Card>
  )
}

const COLOURS: Record<Sale['key'], string> = {
  on: 'green',
  onUntil: 'green',
  scheduled: 'indigo',
  allHeld: 'yellow',
  soldOut: 'orange',
  paused: 'orange',
  canceled: 'red',
  over: 'gray',
  ended: 'gray',
  hidden: 'gray',
  draft: 'gray',
}

function SaleBadge({ sale }: { sale: Sale }) {
  const { t } = useTranslation('desk')
  const { moment } = useDate(useEventZone())
  return (
    <Badge variant="light" color={COLOURS[sale.key]} tt="none" size="lg" className={styles.badge}>
      {sale.moment === undefined
        ? t(`tickets.sale.${sale.key}`)
        : t(`tickets.sale.${sale.key}`, { moment: moment(sale.moment) })}
    </Badge>
  )
}

/** Sold, held and left, in numbers and as a bar. */
function NumbersOf({ numbers: { sold, held, left } }: { numbers: Numbers }) {
  const { t, i18n } = useTranslation('desk')
  const spelled = new Intl.NumberFormat(i18n.language)
  const all = sold + held + (left ?? 0)
  const share = (count: number) => (all === 0 ? '0%' : `${(count / all) * 100}%`)
  return (
    <div className={styles.numbers}>
      <dl>
        {(
          [
            ['sold', spelled.format(sold)],
            ['held', spelled.format(held)],
            ['left', left === null ? t('tickets.unlimited') : spelled.format(left)],
          ] as const
        ).map(([name, count]) => (
          <div key={name}>
            <dt>{t(`tickets.${name}`)}</dt>
            <dd>{count}</dd>
          </div>
        ))}
      </dl>
      {left !== null && (
        <div className={styles.bar} aria-hidden="true">
          <Box w={share(sold)} bg="indigo.6" />
          <Box w={share(held)} bg="yellow.5" />
        </div>
      )}
    </div>
  )
}

function Totals({ numbers }: { numbers: readonly Numbers[] }) {
  const { t } = useTranslation('desk')
  if (numbers.length < 2) return <span />
  const sumOf = (of: (each: Numbers) => number) => numbers.reduce((sum, each) => sum + of(each), 0)
  const sold = sumOf(each => each.sold)
  const held = sumOf(each => each.held)
  const left = sumOf(each => each.left ?? 0)
  return (
    <Text>
      {numbers.some(each => each.left === null)
        ? t('tickets.totalsUnlimited', { sold, held })
        : t('tickets.totals', { sold, held, left })}
    </Text>
  )
}
