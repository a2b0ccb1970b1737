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
import { spellMoney } from '../../shared/money.ts'
import { Waiting } from '../desk.tsx'
import { useEvent } from '../events/event.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { MoneyField } from '../parts/money-field.tsx'
import { useUnsaved } from '../parts/unsaved.ts'
import { useParam } from '../parts/use-param.ts'
import { useMay, useSite, useSiteQuery } from '../site.tsx'
import {
  type Basket,
  countOf,
  type Prices,
  quantityOf,
  type Sellable,
  totalOf,
  typedPriceOf,
  withQuantity,
} from './basket.ts'
import { Counter } from './counter.tsx'
import { ForSomebody } from './for-somebody.tsx'
import { RecentSales } from './recent.tsx'

const PER_ORDER_MAX = 50

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
  const { fixedPrice, guestPrice, pricingOptions } = pricingMethod
  const unsold = salesDetails?.unsoldCount
  const wanted = basket.filter(each => each.definitionId === id).reduce((sum, each) => sum + each.quantity, 0)
  const left = unsold === undefined ? room : Math.min(room, unsold - wanted)
  const lines = pricingOptions
    ? pricingOptions.optionDetails.map(({ optionId, name: option, price }) => ({ optionId, label: option, price }))
    : [{ optionId: null, label: name, price: fixedPrice }]
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
          <Places
            definition={definition}
            basket={basket}
            onBasket={onBasket}
            optionIds={lines.map(each => each.optionId)}
          />
        ) : (
          lines.map(({ optionId, label, price }) => {
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

/** Places that can still be had, found by typing; each one that is taken stands below. */
function Places({
  definition: { id, name, seatingDetails },
  basket,
  onBasket,
  optionIds,
}: {
  definition: Sellable
  basket: Basket
  onBasket: (basket: Basket) => void
  optionIds: (string | null)[]
}) {
  const { t } = useTranslation('desk')
  const places = seatingDetails?.places ?? []
  const taken = basket.filter(each => each.definitionId === id)
  const spelled = (placeId: string | null) => {
    const place = places.find(each => each.placeId === placeId)
    return place ? [place.sectionLabel, place.elementLabel, place.label].filter(Boolean).join(', ') : (placeId ?? '')
  }
  return (
    <Stack gap="xs">
      <Select
        label={t('sell.place', { name })}
        placeholder={t('sell.placeHint')}
        data={places
          .filter(({ placeId }) => !taken.some(each => each.placeId === placeId))
          .map(({ placeId }) => ({ value: placeId, label: spelled(placeId) }))}
        searchable
        limit={50}
        value={null}
        onChange={placeId =>
          placeId && onBasket(withQuantity(basket, { definitionId: id, optionId: optionIds[0] ?? null, placeId }, 1))
        }
      />
      {taken.map(line => {
        const capacity = places.find(each => each.placeId === line.placeId)?.availableCapacity ?? 1
        return (
          <Group key={line.placeId} justify="space-between">
            <Text>{spelled(line.placeId)}</Text>
            <Group gap={4}>
              {capacity > 1 && (
                <NumberInput
                  aria-label={t('sell.quantity', { name: spelled(line.placeId) })}
                  value={line.quantity}
                  min={1}
                  max={capacity}
                  clampBehavior="strict"
                  w={72}
                  onChange={value => onBasket(withQuantity(basket, line, Number(value) || 1))}
                />
              )}
              <Button variant="subtle" color="red" onClick={() => onBasket(withQuantity(basket, line, 0))}>
                {t('remove')}
              </Button>
            </Group>
          </Group>
        )
      })}
    </Stack>
  )
}

function currencyOf(definitions: readonly Sellable[]): string {
  for (const { pricingMethod } of definitions) {
    const { fixedPrice, guestPrice, pricingOptions } = pricingMethod
    const price = fixedPrice ?? guestPrice ?? pricingOptions?.optionDetails[0]?.price
    if (price) return price.currency
  }
  return 'EUR'
}
