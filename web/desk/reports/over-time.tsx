import { Table, Text } from '@mantine/core'
import { lazy } from 'react'
import { useTranslation } from 'react-i18next'
import { Scrolling } from '../parts/scrolling.tsx'
import type { Line } from './charts.tsx'
import { Figure, type FileQuery } from './figure.tsx'
import { type Period, useSpelling } from './spell.ts'

const OverTimeChart = lazy(() => import('./charts.tsx').then(({ OverTime }) => ({ default: OverTime })))

type Point = { startDate: string } & Record<string, string | number>
/** A column of the table; `line` of them are drawn, too. */
export type Column = { key: string; label: string; isMoney: boolean; isDrawn?: boolean }

/** A report over time: lines, and a table of the times at which something happened. */
export function OverTimeFigure({
  title,
  story,
  period,
  startDates,
  points,
  columns,
  currency = null,
  file,
}: {
  title: string
  story?: string
  period: Period
  startDates: readonly string[]
  points: readonly Point[]
  columns: readonly Column[]
  currency?: string | null
  file: { name: string; query: FileQuery }
}) {
  const { t } = useTranslation('desk')
  const { count, money, drawn, start } = useSpelling()
  const at = start(period)
  const spelled = (column: Column, value: string | number | undefined) =>
    column.isMoney && currency ? money(String(value ?? '0'), currency) : count(Number(value ?? 0))
  const byStart = new Map(points.map(point => [point.startDate, point]))
  const lines: Line[] = columns.filter(column => column.isDrawn)
  const [first] = columns.filter(column => column.isDrawn)
  const most = first && points.toSorted((one, other) => Number(other[first.key]) - Number(one[first.key]))[0]
  return (
    <Figure
      title={title}
      {...(story && { story })}
      {...(first &&
        most && {
          said: t('reports.most', {
            what: first.label,
            when: at(most.startDate),
            amount: spelled(first, most[first.key]),
          }),
        })}
      file={file}
      chart={
        <OverTimeChart
          data={startDates.map(startDate => ({
            at: at(startDate),
            ...Object.fromEntries(lines.map(({ key }) => [key, Number(byStart.get(startDate)?.[key] ?? 0)])),
          }))}
          lines={lines}
          spell={first?.isMoney && currency ? drawn(currency) : count}
          isCounted={!first?.isMoney}
        />
      }
      table={
        points.length === 0 ? (
          <Text c="dimmed">{t('reports.nothing')}</Text>
        ) : (
          <div style={{ maxHeight: 420, overflowY: 'auto' }}>
            <Scrolling label={t('reports.view.tableOf', { title })}>
              <Table striped>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('reports.when')}</Table.Th>
                    {columns.map(({ key, label }) => (
                      <Table.Th key={key} ta="right">
                        {label}
                      </Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {points.map(point => (
                    <Table.Tr key={point.startDate}>
                      <Table.Td>{at(point.startDate)}</Table.Td>
                      {columns.map(column => (
                        <Table.Td key={column.key} ta="right">
                          {spelled(column, point[column.key])}
                        </Table.Td>
                      ))}
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Scrolling>
          </div>
        )
      }
    />
  )
}
