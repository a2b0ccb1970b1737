import { Card, Center, Stack, Title } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'

/** A page in front of the desk: one card, one thing to do. */
export function Entrance({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = title
  }, [title])
  return (
    <Center component="main" mih="100vh" p="md">
      <Card withBorder shadow="sm" padding="xl" w="100%" maw={440}>
        <Stack>
          <Title order={1} size="h2">
            {title}
          </Title>
          {children}
        </Stack>
      </Card>
    </Center>
  )
}

/** What is in the address of a link that was mailed or printed. */
export function secretOf(name = 'token'): string {
  return new URLSearchParams(location.search).get(name) ?? ''
}
