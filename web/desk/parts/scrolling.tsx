import { Table } from '@mantine/core'
import type { ReactNode } from 'react'

/**
 * Wide tables scroll by themselves, also by keyboard.
 * @param width pixels below which it scrolls
 */
export function Scrolling({ label, width = 560, children }: { label: string; width?: number; children: ReactNode }) {
  return (
    <Table.ScrollContainer minWidth={width} type="native" tabIndex={0} role="region" aria-label={label}>
      {children}
    </Table.ScrollContainer>
  )
}
