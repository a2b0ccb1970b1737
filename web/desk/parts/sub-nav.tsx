import { Button, Group } from '@mantine/core'
import { Link, useLocation } from 'wouter'

/** The pages of one part of the desk, side by side. */
export function SubNav({ label, pages }: { label: string; pages: readonly { to: string; name: string }[] }) {
  const [path] = useLocation()
  // The page whose address reaches furthest: `/tickets` is where `/tickets/sale` is not.
  const here = pages
    .filter(({ to }) => path === to || path.startsWith(`${to}/`))
    .toSorted((one, other) => other.to.length - one.to.length)[0]
  return (
    <Group component="nav" aria-label={label} gap={4}>
      {pages.map(({ to, name }) => (
        <Button
          key={to}
          component={Link}
          href={to}
          size="compact-sm"
          variant={here?.to === to ? 'filled' : 'default'}
          {...(here?.to === to && { 'aria-current': 'page' })}
        >
          {name}
        </Button>
      ))}
    </Group>
  )
}
