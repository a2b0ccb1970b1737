import { Anchor, Table } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { Waiting } from '../desk.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { Page } from '../parts/page.tsx'
import { Paged } from '../parts/paged.tsx'
import { Scrolling } from '../parts/scrolling.tsx'
import { useDate } from '../parts/use-date.ts'
import { useParam } from '../parts/use-param.ts'
import { useSiteQuery } from '../site.tsx'
import { type DeskEvent, EventBadge } from './event.tsx'

const LIMIT = 20

/** All events of the site, the newest first. */
export function EventList() {
  const { t } = useTranslation('desk')
  const { moment } = useDate()
  const [typedPage, setPage] = useParam('page')
  const page = Math.max(1, Number(typedPage) || 1)
  const { data, error, refetch } = useSiteQuery<{ events: DeskEvent[]; pagingMetadata: { total: number } }>(
    '/events/v3/events/query',
    {
      query: {
        sort: [{ fieldName: 'createdDate', order: 'DESC' }],
        paging: { limit: LIMIT, offset: (page - 1) * LIMIT },
      },
      includeDrafts: true,
    },
  )
  return (
    <Page title={t('sections.events')}>
      {error && <Failed error={error} again={refetch} />}
      {!error && !data && <Waiting />}
      {data && data.events.length === 0 && <Empty title={t('events.none')} />}
      {data && data.events.length > 0 && (
        <Scrolling label={t('sections.events')}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('events.title')}</Table.Th>
                <Table.Th>{t('events.date')}</Table.Th>
                <Table.Th>{t('events.status')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.events.map(({ id, title, status, dateAndTimeSettings }) => (
                <Table.Tr key={id}>
                  <Table.Td>
                    <Anchor component={Link} href={`/events/${id}`}>
                      {title}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>{dateAndTimeSettings?.startDate && moment(dateAndTimeSettings.startDate)}</Table.Td>
                  <Table.Td>
                    <EventBadge status={status} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scrolling>
      )}
      {data && <Paged page={page} limit={LIMIT} total={data.pagingMetadata.total} onPage={at => setPage(String(at))} />}
    </Page>
  )
}
