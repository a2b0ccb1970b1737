import { ActionIcon, Menu } from '@mantine/core'
import type { ReactNode } from 'react'

/** The menu of what else can be done with something. */
export function MoreActions({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={label}>
          <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" fill="currentColor">
            {[3, 8, 13].map(x => (
              <circle key={x} cx={x} cy="8" r="1.5" />
            ))}
          </svg>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  )
}
