import { Select, type SelectProps } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSiteQuery } from '../site.tsx'

const LIMIT = 20

/** One event of the site, found by words of its title; there may be thousands. */
export function EventSelect({
  value,
  onChange,
  ...rest
}: Omit<SelectProps, 'data' | 'value' | 'onChange'> & {
  value: string | null
  onChange: (eventId: string | null) => void
}) {
  const { t } = useTranslation('desk')
  const [typed, setTyped] = useState('')
  const { data: chosen } = useSiteQuery<{ event: { id: string; title: string } }>(
    `/events/v3/events/${value}`,
    undefined,
    { enabled: value !== null },
  )
  // The title of what is chosen stands in the field, and is nothing that was typed.
  const [words] = useDebouncedValue(typed === chosen?.event.title ? '' : typed.trim().slice(0, 100), 250)
  const { data } = useSiteQuery<{ events: { id: string; title: string }[] }>(
    `/boxoffice/v1/events?${new URLSearchParams({ limit: String(LIMIT), ...(words !== '' && { q: words }) })}`,
    undefined,
    { placeholderData: keepPreviousData },
  )
  const found = (data?.events ?? []).filter(({ id }) => id !== value)
  const known = chosen && value !== null ? [chosen.event, ...found] : found
  return (
    <Select
      searchable
      nothingFoundMessage={t('nothingFound')}
      data={known.map(({ id, title }) => ({ value: id, label: title }))}
      // The server has looked for the words already.
      filter={({ options }) => options}
      value={value}
      onChange={onChange}
      onSearchChange={setTyped}
      {...rest}
    />
  )
}
