import { BarChart, LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent, LegendComponent, MarkLineComponent } from 'echarts/components'
import { type EChartsCoreOption, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([BarChart, LineChart, ScatterChart, GridComponent, LegendComponent, MarkLineComponent, SVGRenderer])

/**
 * Charts as SVG text, drawn while the report is written: the page needs no script. Colors are stand-ins that become the
 * page's own variables, so that the charts follow its light and dark.
 */
export type Color = 'ink' | 'quiet' | 'line' | 'ours' | 'echo' | 'other' | 'goal'

const STAND_INS: Record<Color, string> = {
  ink: '#010101',
  quiet: '#020202',
  line: '#030303',
  ours: '#040404',
  echo: '#050505',
  other: '#060606',
  goal: '#070707',
}

/** In CSS pixels: narrow enough for a phone, where it is shown as it is. */
const WIDTH = 340
const FONT = 12

export type Bar = {
  label: string
  /** The bar's length: the median. */
  value: number
  /** Each round, as a dot. */
  rounds?: readonly number[]
  color: Color
  text: string
}

/** Lying bars, one below the other, with their rounds as dots and a line at what was promised. */
export function bars(all: readonly Bar[], { goal }: { goal?: number } = {}): string {
  const values = all.flatMap(({ value, rounds = [] }) => [value, ...rounds])
  // Room for the text behind the longest bar.
  const plot = WIDTH - labelWidth(all) - 4
  const room = plot / Math.max(60, plot - textWidth(all.map(({ text }) => text)) - 8)
  const max = Math.max(...values, goal ?? 0, Number.MIN_VALUE) * room
  return draw(all.length * 34 + 12, {
    grid: { left: labelWidth(all), right: 4, top: 4, bottom: 4 },
    xAxis: { type: 'value', show: false, min: 0, max },
    yAxis: {
      type: 'category',
      inverse: true,
      data: all.map(({ label }) => label),
      axisLine: { lineStyle: { color: STAND_INS.line } },
      axisTick: { show: false },
      axisLabel: { color: STAND_INS.ink, fontSize: FONT },
    },
    series: [
      {
        type: 'bar',
        silent: true,
        barWidth: 20,
        data: all.map(({ value, color }) => ({
          value,
          itemStyle: { color: STAND_INS[color], borderRadius: [0, 3, 3, 0] },
        })),
        ...(goal !== undefined && {
          markLine: {
            silent: true,
            symbol: 'none',
            label: { show: false },
            lineStyle: { color: STAND_INS.goal, type: 'dashed', width: 1.5 },
            data: [{ xAxis: goal }],
          },
        }),
      },
      {
        // Invisible, and as long as the furthest round: the text stands behind it.
        type: 'bar',
        silent: true,
        barGap: '-100%',
        barWidth: 20,
        data: all.map(({ value, rounds = [], text }) => ({
          value: Math.max(value, ...rounds),
          itemStyle: { color: 'none' },
          label: { show: true, position: 'right', formatter: () => text, color: STAND_INS.ink, fontSize: FONT },
        })),
      },
      {
        type: 'scatter',
        silent: true,
        symbolSize: 5,
        itemStyle: { color: STAND_INS.ink, opacity: 0.7 },
        data: all.flatMap(({ rounds = [] }, index) => rounds.map(round => [round, index])),
      },
    ],
  })
}

function labelWidth(all: readonly Bar[]): number {
  return Math.min(190, textWidth(all.map(({ label }) => label)) + 14)
}

/** There is nothing here that could measure text: a generous guess, of the longest. */
function textWidth(texts: readonly string[]): number {
  return Math.max(...texts.map(text => text.length)) * 6.7
}

export type Line = { name: string; color: Color; points: readonly (readonly [number, number])[] }

export function lines(
  all: readonly Line[],
  { x, y, goal, yMax }: { x: string; y: string; goal?: number; yMax?: number },
): string {
  const axis = (name: string) => ({
    type: 'value',
    name,
    nameLocation: 'middle',
    nameTextStyle: { color: STAND_INS.quiet, fontSize: FONT },
    axisLabel: { color: STAND_INS.quiet, fontSize: FONT, formatter: compact, hideOverlap: true },
    axisLine: { show: true, lineStyle: { color: STAND_INS.line } },
    axisTick: { show: false },
  })
  return draw(230, {
    grid: { left: 56, right: 14, top: all.length > 1 ? 34 : 14, bottom: 42 },
    legend: {
      show: all.length > 1,
      top: 2,
      left: 50,
      textStyle: { color: STAND_INS.ink, fontSize: FONT },
      itemHeight: 3,
    },
    xAxis: { ...axis(x), nameGap: 26, min: 0, splitLine: { show: false } },
    yAxis: {
      ...axis(y),
      nameGap: 42,
      min: 0,
      ...(yMax !== undefined && { max: yMax }),
      splitLine: { lineStyle: { color: STAND_INS.line, opacity: 0.6 } },
    },
    series: all.map(({ name, color, points }, index) => ({
      type: 'line',
      silent: true,
      name,
      symbol: points.length < 30 ? 'circle' : 'none',
      symbolSize: 4,
      lineStyle: { color: STAND_INS[color], width: 2 },
      itemStyle: { color: STAND_INS[color] },
      data: points.map(point => [...point]),
      ...(index === 0 &&
        goal !== undefined && {
          markLine: {
            silent: true,
            symbol: 'none',
            label: { show: false },
            lineStyle: { color: STAND_INS.goal, type: 'dashed', width: 1.5 },
            data: [{ yAxis: goal }],
          },
        }),
    })),
  })
}

function compact(value: number): string {
  return value >= 1000 ? `${Number((value / 1000).toFixed(1))}k` : String(value)
}

function draw(height: number, option: EChartsCoreOption): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  try {
    chart.setOption({ animation: false, backgroundColor: 'none', textStyle: { fontFamily: 'inherit' }, ...option })
    let svg = chart.renderToSVGString()
    for (const [name, standIn] of Object.entries(STAND_INS)) svg = svg.replaceAll(standIn, `var(--${name})`)
    // Said by the figure's caption.
    return svg.replace('<svg ', '<svg aria-hidden="true" focusable="false" ')
  } finally {
    chart.dispose()
  }
}
