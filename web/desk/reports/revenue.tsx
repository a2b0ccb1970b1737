import { Table } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { amountOf, minorOf } from '../../shared/money.ts'
import { Waiting } from '../desk.tsx'
import { Failed } from '../parts/failed.tsx'
import { Scrolling } from '../parts/scrolling.tsx'
import { useSiteQuery } from '../site.tsx'
import { Figure } from './figure.tsx'
import type { RevenueReport, RevenueRow } from './model.ts'
import { useSpelling } from './spell.ts'

/** From the prices to what is left, line by line: a calculation that a chart would only hide. */
export function RevenueFigure({ query, currency }: { query: Record<string, string>; currency: string }) {
  const { t } = useTranslation('desk')
  const { money } = useSpelling()
  const asked = new URLSearchParams(query)
  const { data, error, refetch } = useSiteQuery<RevenueReport>(`/boxoffice/v1/reports/revenue?${asked}`)
  if (error) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  const row = data.revenue.find(each => each.currency === currency)
  if (!row) return null
  const isNothing = (value: string) => minorOf({ value, currency }) === 0
  const lines = linesOf(row).filter(({ value, sign }) => sign === '=' || !isNothing(value))
  return (
    <Figure
      title={t('reports.left')}
      story={t('reports.leftStory')}
      file={{ name: 'revenue', query }}
      table={
        <Scrolling label={t('reports.view.tableOf', { title: t('reports.left') })} width={320}>
          <Table>
            <Table.Tbody>
              {lines.map(({ name, value, sign }) => (
                <Table.Tr key={name} {...(sign === '=' && { fw: 700 })}>
                  <Table.Th scope="row" fw={sign === '=' ? 700 : 400}>
                    {t(`reports.revenueLines.${name}`)}
                  </Table.Th>
                  <Table.Td ta="right" fw={sign === '=' ? 700 : 400}>
                    {sign === '-' ? `− ${money(value, currency)}` : money(value, currency)}
                  </Table.Td>
                </Table.Tr>
              ))}
              {row.taxes.map(({ name, rate, type, taxable, amount }) => (
                <Table.Tr key={`${name} ${rate} ${type}`}>
                  <Table.Th scope="row" fw={400} c="dimmed">
                    {t(`reports.taxLine.${type}`, { name, rate, taxable: money(taxable, currency) })}
                  </Table.Th>
                  <Table.Td ta="right" c="dimmed">
                    {money(amount, currency)}
                  </Table.Td>
                </Table.Tr>
              ))}
              {(['giftCards', 'open'] as const)
                .filter(name => !isNothing(row[name]))
                .map(name => (
                  <Table.Tr key={name}>
                    <Table.Th scope="row" fw={400} c="dimmed">
                      {t(`reports.revenueLines.${name}`)}
                    </Table.Th>
                    <Table.Td ta="right" c="dimmed">
                      {money(row[name], currency)}
                    </Table.Td>
                  </Table.Tr>
                ))}
            </Table.Tbody>
          </Table>
        </Scrolling>
      }
    />
  )
}

function linesOf(row: RevenueRow) {
  const { currency } = row
  const less = (value: string, part: string) =>
    amountOf(minorOf({ value, currency }) - minorOf({ value: part, currency }), currency).value
  return [
    { name: 'subTotal', value: row.subTotal, sign: '=' },
    { name: 'coupons', value: row.coupons, sign: '-' },
    { name: 'benefits', value: row.benefits, sign: '-' },
    { name: 'taxAdded', value: row.taxAdded, sign: '+' },
    { name: 'feesAdded', value: row.feesAdded, sign: '+' },
    { name: 'total', value: row.total, sign: '=' },
    { name: 'refunded', value: row.refunded, sign: '-' },
    { name: 'fees', value: less(row.fees, row.feesRefunded), sign: '-' },
    { name: 'tax', value: less(row.tax, row.taxRefunded), sign: '-' },
    { name: 'left', value: row.left, sign: '=' },
  ] as const
}
