import { closestCenter, DndContext, KeyboardSensor, PointerSensor, useSensor, useSensors } from '@dnd-kit/core'
import {
  arrayMove,
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from '@dnd-kit/sortable'
import { CSS } from '@dnd-kit/utilities'
import { ActionIcon } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'

/** Where something goes: directly before or after another one. */
export type Move = { id: string; beforeId: string } | { id: string; afterId: string }

/**
 * A list whose order can be changed, by mouse, finger and keyboard. It shows the new order at once, and what is true again
 * when `onMove` has ended.
 * @param children what an entry shows; `handle` is what it is taken by, nothing where it may not be moved
 */
export function Sortable<Item extends { id: string }>({
  items,
  label,
  nameOf,
  onMove,
  children,
}: {
  items: readonly Item[]
  label: string
  nameOf: (item: Item) => string
  /** null: the order cannot be changed. */
  onMove: ((move: Move) => Promise<unknown>) | null
  children: (item: Item, handle: ReactNode) => ReactNode
}) {
  const { t } = useTranslation('desk')
  const [moved, setMoved] = useState<readonly string[] | null>(null)
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  )
  const known = new Map(items.map(item => [item.id, item]))
  const shown = moved?.every(id => known.has(id)) && moved.length === items.length ? moved : items.map(({ id }) => id)
  const placeOf = (id: string | number) => shown.indexOf(String(id)) + 1
  const said = (id: string | number) => {
    const item = known.get(String(id))
    return item ? nameOf(item) : ''
  }

  async function move(id: string, over: string): Promise<void> {
    const [from, to] = [shown.indexOf(id), shown.indexOf(over)]
    if (!onMove || from < 0 || to < 0 || from === to) return
    setMoved(arrayMove([...shown], from, to))
    const done = () => setMoved(null)
    // Whoever gave `onMove` shows what went wrong.
    await onMove(from < to ? { id, afterId: over } : { id, beforeId: over }).then(done, done)
  }

  const list = shown.flatMap(id => {
    const item = known.get(id)
    return item ? [item] : []
  })
  if (!onMove || items.length < 2)
    return (
      <ul aria-label={label} style={LIST}>
        {list.map(item => (
          <li key={item.id}>{children(item, null)}</li>
        ))}
      </ul>
    )
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      onDragEnd={({ active, over }) => over && void move(String(active.id), String(over.id))}
      accessibility={{
        screenReaderInstructions: { draggable: t('sortable.how') },
        announcements: {
          onDragStart: ({ active }) => t('sortable.taken', { name: said(active.id), place: placeOf(active.id) }),
          onDragOver: ({ active, over }) =>
            over ? t('sortable.over', { name: said(active.id), place: placeOf(over.id), count: shown.length }) : '',
          onDragEnd: ({ active, over }) =>
            t('sortable.put', { name: said(active.id), place: placeOf(over?.id ?? active.id) }),
          onDragCancel: ({ active }) => t('sortable.left', { name: said(active.id) }),
        },
      }}
    >
      <SortableContext items={[...shown]} strategy={verticalListSortingStrategy}>
        <ul aria-label={label} style={LIST}>
          {list.map(item => (
            <Entry key={item.id} id={item.id} label={t('sortable.move', { name: nameOf(item) })}>
              {handle => children(item, handle)}
            </Entry>
          ))}
        </ul>
      </SortableContext>
    </DndContext>
  )
}

const LIST = { listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: 'var(--mantine-spacing-sm)' } as const

function Entry({ id, label, children }: { id: string; label: string; children: (handle: ReactNode) => ReactNode }) {
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({
    id,
  })
  const { role: _, ...handle } = attributes
  return (
    <li
      ref={setNodeRef}
      style={{
        transform: CSS.Translate.toString(transform),
        transition,
        ...(isDragging && { position: 'relative', zIndex: 1, boxShadow: 'var(--mantine-shadow-md)' }),
      }}
    >
      {children(
        <ActionIcon
          ref={setActivatorNodeRef}
          {...handle}
          {...listeners}
          variant="subtle"
          color="gray"
          aria-label={label}
          style={{ touchAction: 'none', cursor: isDragging ? 'grabbing' : 'grab' }}
        >
          <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" fill="currentColor">
            {[3, 7, 11].flatMap(y => [5, 9].map(x => <circle key={`${x} ${y}`} cx={x} cy={y} r="1.3" />))}
          </svg>
        </ActionIcon>,
      )}
    </li>
  )
}
