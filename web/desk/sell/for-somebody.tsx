import {
  Alert,
  Button,
  Checkbox,
  Group,
  Progress,
  SegmentedControl,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../shared/api.ts'
import { askFor } from '../api.ts'
import { useEvent } from '../events/event.tsx'
import { useProblem } from '../parts/failed.tsx'
import { useUnsaved } from '../parts/unsaved.ts'
import { useSite } from '../site.tsx'
import { guestsOf } from './basket.ts'
import { giveBack, hold, type Sold, type Wanted } from './hold.ts'

const NAMES_MAX = 50

type Outcome = { name: string; orderNumber: string | null; problem: string | null }

/** For people who are known by name: an order each, of what was picked, paid already, or to be paid later. */
export function ForSomebody({ order, isReady, onDone }: { order: Wanted; isReady: boolean; onDone: () => void }) {
  const { t } = useTranslation('desk')
  const { siteId } = useSite()
  const problemOf = useProblem()
  const { id: eventId } = useEvent()
  const [names, setNames] = useState('')
  const [couponCode, setCouponCode] = useState('')
  const [payment, setPayment] = useState('PAID')
  const [isSilent, setIsSilent] = useState(false)
  const [outcomes, setOutcomes] = useState<Outcome[]>([])
  const [isRunning, setIsRunning] = useState(false)
  const guests = guestsOf(names)
  const incomplete = guests.filter(guest => Object.values(guest).some(value => value === '')).length
  useUnsaved(names !== '' && !isRunning)

  async function sellTo({ firstName, lastName, email }: (typeof guests)[number]): Promise<Sold> {
    const reservationId = await hold(siteId, order)
    try {
      const inputValues = Object.entries({ firstName, lastName, email }).map(([inputName, value]) => ({
        inputName,
        value,
      }))
      const { order: sold } = await askFor<{ order: Sold }>(siteId, '/events/v1/checkout', {
        method: 'POST',
        body: {
          eventId,
          reservationId,
          guests: [{ form: { inputValues } }],
          ...(couponCode && { discount: { couponCode } }),
          options: {
            silent: isSilent,
            ignoreFormValidation: true,
            [payment === 'PAID' ? 'markAsPaid' : 'payInPerson']: true,
          },
        },
      })
      return sold
    } catch (error) {
      await giveBack(siteId, reservationId)
      throw error
    }
  }

  async function run() {
    setIsRunning(true)
    setOutcomes([])
    const failed: string[] = []
    const lines = names.split('\n').filter(line => line.trim() !== '')
    for (const [index, guest] of guests.entries()) {
      const name = `${guest.firstName} ${guest.lastName}`.trim() || guest.email
      try {
        const { orderNumber } = await sellTo(guest)
        setOutcomes(before => [...before, { name, orderNumber, problem: null }])
      } catch (error) {
        failed.push(lines[index] ?? name)
        const problem = error instanceof ApiError ? problemOf(error) : t('failed.offline')
        setOutcomes(before => [...before, { name, orderNumber: null, problem }])
      }
    }
    // Whoever got nothing stays to be tried again, and nobody else.
    setNames(failed.join('\n'))
    setIsRunning(false)
    if (failed.length === 0) onDone()
  }

  const problems = outcomes.filter(({ problem }) => problem !== null)
  return (
    <Stack>
      <Textarea
        label={t('sell.names')}
        description={t('sell.namesHint', { max: NAMES_MAX })}
        placeholder={'Ada Berg ada@example.org'}
        autosize
        minRows={3}
        maxRows={12}
        value={names}
        disabled={isRunning}
        onChange={({ currentTarget }) => setNames(currentTarget.value)}
        error={
          guests.length > NAMES_MAX
            ? t('sell.tooMany', { max: NAMES_MAX })
            : incomplete > 0 && t('sell.incomplete', { count: incomplete })
        }
      />
      <SegmentedControl
        aria-label={t('sell.payment')}
        value={payment}
        onChange={setPayment}
        data={[
          { value: 'PAID', label: t('sell.paid') },
          { value: 'LATER', label: t('sell.later') },
        ]}
      />
      <TextInput
        label={t('sell.coupon')}
        value={couponCode}
        maxLength={20}
        onChange={({ currentTarget }) => setCouponCode(currentTarget.value.trim())}
      />
      <Checkbox
        label={t('sell.silent')}
        checked={isSilent}
        onChange={({ currentTarget }) => setIsSilent(currentTarget.checked)}
      />
      {isRunning && (
        <Progress.Root size="xl">
          <Progress.Section
            value={(outcomes.length / Math.max(1, guests.length)) * 100}
            aria-label={t('sell.progress', { done: outcomes.length, total: guests.length })}
          />
        </Progress.Root>
      )}
      <Button
        size="lg"
        disabled={!isReady || guests.length === 0 || guests.length > NAMES_MAX || incomplete > 0}
        loading={isRunning}
        onClick={run}
      >
        {t('sell.make', { count: guests.length })}
      </Button>
      {!isRunning && outcomes.length > 0 && (
        <Alert
          color={problems.length > 0 ? 'red' : 'green'}
          title={t('sell.made', { count: outcomes.length - problems.length })}
          role="status"
        >
          <Stack gap={4}>
            {outcomes.map(({ name, orderNumber, problem }) => (
              <Group key={`${name} ${orderNumber ?? problem}`} gap="xs">
                <Text fw={600}>{name}</Text>
                <Text>{orderNumber ?? problem}</Text>
              </Group>
            ))}
          </Stack>
        </Alert>
      )}
    </Stack>
  )
}
