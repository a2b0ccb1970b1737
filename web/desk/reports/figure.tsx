import { Button, Card, Group, SegmentedControl, Stack, Text, Title, VisuallyHidden } from '@mantine/core'
import { type ReactNode, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Waiting } from '../desk.tsx'
import { useDownload } from '../parts/download.ts'
import { Failed } from '../parts/failed.tsx'

/**
 * One report: its chart, the same as a table for whoever cannot see or point at that, and the file of it.
 * @param said what the chart shows at a glance, for screen readers
 * @param chart absent: there is only the table
 */
export function Figure({
  title,
  story,
  said,
  chart,
  table,
  file,
}: {
  title: string
  story?: string
  said?: string
  chart?: ReactNode
  table: ReactNode
  file?: { name: string; query: FileQuery }
}) {
  const { t } = useTranslation('desk')
  const [view, setView] = useState('chart')
  const { mutate, isPending, error } = useFile()
  return (
    <Card withBorder component="section" aria-label={title}>
      <Stack>
        <Group justify="space-between">
          <Title order={2} size="h4">
            {title}
          </Title>
          <Group gap="xs">
            {chart && (
              <SegmentedControl
                size="xs"
                aria-label={t('reports.view.label', { title })}
                value={view}
                onChange={setView}
                data={['chart', 'table'].map(value => ({
                  value,
                  label: t(`reports.view.${value as 'chart' | 'table'}`),
                }))}
              />
            )}
            {file && (
              <Button
                size="compact-sm"
                variant="default"
                loading={isPending}
                aria-label={t('reports.fileOf', { title })}
                onClick={() => mutate(`reports/${file.name}/export`, file.name, file.query)}
              >
                {t('reports.file')}
              </Button>
            )}
          </Group>
        </Group>
        {story && (
          <Text size="sm" c="dimmed">
            {story}
          </Text>
        )}
        {error && <Failed error={error} />}
        {chart && view === 'chart' ? (
          <>
            {said && <VisuallyHidden>{said}</VisuallyHidden>}
            <div aria-hidden>
              <Suspense fallback={<Waiting />}>{chart}</Suspense>
            </div>
          </>
        ) : (
          table
        )}
      </Stack>
    </Card>
  )
}

/** What a report is asked; what is said several times, as pairs. */
export type FileQuery = Record<string, string> | string[][]

/** Fetches a file, spelled as spreadsheets of the reader's language read it. */
export function useFile() {
  const { i18n } = useTranslation()
  const { mutate, ...download } = useDownload()
  return {
    ...download,
    mutate: (path: string, name: string, query: FileQuery) =>
      mutate({ path: `/boxoffice/v1/${path}?${fileQuery(query, i18n.language)}`, name: `${name}.csv` }),
  }
}

function fileQuery(query: FileQuery, language: string): URLSearchParams {
  const writesCommas = new Intl.NumberFormat(language).format(1.5).includes(',')
  const search = new URLSearchParams(query)
  search.set('lang', language)
  search.set('separator', writesCommas ? 'SEMICOLON' : 'COMMA')
  return search
}
