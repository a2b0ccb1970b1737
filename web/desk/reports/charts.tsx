import '@mantine/charts/styles.css'
import { AreaChart, BarChart } from '@mantine/charts'

/** Told apart by everybody (blue and orange), in light and dark, and by their strokes, too. */
const COLOURS = ['light-dark(#364fc7, #91a7ff)', 'light-dark(#c2410c, #fdba74)'] as const

export type Line = { key: string; label: string }
type Spell = (value: number) => string

const STILL = { accessibilityLayer: false } as const
const LINE = { isAnimationActive: false } as const

/** Amounts or numbers over time, at most two lines. */
export function OverTime({
  data,
  lines,
  spell,
  isCounted,
}: {
  data: Row[]
  lines: readonly Line[]
  spell: Spell
  /** Of what there are no halves. */
  isCounted: boolean
}) {
  return (
    <AreaChart
      h={280}
      data={data}
      dataKey="at"
      series={lines.map(({ key, label }, index) => ({
        name: key,
        label,
        color: COLOURS[index] ?? COLOURS[0],
        ...(index > 0 && { strokeDasharray: '6 3' }),
      }))}
      curveType="linear"
      withDots={data.length < 40}
      withLegend={lines.length > 1}
      valueFormatter={spell}
      yAxisProps={{ width: 72, allowDecimals: !isCounted }}
      areaChartProps={STILL}
      areaProps={LINE}
      textColor="dimmed"
    />
  )
}

/** Things beside each other, the largest first, at most two bars for each. */
export function Beside({ data, lines, spell }: { data: Row[]; lines: readonly Line[]; spell: Spell }) {
  return (
    <BarChart
      h={Math.max(120, 60 + data.length * 34)}
      data={data}
      dataKey="at"
      orientation="vertical"
      series={lines.map(({ key, label }, index) => ({ name: key, label, color: COLOURS[index] ?? COLOURS[0] }))}
      withLegend={lines.length > 1}
      valueFormatter={spell}
      yAxisProps={{ width: 140 }}
      maxBarWidth={22}
      barChartProps={STILL}
      barProps={LINE}
      textColor="dimmed"
    />
  )
}

/** `at` is what it says beside the axis; the others are only drawn, never added up. */
export type Row = { at: string } & Record<string, string | number>
