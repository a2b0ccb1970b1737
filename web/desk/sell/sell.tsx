import {
  Alert,
  Badge,
  Button,
  Card,
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Title,
} from '@mantine/core'
import { useFullscreenElement } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  type Basket,
  countOf,
  countOfDefinition,
  currencyOf,
  type Line,
  nameOfPlace,
  PER_ORDER_MAX,
  type Prices,
  pricesOf,
  quantityOf,
  type Sellable,
  sectionsOf,
  totalOf,
  typedPriceOf,
  withQuantity,
} from '../../shared/basket.ts'
import { spellMoney } from '../../shared/money.ts'
import { Waiting } from '../desk.tsx'
import { useEvent } from '../events/event.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { MoneyField } from '../parts/money-field.tsx'
import { useUnsaved } from '../parts/unsaved.ts'
import { useParam } from '../parts/use-param.ts'
import { useMay, useSite, useSiteQuery } from '../site.tsx'
import { Counter } from './counter.tsx'
import { ForSomebody } from './for-somebody.tsx'
import { RecentSales } from './recent.tsx'

/** The box office: tickets for whoever stands at the counter, and for people who are known by name. */
export default function SellTab() {
  const { t } = useTranslation('desk')
  const { id: eventId, status } = useEvent()
  const { data, error, refetch } = useSiteQuery<{ ticketDefinitions: Sellable[] }>(
    '/events/v3/ticket-definitions/query',
    {
      query: { filter: { eventId }, sort: [{ fieldName: 'sortIndex', order: 'ASC' }], paging: { limit: 100 } },
      fields: ['SALES_DETAILS', 'SEATING_DETAILS'],
    },
    { refetchInterval: 15_000 },
  )
  if (error && !data) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  if (status === 'DRAFT' || status === 'CANCELED') return <Alert>{t(`sell.not.${status}`)}</Alert>
  if (data.ticketDefinitions.length === 0) return <Empty title={t('sell.none')} story={t('sell.noneStory')} />
  return <BoxOffice definitions={data.ticketDefinitions} />
}

function BoxOffice({ definitions }: { definitions: readonly Sellable[] }) {
  const { t, i18n } = useTranslation('desk')
  const { registration } = useEvent()
  const { ref, toggle, fullscreen } = useFullscreenElement()
  // Who comes back to orders for names that were begun sees these.
  const [jobId] = useParam('job')
  const [mode, setMode] = useState(jobId ? 'somebody' : 'counter')
  const [basket, setBasket] = useState<Basket>([])
  const [prices, setPrices] = useState<Prices>({})
  const currency = registration?.tickets?.currency ?? currencyOf(definitions)
  const total = totalOf(basket, definitions, prices, currency)
  const count = countOf(basket)
  // For names it goes on without the page; what is typed of them asks by itself.
  useUnsaved(count > 0 && mode === 'counter')
  const queries = useQueryClient()
  const { siteId } = useSite()
  const clear = () => {
    setBasket([])
    setPrices({})
    queries.invalidateQueries({ queryKey: [siteId] })
  }
  const order = { basket, prices, definitions, currency }
  return (
    <Stack ref={ref} bg="var(--mantine-color-body)" p={fullscreen ? 'md' : 0} style={{ overflow: 'auto' }}>
      <Group justify="space-between">
        <SegmentedControl
          aria-label={t('sell.mode')}
          value={mode}
          onChange={setMode}
          data={[
            { value: 'counter', label: t('sell.counter') },
            { value: 'somebody', label: t('sell.somebody') },
          ]}
        />
        <Button variant="default" onClick={toggle}>
          {fullscreen ? t('sell.window') : t('sell.fullscreen')}
        </Button>
      </Group>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Stack component="section" aria-label={t('tabs.tickets')}>
          {definitions.map(definition => (
            <DefinitionCard
              key={definition.id}
              definition={definition}
              basket={basket}
              onBasket={setBasket}
              typed={prices[definition.id] ?? ''}
              onTyped={typed => setPrices(before => ({ ...before, [definition.id]: typed }))}
              currency={currency}
              room={PER_ORDER_MAX - count}
            />
          ))}
        </Stack>
        <Stack component="section" aria-label={t('sell.order')}>
          <Group justify="space-between" align="baseline">
            <Title order={2} size="h3">
              {t('sell.count', { count })}
            </Title>
            <Text size="xl" fw={700} aria-live="polite">
              {total ? spellMoney(total, i18n.language) : '–'}
            </Text>
          </Group>
          {count > 0 && !total && <Text c="red">{t('sell.priceMissing')}</Text>}
          {mode === 'counter' ? (
            <Counter order={order} isReady={count > 0 && total !== null} onDone={clear} />
          ) : (
            <ForSomebody order={order} isReady={count > 0 && total !== null} />
          )}
          <RecentSales />
        </Stack>
      </SimpleGrid>
    </Stack>
  )
}

