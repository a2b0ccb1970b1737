import { Button, Checkbox, SegmentedControl, Stack, Textarea, TextInput } from '@mantine/core'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ticketsOf } from '../../shared/basket.ts'
import type { Wanted } from '../../shared/counter.ts'
import { newGuid } from '../../shared/guid.ts'
import { useEvent } from '../events/event.tsx'
import { Failed } from '../parts/failed.tsx'
import { useUnsaved } from '../parts/unsaved.ts'
import type { Job } from '../parts/use-job.ts'
import { useParam } from '../parts/use-param.ts'
import { useSiteChange, useSiteQuery } from '../site.tsx'
import { guestsOf } from './names.ts'
import { NamesProgress } from './names-progress.tsx'

const NAMES_MAX = 50
const PATH = '/boxoffice/v1/bulk/checkouts'

/** For people who are known by name: an order each, of what was picked, paid already, or to be paid later. */
export function ForSomebody({ order, isReady }: { order: Wanted; isReady: boolean }) {
  const { t } = useTranslation('desk')
  const { id: eventId } = useEvent()
  const [names, setNames] = useState('')
  const [couponCode, setCouponCode] = useState('')
  const [payment, setPayment] = useState('PAID')
  const [isSilent, setIsSilent] = useState(false)
  const [jobId, setJobId] = useParam('job')
  // Asked once more because no answer came, it is the same work.
  const sent = useRef({ id: '', said: '' })
  const start = useSiteChange<object, { job: Job }>('POST', PATH)
  const latest = useSiteQuery<{ jobs: Job[] }>(`${PATH}?eventId=${eventId}`)
  const running = latest.data?.jobs.find(({ state }) => state === 'WAITING')
  const guests = guestsOf(names)
  const incomplete = guests.filter(guest => Object.values(guest).some(value => value === '')).length
  useUnsaved(names !== '')

  function make(): void {
    const { basket, definitions, prices, currency } = order
    const wanted = {
      eventId,
      tickets: ticketsOf(basket, definitions, prices, currency),
      names: guests,
      ...(couponCode && { couponCode }),
      payment,
      silent: isSilent,
    }
    const said = JSON.stringify(wanted)
    if (sent.current.said !== said) sent.current = { id: newGuid(), said }
    start.mutate(
      { id: sent.current.id, ...wanted },
      {
        onSuccess: ({ job }) => {
          sent.current = { id: '', said: '' }
          setNames('')
          setJobId(job.id)
        },
      },
    )
  }

  const shown = jobId || running?.id
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
        disabled={start.isPending}
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
          { value: 'IN_PERSON', label: t('sell.later') },
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
      {start.error && <Failed error={start.error} />}
      <Button
        size="lg"
        disabled={!isReady || guests.length === 0 || guests.length > NAMES_MAX || incomplete > 0}
        loading={start.isPending}
        onClick={make}
      >
        {t('sell.make', { count: guests.length })}
      </Button>
      {shown && <NamesProgress key={shown} jobId={shown} onAgain={setNames} onClose={() => setJobId('')} />}
    </Stack>
  )
}
