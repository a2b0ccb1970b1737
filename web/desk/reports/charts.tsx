import '@mantine/charts/styles.css'
import { AreaChart, BarChart } from '@mantine/charts'

/** Told apart by everybody, in light and dark: the first two by hue (blue and orange), all by their strokes, too. */
const COLOURS = [
  'light-dark(#364fc7, #91a7ff)',
  'light-dark(#c2410c, #fdba74)',
  'light-dark(#0f766e, #5eead4)',
  'light-dark(#a21caf, #f0abfc)',
  'light-dark(#4d7c0f, #bef264)',
  'light-dark(#7c2d12, #d6a48b)',
  'light-dark(#475569, #cbd5e1)',
] as const
const STROKES = ['', '6 3', '2 3', '10 4', '8 3 2 3', '3 6', '12 3 3 3'] as const

export type Line = { key: string; label: string }
type Spell = (value: number) => string

const STILL = { accessibilityLayer: false } as const
const LINE = { isAnimationActive: false } as const

/** Amounts or numbers over time, at most seven lines. */
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
        ...(STROKES[index] && { strokeDasharray: STROKES[index] }),
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
