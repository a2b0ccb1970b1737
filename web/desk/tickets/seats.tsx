import { Alert, Button, Card, FileButton, Group, Stack, Table, Text, Textarea, Title } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiError } from '../../shared/api.ts'
import { Waiting } from '../desk.tsx'
import { useEvent } from '../events/event.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { saveFile } from '../parts/download.ts'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { useSaid } from '../parts/said.ts'
import { Scrolling } from '../parts/scrolling.tsx'
import { useMay, useSiteChange } from '../site.tsx'
import { Drawing } from './drawing.tsx'
import { examplePlan, type Plan, planFromText, type Section, spotsOf } from './plan.ts'
import { useDefinitions } from './use-definitions.ts'
import { usePlan } from './use-plan.ts'

/** Where the guests of the event sit: its plan to look at, and to be replaced by another as a whole. */
export function Seats() {
  const { t, i18n } = useTranslation('desk')
  const { id: eventId } = useEvent()
  const mayManage = useMay('MANAGE_TICKET_DEFINITIONS')
  const { plan, isKnown, error, again } = usePlan()
  const { data } = useDefinitions()
  const [isUploading, setUploading] = useState(false)
  const [isRemoving, setRemoving] = useState(false)
  if (error && !isKnown) return <Failed error={error} again={again} />
  if (!data) return <Waiting />
  const definitions = data.ticketDefinitions
  const number = new Intl.NumberFormat(i18n.language)
  const example = () =>
    saveFile(
      JSON.stringify(
        examplePlan(
          eventId,
          definitions.map(({ id }) => id),
        ),
        null,
        2,
      ),
      'seating-plan.json',
    )
  return (
    <Stack>
      {!isKnown && <Waiting />}
      {isKnown && !plan && (
        <Empty title={t('tickets.seats.none')} story={t('tickets.seats.noneStory')}>
          {mayManage && (
            <Group mt="sm" justify="center">
              <Button onClick={() => setUploading(true)}>{t('tickets.seats.upload')}</Button>
              <Button variant="default" onClick={example}>
                {t('tickets.seats.example')}
              </Button>
            </Group>
          )}
        </Empty>
      )}
      {plan && (
        <>
          <Group justify="space-between">
            <div>
              <Title order={2} size="h3" dir="auto">
                {plan.name}
              </Title>
              <Text c="dimmed">
                {t('tickets.seats.size', {
                  places: number.format(plan.placesCount),
                  room: number.format(plan.capacity),
                })}
              </Text>
            </div>
            <Group gap="xs">
              <Button
                variant="default"
                onClick={() =>
                  saveFile(JSON.stringify({ name: plan.name, sections: plan.sections }, null, 2), 'seating-plan.json')
                }
              >
                {t('tickets.seats.download')}
              </Button>
              {mayManage && (
                <>
                  <Button onClick={() => setUploading(true)}>{t('tickets.seats.replace')}</Button>
                  <Button variant="subtle" color="red" onClick={() => setRemoving(true)}>
                    {t('remove')}
                  </Button>
                </>
              )}
            </Group>
          </Group>
          <Card withBorder>
            <Drawing name={plan.name} sections={plan.sections} definitions={definitions} />
          </Card>
          <Sections sections={plan.sections} definitions={definitions} />
        </>
      )}
      {isUploading && <Upload plan={plan} onClose={() => setUploading(false)} />}
      {isRemoving && plan && <Remove plan={plan} onClose={() => setRemoving(false)} />}
    </Stack>
  )
}

