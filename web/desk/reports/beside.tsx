import { Table, Text } from '@mantine/core'
import { lazy, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Scrolling } from '../parts/scrolling.tsx'
import { Figure } from './figure.tsx'
import { useSpelling } from './spell.ts'

const BesideChart = lazy(() => import('./charts.tsx').then(({ Beside }) => ({ default: Beside })))

/** Bars in one chart; the table has all. */
const BARS_MAX = 10

/** Things of a report beside each other: bars of the largest, and a table of all. */
export function BesideFigure<Row>({
  title,
  story,
  rows,
  keyOf,
  nameOf,
  linkOf,
  bar,
  columns,
  currency,
  file,
  children,
}: {
  title: string
  story?: string
  rows: readonly Row[]
  keyOf: (row: Row) => string
  nameOf: (row: Row) => string
  /** The name as it stands in the table. */
  linkOf?: (row: Row) => ReactNode
  bar: { label: string; of: (row: Row) => string }
  columns: readonly { label: string; of: (row: Row) => string }[]
  currency: string
  file: { name: string; query: Record<string, string> }
  /** Below it: the pages of a long list. */
  children?: ReactNode
}) {
  const { t } = useTranslation('desk')
  const { money, drawn } = useSpelling()
  const [first] = rows
  return (
    <Figure
      title={title}
      {...(story && { story })}
      {...(first && {
        said: t('reports.first', { name: nameOf(first), amount: money(bar.of(first), currency) }),
      })}
      file={file}
      {...(rows.length > 0 && {
        chart: (
          <BesideChart
            data={rows.slice(0, BARS_MAX).map(row => ({ at: shortened(nameOf(row)), bar: Number(bar.of(row)) }))}
            lines={[{ key: 'bar', label: bar.label }]}
            spell={drawn(currency)}
          />
        ),
      })}
      table={
        rows.length === 0 ? (
          <Text c="dimmed">{t('reports.nothing')}</Text>
        ) : (
          <>
            <Scrolling label={t('reports.view.tableOf', { title })} width={720}>
              <Table striped>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('reports.name')}</Table.Th>
                    {columns.map(({ label }) => (
                      <Table.Th key={label} ta="right">
                        {label}
                      </Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {rows.map(row => (
                    <Table.Tr key={keyOf(row)}>
                      <Table.Td>{linkOf ? linkOf(row) : nameOf(row)}</Table.Td>
                      {columns.map(({ label, of }) => (
                        <Table.Td key={label} ta="right">
                          {of(row)}
                        </Table.Td>
                      ))}
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Scrolling>
            {children}
          </>
        )
      }
    />
  )
}

function shortened(name: string): string {
  return name.length > 22 ? `${name.slice(0, 21)}…` : name
}
