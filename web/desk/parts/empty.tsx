import { Center, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** Where a list has nothing yet: what would be here, and the way to begin. */
export function Empty({ title, story, children }: { title: string; story?: string; children?: ReactNode }) {
  return (
    <Center py="xl">
      <Stack align="center" gap="xs" maw={420}>
        <Text fw={600}>{title}</Text>
        {story && (
          <Text c="dimmed" ta="center">
            {story}
          </Text>
        )}
        {children}
      </Stack>
    </Center>
  )
}