function Sections({
  sections,
  definitions,
}: {
  sections: readonly Section[]
  definitions: readonly { id: string; name: string }[]
}) {
  const { t, i18n } = useTranslation('desk')
  const number = new Intl.NumberFormat(i18n.language)
  return (
    <Scrolling label={t('tickets.seats.sections')}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('tickets.seats.section')}</Table.Th>
            <Table.Th>{t('tickets.seats.elements')}</Table.Th>
            <Table.Th>{t('tickets.seats.room')}</Table.Th>
            <Table.Th>{t('tickets.seats.tickets')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sections.map(section => {
            const spots = spotsOf([section])
            const ids = [...new Set(spots.map(({ ticketDefinitionId }) => ticketDefinitionId))]
            return (
              <Table.Tr key={section.id}>
                <Table.Td dir="auto">{section.label}</Table.Td>
                <Table.Td>{number.format(section.elements.length)}</Table.Td>
                <Table.Td>{number.format(spots.reduce((sum, { capacity }) => sum + capacity, 0))}</Table.Td>
                <Table.Td>
                  {ids
                    .map(id =>
                      id === null
                        ? t('tickets.seats.nobody')
                        : (definitions.find(each => each.id === id)?.name ?? t('tickets.seats.deleted')),
                    )
                    .join(', ')}
                </Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </Scrolling>
  )
}

/** The API takes that much. */
const BYTES_MAX = 8 * 1_048_576
/** A field for text is no place for more. */
const TYPED_MAX = 200_000

/** A plan as a file or as text, with what the API finds wrong about it, place by place. */
function Upload({ plan, onClose }: { plan: Plan | null; onClose: () => void }) {
  const { t } = useTranslation('desk')
  const { id: eventId } = useEvent()
  const said = useSaid()
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const put = useSiteChange<{ seatingPlan: object }>(
    plan ? 'PATCH' : 'POST',
    plan ? `/boxoffice/v1/seating-plans/${plan.id}` : '/boxoffice/v1/seating-plans',
  )

  async function take(file: File | null) {
    if (!file) return
    put.reset()
    if (file.size > BYTES_MAX) {
      setWrong(t('tickets.seats.tooLarge'))
      return
    }
    setWrong(null)
    setText(await file.text())
  }

  function send() {
    try {
      const { name = plan?.name ?? t('tickets.seats.aName'), sections } = planFromText(text)
      setWrong(null)
      put.mutate(
        { seatingPlan: { name, sections, ...(plan ? { revision: plan.revision } : { eventId }) } },
        {
          onSuccess: () => {
            said()
            onClose()
          },
        },
      )
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      setWrong(t('tickets.seats.noJson', { why: error.message }))
    }
  }

  return (
    <Confirm
      opened
      title={plan ? t('tickets.seats.replace') : t('tickets.seats.upload')}
      action={plan ? t('tickets.seats.replace') : t('tickets.seats.upload')}
      isPending={put.isPending}
      mayConfirm={text.trim() !== ''}
      onConfirm={send}
      onClose={onClose}
    >
      <Text size="sm">{plan ? t('tickets.seats.replaceStory') : t('tickets.seats.uploadStory')}</Text>
      <FileButton accept="application/json,.json" onChange={take}>
        {props => (
          <Button variant="default" w="fit-content" {...props}>
            {t('tickets.seats.choose')}
          </Button>
        )}
      </FileButton>
      {text.length > TYPED_MAX ? (
        <Text size="sm">{t('tickets.seats.chosen', { size: Math.ceil(text.length / 1024) })}</Text>
      ) : (
        <Textarea
          label={t('tickets.seats.json')}
          autosize
          minRows={6}
          maxRows={14}
          spellCheck={false}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
      )}
      {wrong && (
        <Alert color="red" role="alert">
          {wrong}
        </Alert>
      )}
      {put.error && <Failed error={put.error} />}
      {put.error && <Taken error={put.error} />}
    </Confirm>
  )
}

/** The places that somebody holds or bought, where those are in the way. */
function Taken({ error: { code, data } }: { error: ApiError }) {
  const { t } = useTranslation('desk')
  if (code !== 'PLACES_TAKEN' || !Array.isArray(data.placeIds)) return null
  return <Text size="sm">{t('tickets.seats.taken', { places: data.placeIds.join(', ') })}</Text>
}

function Remove({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const { t } = useTranslation('desk')
  const said = useSaid()
  const remove = useSiteChange<null>('DELETE', `/boxoffice/v1/seating-plans/${plan.id}`)
  return (
    <Confirm
      opened
      title={t('tickets.seats.removeTitle', { name: plan.name })}
      story={t('tickets.seats.removeStory')}
      action={t('remove')}
      isDangerous
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() =>
        remove.mutate(null, {
          onSuccess: () => {
            said()
            onClose()
          },
        })
      }
      onClose={onClose}
    />
  )
}
