import { Card, Center, Image, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { pictureSource } from '../../shared/picture.ts'
import type { Facts } from './facts.ts'

/** How the list of events will show it to guests, while it is typed. */
export function PreviewCard({ facts, moreDates }: { facts: Facts; moreDates: number }) {
  const { t, i18n } = useTranslation('desk')
  const { title, start, picture, shortDescription, placeName, street, city } = facts
  const date = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' })
  const begins = new Date(`${start}Z`)
  const isDated = !facts.isDateOpen && !Number.isNaN(begins.getTime())
  const place =
    facts.place === 'ONLINE' && placeName === ''
      ? t('events.places.ONLINE')
      : [placeName, street, city].filter(each => each.trim() !== '').join(', ')
  return (
    <Stack gap="xs" component="section" aria-label={t('events.preview')} style={{ position: 'sticky', top: 76 }}>
      <Text size="sm" c="dimmed">
        {t('events.preview')}
      </Text>
      <Card withBorder maw={420} padding="md">
        <Card.Section>
          {picture ? (
            <Image src={pictureSource(picture)} alt={picture.altText ?? ''} h={200} fit="cover" />
          ) : (
            <Center h={140} bg="var(--mantine-color-default-hover)">
              <Text c="dimmed">
                {isDated
                  ? new Intl.DateTimeFormat(i18n.language, { day: 'numeric', month: 'long', timeZone: 'UTC' }).format(
                      begins,
                    )
                  : t('events.picture')}
              </Text>
            </Center>
          )}
        </Card.Section>
        <Stack gap={4} mt="sm">
          <Text size="sm" c="dimmed">
            {isDated ? date.format(begins) : facts.isDateOpen ? facts.dateMessage : t('events.noDateYet')}
          </Text>
          <Text fw={700} size="lg" dir="auto" style={{ overflowWrap: 'anywhere' }}>
            {title || t('events.noTitleYet')}
          </Text>
          <Text size="sm" dir="auto">
            {place || t('events.noPlaceYet')}
          </Text>
          {moreDates > 0 && <Text size="sm">{t('events.moreDates', { count: moreDates })}</Text>}
          {shortDescription && (
            <Text size="sm" dir="auto" mt="xs" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-line' }}>
              {shortDescription}
            </Text>
          )}
        </Stack>
      </Card>
    </Stack>
  )
}
