import {
  ActionIcon,
  Badge,
  Button,
  Code,
  CopyButton,
  Group,
  Menu,
  Modal,
  SegmentedControl,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Waiting } from '../desk.tsx'
import { useEvent } from '../events/event.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { Paged } from '../parts/paged.tsx'
import { useSaid } from '../parts/said.ts'
import { Scrolling } from '../parts/scrolling.tsx'
import { useDate } from '../parts/use-date.ts'
import { usePage, useParam } from '../parts/use-param.ts'
import { useMay, useSiteChange, useSiteQuery } from '../site.tsx'
import { STAFF, type StaffMember } from './staff.ts'
import { StaffForm } from './staff-form.tsx'

const QrCode = lazy(() => import('./qr-code.tsx'))
const Sheets = lazy(() => import('./sheets.tsx'))

const LIMIT = 20

/** Who works at the door of this event, what each may do, and the code by which they get in. */
export default function StaffTab() {
  const { t } = useTranslation('desk')
  const { id: eventId, title } = useEvent()
  const [page, setPage] = usePage()
  const [words, setWords] = useParam('q')
  const [whose, setWhose] = useParam('whose')
  const [asked] = useDebouncedValue(words.trim(), 250)
  const [editing, setEditing] = useState<StaffMember | 'new' | null>(null)
  const [shown, setShown] = useState<string | null>(null)
  const [removing, setRemoving] = useState<StaffMember | null>(null)
  const [printing, setPrinting] = useState<readonly StaffMember[] | null>(null)
  const said = useSaid()
  const here = {
    $or: [{ 'specificEvents.events': { $hasSome: [eventId] } }, { 'specificEvents.events': { $exists: false } }],
  }
  const { data, error, refetch } = useSiteQuery<{ staffMembers: StaffMember[]; pagingMetadata: { total: number } }>(
    `${STAFF}/query`,
    {
      query: {
        filter: { $and: [whose === 'site' ? {} : here, asked ? { name: { $contains: asked } } : {}] },
        sort: [{ fieldName: 'name', order: 'ASC' }],
        paging: { limit: LIMIT, offset: (page - 1) * LIMIT },
      },
      fieldsets: ['LOGIN_LINK'],
    },
    { placeholderData: before => before },
  )
  const setStatus = useSiteChange<{ id: string; staffMember: Pick<StaffMember, 'revision' | 'status'> }>(
    'PATCH',
    ({ id }) => `${STAFF}/${id}`,
  )
  const remove = useSiteChange<StaffMember>('DELETE', ({ id }) => `${STAFF}/${id}`)
  const staff = data?.staffMembers ?? []
  const linked = staff.filter(({ loginLink, status }) => loginLink && status !== 'ACCESS_PAUSED')
  const isSearched = asked !== '' || whose === 'site'

  function setAccess({ id, revision }: StaffMember, status: StaffMember['status']): void {
    setStatus.mutate({ id, staffMember: { revision, status } }, { onSuccess: () => said() })
  }

  return (
    <Stack>
      <Group justify="space-between">
        <Title order={2} size="h3">
          {t('staff.title')}
        </Title>
        <Group gap="xs">
          {linked.length > 0 && (
            <Button variant="default" onClick={() => setPrinting(linked)}>
              {t('staff.printAll')}
            </Button>
          )}
          <Button onClick={() => setEditing('new')}>{t('staff.add')}</Button>
        </Group>
      </Group>
      <Text c="dimmed">{t('staff.story')}</Text>
      <Group>
        <TextInput
          aria-label={t('staff.search')}
          placeholder={t('staff.search')}
          type="search"
          maxLength={120}
          value={words}
          onChange={({ target }) => setWords(target.value, { page: '' })}
        />
        <SegmentedControl
          aria-label={t('staff.where')}
          data={[
            { value: 'event', label: t('staff.whose.event') },
            { value: 'site', label: t('staff.whose.site') },
          ]}
          value={whose === 'site' ? 'site' : 'event'}
          onChange={value => setWhose(value === 'site' ? 'site' : '', { page: '' })}
        />
      </Group>
      {setStatus.error && (
        <Failed
          error={setStatus.error}
          theirs={async () => {
            setStatus.reset()
            await refetch()
          }}
        />
      )}
      {error && !data && <Failed error={error} again={refetch} />}
      {!error && !data && <Waiting />}
      {data && staff.length === 0 && isSearched && <Empty title={t('staff.notFound')} />}
      {data && staff.length === 0 && !isSearched && (
        <Empty title={t('staff.none')} story={t('staff.noneStory')}>
          <Button mt="xs" onClick={() => setEditing('new')}>
            {t('staff.add')}
          </Button>
        </Empty>
      )}
      {staff.length > 0 && (
        <Scrolling label={t('staff.title')} width={300}>
          <Table verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('field.name')}</Table.Th>
                <Table.Th visibleFrom="sm">{t('staff.may')}</Table.Th>
                <Table.Th visibleFrom="sm">{t('staff.where')}</Table.Th>
                <Table.Th>{t('staff.state')}</Table.Th>
                <Table.Th>{t('actions')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {staff.map(each => (
                <Table.Tr key={each.id}>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>
                    <Text fw={600}>{each.name}</Text>
                    <Text size="sm" c="dimmed" hiddenFrom="sm">
                      {[mayOf(each), whereOf(each)].join(' · ')}
                    </Text>
                  </Table.Td>
                  <Table.Td visibleFrom="sm">
                    <Text size="sm">{mayOf(each)}</Text>
                  </Table.Td>
                  <Table.Td visibleFrom="sm">
                    <Text size="sm">{whereOf(each)}</Text>
                  </Table.Td>
                  <Table.Td>
                    <State status={each.status} />
                  </Table.Td>
                  <Table.Td>
                    <Group gap={4} wrap="nowrap">
                      <Button
                        size="compact-sm"
                        variant="light"
                        onClick={() => setShown(each.id)}
                        aria-label={t('staff.codeOf', { name: each.name })}
                      >
                        {t('staff.code')}
                      </Button>
                      <Menu position="bottom-end">
                        <Menu.Target>
                          <ActionIcon
                            variant="subtle"
                            color="gray"
                            aria-label={t('staff.actionsOf', { name: each.name })}
                          >
                            <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" fill="currentColor">
                              {[2, 7, 12].map(x => (
                                <circle key={x} cx={x} cy="7" r="1.4" />
                              ))}
                            </svg>
                          </ActionIcon>
                        </Menu.Target>
                        <Menu.Dropdown>
                          <Menu.Item onClick={() => setEditing(each)}>{t('staff.edit')}</Menu.Item>
                          {each.status === 'ACCESS_PAUSED' ? (
                            <Menu.Item onClick={() => setAccess(each, 'HAS_ACCESS')}>{t('staff.resume')}</Menu.Item>
                          ) : (
                            <Menu.Item onClick={() => setAccess(each, 'ACCESS_PAUSED')}>{t('staff.pause')}</Menu.Item>
                          )}
                          <Menu.Item color="red" onClick={() => setRemoving(each)}>
                            {t('staff.remove')}
                          </Menu.Item>
                        </Menu.Dropdown>
                      </Menu>
                    </Group>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scrolling>
      )}
      {data && <Paged page={page} limit={LIMIT} total={data.pagingMetadata.total} onPage={setPage} />}
      {editing && (
        <StaffForm
          staffMember={editing === 'new' ? null : editing}
          onSaved={saved => {
            said()
            setEditing(null)
            if (editing === 'new') setShown(saved.id)
          }}
          onClose={() => setEditing(null)}
        />
      )}
      {shown && <Access staffMemberId={shown} onPrint={one => setPrinting([one])} onClose={() => setShown(null)} />}
      {printing && (
        <Suspense>
          <Sheets staff={printing} title={title} onDone={() => setPrinting(null)} />
        </Suspense>
      )}
      <Confirm
        opened={removing !== null}
        title={t('staff.removeTitle', { name: removing?.name })}
        story={t('staff.removeStory')}
        action={t('staff.remove')}
        isDangerous
        isPending={remove.isPending}
        error={remove.error}
        onConfirm={() => removing && remove.mutate(removing, { onSuccess: () => setRemoving(null) })}
        onClose={() => {
          remove.reset()
          setRemoving(null)
        }}
      />
    </Stack>
  )

  function mayOf({ permissions }: StaffMember): string {
    return permissions.map(each => t(`staff.permissions.${each}.name`)).join(', ') || t('staff.nothing')
  }

  function whereOf({ specificEvents }: StaffMember): string {
    if (!specificEvents) return t('staff.scopes.all')
    const { events } = specificEvents
    if (events.length === 1 && events[0] === eventId) return t('staff.thisEvent')
    return t(events.includes(eventId) ? 'staff.thisOf' : 'staff.others', { count: events.length })
  }
}

const COLOURS = { PENDING: 'gray', HAS_ACCESS: 'green', ACCESS_PAUSED: 'orange' } as const

function State({ status }: { status: StaffMember['status'] }) {
  const { t } = useTranslation('desk')
  return (
    <Badge variant="light" color={COLOURS[status]}>
      {t(`staff.status.${status}`)}
    </Badge>
  )
}

/** The code of one staff member, to be scanned from the screen, copied or printed; and what they did last. */
function Access({
  staffMemberId,
  onPrint,
  onClose,
}: {
  staffMemberId: string
  onPrint: (staffMember: StaffMember) => void
  onClose: () => void
}) {
  const { t } = useTranslation('desk')
  const { moment } = useDate()
  const maySee = useMay('READ_ACTIVITIES')
  const { data, error, refetch } = useSiteQuery<{ staffMember: StaffMember }>(
    `${STAFF}/${staffMemberId}?fieldsets=LOGIN_LINK`,
    undefined,
    // Whoever holds the phone beside the screen sees that it worked.
    { refetchInterval: ({ state }) => (state.data?.staffMember.status === 'PENDING' ? 3000 : false) },
  )
  const last = useSiteQuery<{ activities: { occurredDate: string }[] }>(
    `/boxoffice/v1/activities?actorKind=staff&actorId=${staffMemberId}&limit=1`,
    undefined,
    { enabled: maySee },
  )
  const one = data?.staffMember
  const lastDate = last.data?.activities[0]?.occurredDate
  return (
    <Modal
      opened
      onClose={onClose}
      title={one ? t('staff.codeOf', { name: one.name }) : t('staff.code')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {error && !one && <Failed error={error} again={refetch} />}
      {!error && !one && <Waiting />}
      {one && (
        <Stack align="center">
          <Group gap="xs">
            <State status={one.status} />
            {lastDate && <Text size="sm">{t('staff.last', { moment: moment(lastDate) })}</Text>}
          </Group>
          {one.status === 'ACCESS_PAUSED' ? (
            <Text ta="center">{t('staff.pausedStory')}</Text>
          ) : (
            one.loginLink && (
              <>
                <Suspense fallback={<Waiting />}>
                  <QrCode text={one.loginLink} label={t('staff.codeOf', { name: one.name })} size={260} />
                </Suspense>
                <Text ta="center">{t('staff.codeStory')}</Text>
                <Code block w="100%" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                  {one.loginLink}
                </Code>
                <Group>
                  <CopyButton value={one.loginLink}>
                    {({ copied, copy }) => (
                      <Button variant="default" onClick={copy}>
                        {copied ? t('copied') : t('staff.copy')}
                      </Button>
                    )}
                  </CopyButton>
                  <Button variant="default" onClick={() => onPrint(one)}>
                    {t('staff.print')}
                  </Button>
                </Group>
                <Text size="sm" c="dimmed" ta="center">
                  {t('staff.secret')}
                </Text>
              </>
            )
          )}
        </Stack>
      )}
    </Modal>
  )
}
