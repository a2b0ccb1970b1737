import { ColorSwatch, Group, Text } from '@mantine/core'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { type Section, type Spot, spotsOf } from './plan.ts'

/** Told apart also by who sees few colours, on light and dark ground. */
const COLOURS = ['#4263eb', '#e8590c', '#099268', '#ae3ec9', '#1098ad', '#c2255c', '#66a80f', '#845b3f']
const NOBODY = '#868e96'

/** A plan to look at: a dot for each seat, a square for each area, in the colour of the tickets that are for it. */
export function Drawing({
  name,
  sections,
  definitions,
}: {
  name: string
  sections: readonly Section[]
  definitions: readonly { id: string; name: string }[]
}) {
  const { t, i18n } = useTranslation('desk')
  const number = new Intl.NumberFormat(i18n.language)
  const { groups, box } = useMemo(() => laidOut(sections), [sections])
  const nameOf = (id: string | null) =>
    id === null
      ? t('tickets.seats.nobody')
      : (definitions.find(each => each.id === id)?.name ?? t('tickets.seats.deleted'))
  const colourOf = (id: string | null, index: number) =>
    id === null ? NOBODY : (COLOURS[index % COLOURS.length] ?? NOBODY)
  return (
    <figure style={{ margin: 0 }}>
      <svg
        role="img"
        aria-label={t('tickets.seats.drawing', { name })}
        viewBox={`${box.x} ${box.y} ${box.width} ${box.height}`}
        style={{ width: '100%', maxHeight: '60vh', display: 'block' }}
      >
        {groups.map(({ id, path }, index) => (
          <path key={id ?? ''} d={path} fill={colourOf(id, index)} />
        ))}
      </svg>
      <figcaption>
        <Group gap="md" mt="sm">
          {groups.map(({ id, room }, index) => (
            <Group key={id ?? ''} gap={6} wrap="nowrap">
              <ColorSwatch size={14} color={colourOf(id, index)} aria-hidden="true" />
              <Text size="sm">
                {nameOf(id)} ({number.format(room)})
              </Text>
            </Group>
          ))}
        </Group>
      </figcaption>
    </figure>
  )
}

/** One path for all places of a definition: fifty thousand of them are drawn at once. */
function laidOut(sections: readonly Section[]) {
  const spots = spotsOf(sections)
  const unit = spacingOf(spots)
  const groups = [...Map.groupBy(spots, ({ ticketDefinitionId }) => ticketDefinitionId)].map(([id, own]) => ({
    id,
    room: own.reduce((sum, { capacity }) => sum + capacity, 0),
    path: own.map(spot => (spot.isArea ? square(spot, spot.size * unit) : dot(spot, unit * 0.42))).join(''),
  }))
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { x, y, isArea, size } of spots) {
    const reach = isArea ? (size * unit) / 2 : unit / 2
    left = Math.min(left, x - reach)
    right = Math.max(right, x + reach)
    top = Math.min(top, y - reach)
    bottom = Math.max(bottom, y + reach)
  }
  const margin = unit
  return {
    groups,
    box: {
      x: left - margin,
      y: top - margin,
      width: right - left + 2 * margin,
      height: bottom - top + 2 * margin,
    },
  }
}

function dot({ x, y }: Spot, radius: number): string {
  return `M${x - radius} ${y}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0`
}

function square({ x, y }: Spot, size: number): string {
  return `M${x - size / 2} ${y - size / 2}h${size}v${size}h${-size}z`
}

/** How far apart neighbours are in the drawer's unit: the middle one of all distances. */
function spacingOf(spots: readonly Spot[]): number {
  const distances: number[] = []
  for (const [index, spot] of spots.entries()) {
    const before = spots[index - 1]
    if (!before || before.isArea || spot.isArea) continue
    const distance = Math.hypot(spot.x - before.x, spot.y - before.y)
    if (distance > 0) distances.push(distance)
  }
  distances.sort((one, other) => one - other)
  return distances[Math.floor(distances.length / 2)] ?? 1
}
