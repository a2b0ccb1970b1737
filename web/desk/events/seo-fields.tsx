import { Card, Group, Image, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { pictureSource } from '../../shared/picture.ts'
import { seoOf } from '../../shared/seo.ts'
import { PictureField } from '../parts/picture-field.tsx'
import { textOf } from '../parts/rich-text/ricos.ts'
import { useSite } from '../site.tsx'
import type { FactsForm } from './fields.tsx'

/** What is said of an event where it is searched for and passed on, and how that looks. */
export function SeoFields({ form, disabled, base }: { form: FactsForm; disabled: boolean; base: string }) {
  const { t } = useTranslation('desk')
  const { values } = form
  const { name: siteName } = useSite()
  const { socialTitle, socialDescription } = seoOf(values.seoBefore.tags)
  // As the page says it by itself where nothing is written here.
  const own = {
    title: `${values.title.trim()} – ${siteName}`,
    description: values.shortDescription.trim() || textOf(values.description).slice(0, 160) || values.title.trim(),
  }
  const title = values.seoTitle.trim() || own.title
  const description = values.seoDescription.trim() || own.description
  const picture = values.seoPicture ?? values.picture
  const host = URL.canParse(base) ? new URL(base).host : base
  return (
    <>
      <TextInput
        label={t('seo.title')}
        description={t('seo.titleHint')}
        placeholder={own.title}
        maxLength={200}
        disabled={disabled}
        {...form.getInputProps('seoTitle')}
      />
      <Textarea
        label={t('seo.description')}
        description={t('seo.descriptionHint')}
        placeholder={own.description}
        maxLength={500}
        autosize
        minRows={2}
        maxRows={6}
        disabled={disabled}
        {...form.getInputProps('seoDescription')}
      />
      <PictureField
        label={t('seo.picture')}
        description={t('seo.pictureHint')}
        hasAlt={false}
        disabled={disabled}
        value={values.seoPicture}
        onChange={seoPicture => form.setFieldValue('seoPicture', seoPicture)}
      />
      <Switch
        label={t('seo.unlisted')}
        description={t('seo.unlistedHint')}
        disabled={disabled}
        {...form.getInputProps('isUnlisted', { type: 'checkbox' })}
      />
      <Group align="stretch" grow preventGrowOverflow={false}>
        <Look name={t('seo.inSearch')}>
          {values.isUnlisted ? (
            <Text c="dimmed" size="sm">
              {t('seo.notInSearch')}
            </Text>
          ) : (
            <>
              <Text size="xs" c="dimmed" truncate>
                {host} › event-details › {values.slug}
              </Text>
              <Text size="lg" c="var(--mantine-color-anchor)" lineClamp={1} dir="auto">
                {title}
              </Text>
              <Text size="sm" lineClamp={2} dir="auto">
                {description}
              </Text>
            </>
          )}
        </Look>
        <Look name={t('seo.inMessenger')}>
          {picture && (
            <Image src={pictureSource(picture)} alt="" radius="sm" fit="cover" style={{ aspectRatio: '1.91' }} />
          )}
          <Text size="xs" c="dimmed" truncate>
            {host}
          </Text>
          <Text fw={600} lineClamp={2} dir="auto">
            {socialTitle ?? title}
          </Text>
          <Text size="sm" c="dimmed" lineClamp={2} dir="auto">
            {socialDescription ?? description}
          </Text>
        </Look>
      </Group>
    </>
  )
}

function Look({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Stack gap={4} miw={240} maw={420} component="section" aria-label={name}>
      <Text size="sm" c="dimmed" aria-hidden>
        {name}
      </Text>
      <Card withBorder padding="sm">
        <Stack gap={2}>{children}</Stack>
      </Card>
    </Stack>
  )
}
