import { Group, Pagination, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/**
 * The pages of a list, and how much there is; nothing where one page has it all.
 * @param page from 1; `usePage` keeps it in the address
 */
export function Paged({
  page,
  limit,
  total,
  onPage,
}: {
  page: number
  limit: number
  total: number
  onPage: (page: number) => void
}) {
  const { t, i18n } = useTranslation('desk')
  if (total <= limit && page === 1) return null
  const number = new Intl.NumberFormat(i18n.language)
  return (
    <Group justify="space-between">
      <Text size="sm" c="dimmed">
        {t('pages.range', {
          from: number.format(Math.min(total, (page - 1) * limit + 1)),
          to: number.format(Math.min(total, page * limit)),
          total: number.format(total),
        })}
      </Text>
      <Pagination
        value={page}
        total={Math.max(1, Math.ceil(total / limit))}
        onChange={onPage}
        aria-label={t('pages.label')}
        getControlProps={control => ({
          'aria-label': t(`pages.${control as 'next' | 'previous' | 'first' | 'last'}`),
        })}
        getItemProps={at => ({ 'aria-label': t('pages.page', { page: number.format(at) }) })}
      />
    </Group>
  )
}
