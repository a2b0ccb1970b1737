import { ActionIcon, Alert, Button, Checkbox, Group, Menu, Radio, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { spellMoney } from '../../shared/money.ts'
import { Confirm } from '../parts/confirm.tsx'
import { MomentField } from '../parts/moment-field.tsx'
import { clockOf, momentOf } from '../parts/moments.ts'
import { useSaid } from '../parts/said.ts'
import { useSiteChange, useSiteQuery } from '../site.tsx'
import { Checklist } from './checklist.tsx'
import type { DeskEvent } from './event.tsx'
import { endFor } from './facts.ts'
import { useEventDate } from './spelled.ts'

type Doing = 'publish' | 'clone' | 'cancel' | 'delete'

/** What can be done with an event as a whole. */
export function EventActions({ event, isWide = false }: { event: DeskEvent; isWide?: boolean }) {
  const { t } = useTranslation('desk')
  const [doing, setDoing] = useState<Doing | null>(null)
  const { status, title, eventPageUrl } = event
  const isPublic = status !== 'DRAFT'
  const isOpen = status === 'UPCOMING' || status === 'STARTED'
  const close = () => setDoing(null)
  const preview = `~/dashboard/events/${event.id}/preview`
  return (
    <Group gap="xs" wrap="nowrap" justify="flex-end">
      {isWide && status === 'DRAFT' && (
        <Button variant="default" component={Link} href={preview}>
          {t('tabs.preview')}
        </Button>
      )}
      {isWide && status === 'DRAFT' && <Button onClick={() => setDoing('publish')}>{t('events.publish')}</Button>}
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          {isWide ? (
            <Button variant="default">{t('actions')}</Button>
          ) : (
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('events.actionsOf', { title })}>
              <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" fill="currentColor">
                {[3, 8, 13].map(x => (
                  <circle key={x} cx={x} cy={8} r="1.5" />
                ))}
              </svg>
            </ActionIcon>
          )}
        </Menu.Target>
        <Menu.Dropdown>
          {isPublic && eventPageUrl && (
            <Menu.Item component="a" href={eventPageUrl.base + eventPageUrl.path} target="_blank" rel="noopener">
              {t('events.openPage')}
            </Menu.Item>
          )}
          <Menu.Item component={Link} href={preview}>
            {t('tabs.preview')}
          </Menu.Item>
          {status === 'DRAFT' && <Menu.Item onClick={() => setDoing('publish')}>{t('events.publish')}</Menu.Item>}
          <Menu.Item onClick={() => setDoing('clone')}>{t('events.clone')}</Menu.Item>
          {isOpen && (
            <Menu.Item color="red" onClick={() => setDoing('cancel')}>
              {t('events.cancelEvent')}
            </Menu.Item>
          )}
          {status === 'DRAFT' && (
            <Menu.Item color="red" onClick={() => setDoing('delete')}>
              {t('events.deleteDraft')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {doing === 'publish' && <Publish event={event} onClose={close} />}
      {doing === 'clone' && <Clone event={event} onClose={close} />}
      {doing === 'cancel' && <Cancel event={event} onClose={close} />}
      {doing === 'delete' && <Delete event={event} onClose={close} />}
    </Group>
  )
}

/** Also where the row that a dialog belongs to is gone by then; why it failed says the dialog. */
function afterwards<Answer>(change: Promise<Answer>, done: (answer: Answer) => void): void {
  change.then(done, () => {})
}

type Dialog = { event: DeskEvent; onClose: () => void }

function useSeries({ id, dateAndTimeSettings }: DeskEvent) {
  const seriesId = dateAndTimeSettings?.recurringEvents?.categoryId
  const { data } = useSiteQuery<{ events: DeskEvent[] }>(
    `/boxoffice/v1/events?category=${seriesId}&limit=500`,
    undefined,
    { enabled: seriesId !== undefined },
  )
  return (data?.events ?? []).filter(each => each.id !== id)
}

function Publish({ event, onClose }: Dialog) {
  const { t } = useTranslation('desk')
  const said = useSaid()
  const publish = useSiteChange<object>('POST', `/events/v3/events/${event.id}/publish`)
  const isRecurring = event.dateAndTimeSettings?.recurrenceStatus !== 'ONE_TIME'
  return (
    <Confirm
      opened
      title={t('events.publishTitle', { title: event.title })}
      story={t(isRecurring ? 'events.publishAllStory' : 'events.publishStory')}
      action={t('events.publish')}
      isPending={publish.isPending}
      error={publish.error}
      onClose={onClose}
      onConfirm={() =>
        afterwards(publish.mutateAsync({}), () => {
          said(t('events.published'))
          onClose()
        })
      }
    >
      <Checklist event={event} onlyOpen />
    </Confirm>
  )
}

function Delete({ event, onClose }: Dialog) {
  const { t } = useTranslation('desk')
  const said = useSaid()
  const [path, go] = useLocation()
  const remove = useSiteChange<void>('DELETE', `/events/v3/events/${event.id}`)
  return (
    <Confirm
      opened
      title={t('events.deleteTitle', { title: event.title })}
      story={t('events.deleteStory')}
      action={t('events.deleteDraft')}
      isDangerous
      isPending={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() =>
        afterwards(remove.mutateAsync(), () => {
          said(t('events.deleted'))
          if (path !== '/events') go('~/dashboard/events')
          else onClose()
        })
      }
    />
  )
}

function Clone({ event, onClose }: Dialog) {
  const { t } = useTranslation('desk')
  const said = useSaid()
  const [, go] = useLocation()
  const { startDate, endDate, timeZoneId = 'UTC' } = event.dateAndTimeSettings ?? {}
  const inTwoWeeks = (moment: string | undefined) =>
    moment ? clockOf(new Date(Date.parse(moment) + 14 * 86_400_000), timeZoneId) : ''
  const form = useForm({
    initialValues: {
      title: '',
      start: sameTime(inTwoWeeks(startDate), clockOf(startDate, timeZoneId)),
      end: sameTime(inTwoWeeks(endDate), clockOf(endDate, timeZoneId)),
      isDraft: true,
    },
    validate: {
      start: value => (startDate && !momentOf(value, timeZoneId) ? t('events.wrong.start') : null),
      end: (value, { start }) => (startDate && (value === '' || value < start) ? t('events.wrong.end') : null),
    },
  })
  const clone = useSiteChange<object, { event: DeskEvent }>('POST', `/events/v3/events/${event.id}/clone`)
  function confirm(): void {
    if (form.validate().hasErrors) return
    const { title, start, end, isDraft } = form.values
    const changes = {
      ...(title.trim() && { title: title.trim() }),
      ...(startDate && {
        dateAndTimeSettings: {
          ...event.dateAndTimeSettings,
          recurringEvents: undefined,
          startDate: momentOf(start, timeZoneId),
          endDate: momentOf(end, timeZoneId),
        },
      }),
    }
    afterwards(clone.mutateAsync({ event: changes, draft: isDraft }), made => {
      said(t('events.cloned', { title: made.event.title }))
      onClose()
      go(`~/dashboard/events/${made.event.id}/facts`)
    })
  }
  return (
    <Confirm
      opened
      title={t('events.cloneTitle', { title: event.title })}
      story={t('events.cloneStory')}
      action={t('events.clone')}
      isPending={clone.isPending}
      error={clone.error}
      onClose={onClose}
      onConfirm={confirm}
    >
      <TextInput
        label={t('events.title')}
        placeholder={`${event.title} (1)`}
        maxLength={120}
        data-autofocus
        {...form.getInputProps('title')}
      />
      {startDate && (
        <>
          <MomentField
            label={t('events.start')}
            timeZone={timeZoneId}
            required
            {...form.getInputProps('start')}
            onChange={({ currentTarget: { value } }) =>
              form.setValues({ start: value, end: endFor(value, form.values) })
            }
          />
          <MomentField label={t('events.end')} timeZone={timeZoneId} required {...form.getInputProps('end')} />
        </>
      )}
      <Checkbox label={t('events.cloneDraft')} {...form.getInputProps('isDraft', { type: 'checkbox' })} />
    </Confirm>
  )
}

/** The day of one clock with the time of another: two weeks later the hour is the same, whatever the clocks did. */
function sameTime(day: string, time: string): string {
  return day && time ? `${day.slice(0, 10)}${time.slice(10)}` : day
}

export type Cancelation = {
  sendingEnabled: boolean
  recipients: number
  mails: { waiting: number; sent: number; dropped: number; failed: number }
}

function Cancel({ event, onClose }: Dialog) {
  const { t, i18n } = useTranslation('desk')
  const said = useSaid()
  const date = useEventDate()
  const others = useSeries(event).filter(({ status }) => status === 'UPCOMING' || status === 'STARTED')
  const [isAll, setAll] = useState(false)
  const asked = useSiteQuery<{ cancelation: Cancelation }>(`/boxoffice/v1/events/${event.id}/cancelation`)
  const cancel = useSiteChange<object>('POST', `/events/v3/events/${event.id}/cancel`)
  const cancelAll = useSiteChange<object>('POST', '/events/v3/bulk/events/cancel-by-filter')
  const known = asked.data?.cancelation
  const { ticketsSold = 0, totalOrders = 0, revenue } = event.summaries?.tickets ?? {}
  const done = (words: string) => () => {
    said(words)
    onClose()
  }
  const confirm = () =>
    isAll
      ? afterwards(
          cancelAll.mutateAsync({ filter: { filter: { id: { $in: [event.id, ...others.map(({ id }) => id)] } } } }),
          done(t('events.canceling')),
        )
      : afterwards(cancel.mutateAsync({}), done(t('events.canceled')))
  return (
    <Confirm
      opened
      title={t('events.cancelTitle', { title: event.title })}
      story={t('events.cancelStory')}
      action={t(isAll ? 'events.cancelAll' : 'events.cancelEvent')}
      isDangerous
      isPending={cancel.isPending || cancelAll.isPending}
      error={cancel.error ?? cancelAll.error ?? asked.error}
      onClose={onClose}
      onConfirm={confirm}
    >
      {others.length > 0 && (
        <Radio.Group label={t('events.whichDates')} value={String(isAll)} onChange={value => setAll(value === 'true')}>
          <Stack gap="xs" mt="xs">
            <Radio value="false" label={date(event)} />
            <Radio value="true" label={t('events.allDates', { count: others.length + 1 })} />
          </Stack>
        </Radio.Group>
      )}
      {!known && !asked.error && <Text c="dimmed">{t('events.counting')}</Text>}
      {known && (
        <Alert color={known.sendingEnabled ? 'indigo' : 'orange'} title={t('events.guests')}>
          {known.sendingEnabled
            ? t('events.willBeTold', { count: known.recipients })
            : t('events.willNotBeTold', { count: known.recipients })}
        </Alert>
      )}
      {totalOrders > 0 && (
        <Alert color="orange" title={t('events.money')}>
          {revenue && Number(revenue.value) > 0
            ? t('events.notRefunded', {
                count: totalOrders,
                tickets: ticketsSold,
                amount: spellMoney(revenue, i18n.language),
              })
            : t('events.ordersStay', { count: totalOrders })}
        </Alert>
      )}
    </Confirm>
  )
}