function DefinitionCard({
  definition,
  basket,
  onBasket,
  typed,
  onTyped,
  currency,
  room,
}: {
  definition: Sellable
  basket: Basket
  onBasket: (basket: Basket) => void
  typed: string
  onTyped: (typed: string) => void
  currency: string
  room: number
}) {
  const { t, i18n } = useTranslation('desk')
  const mayBypass = useMay('BYPASS_SALE_RULES')
  const { id, name, hidden, saleStatus, pricingMethod, salesDetails, seatingDetails } = definition
  const { guestPrice, pricingOptions } = pricingMethod
  const unsold = salesDetails?.unsoldCount
  const wanted = countOfDefinition(basket, id)
  const left = unsold === undefined ? room : Math.min(room, unsold - wanted)
  const isTyped = guestPrice !== undefined || typed !== ''
  return (
    <Card withBorder padding="md">
      <Stack gap="sm">
        <Group justify="space-between">
          <Group gap="xs">
            <Text fw={600}>{name}</Text>
            {hidden && <Badge variant="light">{t('sell.hidden')}</Badge>}
            {saleStatus !== 'SALE_STARTED' && (
              <Badge variant="light" color="orange">
                {t(`sell.saleStatus.${saleStatus}`)}
              </Badge>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            {salesDetails?.soldOut ? t('sell.soldOut') : unsold !== undefined && t('sell.left', { count: unsold })}
          </Text>
        </Group>
        {seatingDetails ? (
          <Places definition={definition} basket={basket} onBasket={onBasket} room={left} />
        ) : (
          pricesOf(definition).map(({ optionId, label, price }) => {
            const key = { definitionId: id, optionId, placeId: null }
            const quantity = quantityOf(basket, key)
            return (
              <Group key={optionId} justify="space-between" wrap="nowrap">
                <Text>
                  {pricingOptions ? label : ''}{' '}
                  {!isTyped && (pricingMethod.free ? t('sell.free') : price && spellMoney(price, i18n.language))}
                </Text>
                <Group gap={4} wrap="nowrap">
                  <Button
                    variant="default"
                    aria-label={t('sell.less', { name: label })}
                    disabled={quantity === 0}
                    onClick={() => onBasket(withQuantity(basket, key, quantity - 1))}
                  >
                    −
                  </Button>
                  <NumberInput
                    aria-label={t('sell.quantity', { name: label })}
                    value={quantity}
                    min={0}
                    max={quantity + Math.max(0, left)}
                    clampBehavior="strict"
                    allowDecimal={false}
                    allowNegative={false}
                    hideControls
                    w={64}
                    styles={{ input: { textAlign: 'center' } }}
                    onChange={value => onBasket(withQuantity(basket, key, Number(value) || 0))}
                  />
                  <Button
                    variant="default"
                    aria-label={t('sell.more', { name: label })}
                    disabled={left <= 0}
                    onClick={() => onBasket(withQuantity(basket, key, quantity + 1))}
                  >
                    +
                  </Button>
                </Group>
              </Group>
            )
          })
        )}
        {(guestPrice || mayBypass) && wanted > 0 && (
          <MoneyField
            label={guestPrice ? t('sell.guestPrice') : t('sell.priceOverride')}
            description={
              guestPrice
                ? t('sell.atLeast', { price: spellMoney(guestPrice, i18n.language) })
                : t('sell.priceOverrideHint')
            }
            currency={currency}
            value={typed}
            onChange={({ currentTarget }) => onTyped(currentTarget.value)}
            error={
              (typed !== '' || guestPrice) && !typedPriceOf(definition, typed, currency) ? t('sell.noPrice') : null
            }
            maw={260}
          />
        )}
      </Stack>
    </Card>
  )
}

/** Places that can still be had, by section and row, found by typing; each one that is taken stands below. */
function Places({
  definition,
  basket,
  onBasket,
  room,
}: {
  definition: Sellable
  basket: Basket
  onBasket: (basket: Basket) => void
  room: number
}) {
  const { t } = useTranslation('desk')
  const { id, name, seatingDetails } = definition
  const places = seatingDetails?.places ?? []
  const taken = basket.filter(each => each.definitionId === id)
  const free = places.filter(({ placeId }) => !taken.some(each => each.placeId === placeId))
  const optionId = pricesOf(definition)[0]?.optionId ?? null
  return (
    <Stack gap="xs">
      <Select
        label={t('sell.place', { name })}
        placeholder={t('sell.placeHint')}
        data={sectionsOf(free).map(({ section, elements }) => ({
          group: section || name,
          items: elements.flatMap(each =>
            each.places.map(place => ({ value: place.placeId, label: nameOfPlace(place) })),
          ),
        }))}
        searchable
        limit={50}
        value={null}
        disabled={room <= 0}
        onChange={placeId => placeId && onBasket(withQuantity(basket, { definitionId: id, optionId, placeId }, 1))}
      />
      {taken.map(line => (
        <TakenPlace
          key={`${line.placeId} ${line.optionId}`}
          definition={definition}
          line={line}
          basket={basket}
          onBasket={onBasket}
        />
      ))}
    </Stack>
  )
}

/** A place that was picked: for how many where it has room for many, and at which of several prices. */
function TakenPlace({
  definition,
  line,
  basket,
  onBasket,
}: {
  definition: Sellable
  line: Line
  basket: Basket
  onBasket: (basket: Basket) => void
}) {
  const { t, i18n } = useTranslation('desk')
  const place = definition.seatingDetails?.places.find(each => each.placeId === line.placeId)
  const name = place ? nameOfPlace(place) : (line.placeId ?? '')
  const capacity = place?.availableCapacity ?? 1
  const prices = pricesOf(definition)
  return (
    <Group justify="space-between">
      <Text>{name}</Text>
      <Group gap={4}>
        {prices.length > 1 && (
          <Select
            aria-label={t('sell.priceOf', { name })}
            data={prices.flatMap(({ optionId, label, price }) =>
              optionId === null
                ? []
                : [
                    {
                      value: optionId,
                      label: [label, price && spellMoney(price, i18n.language)].filter(Boolean).join(' · '),
                    },
                  ],
            )}
            value={line.optionId}
            allowDeselect={false}
            w={200}
            onChange={optionId =>
              onBasket(withQuantity(withQuantity(basket, line, 0), { ...line, optionId }, line.quantity))
            }
          />
        )}
        {capacity > 1 && (
          <NumberInput
            aria-label={t('sell.quantity', { name })}
            value={line.quantity}
            min={1}
            max={Math.min(capacity, PER_ORDER_MAX)}
            clampBehavior="strict"
            w={72}
            onChange={value => onBasket(withQuantity(basket, line, Number(value) || 1))}
          />
        )}
        <Button
          variant="subtle"
          color="red"
          aria-label={t('sell.removePlace', { name })}
          onClick={() => onBasket(withQuantity(basket, line, 0))}
        >
          {t('remove')}
        </Button>
      </Group>
    </Group>
  )
}
