import { Alert, Anchor, Button, Stack, Text, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Waiting } from '../desk.tsx'
import { Failed } from '../parts/failed.tsx'
import { CurrencyField, ZoneField } from '../parts/region-fields.tsx'
import { useSaid } from '../parts/said.ts'
import { useMay, useSiteChange, useSiteQuery } from '../site.tsx'

type Site = {
  id: string
  revision: string
  name: string
  locale: string
  currency: string
  timeZoneId: string
  host?: string
  storefrontUrl: string
}

/** What the site is called, and what new events of it begin with. */
export default function SettingsPage() {
  const { t } = useTranslation('desk')
  const mayManage = useMay('MANAGE_SITE')
  const queries = useQueryClient()
  const { data, error, refetch } = useSiteQuery<{ site: Site }>('/boxoffice/v1/site')
  const change = useSiteChange<{ site: Omit<Site, 'id' | 'host' | 'storefrontUrl'> & { host: string | null } }>(
    'PATCH',
    '/boxoffice/v1/site',
  )
  const form = useForm({ initialValues: { name: '', locale: '', currency: '', timeZoneId: '', host: '' } })
  const site = data?.site
  // Of what stood there when somebody began to type.
  const [seen, setSeen] = useState('')
  // What was typed stays when the answer comes again.
  useEffect(() => {
    if (!site || form.isDirty()) return
    const { revision, name, locale, currency, timeZoneId, host = '' } = site
    setSeen(revision)
    form.setValues({ name, locale, currency, timeZoneId, host })
    form.resetDirty({ name, locale, currency, timeZoneId, host })
  }, [site, form])
  if (error) return <Failed error={error} again={refetch} />
  if (!site) return <Waiting />

  async function loadTheirs(): Promise<void> {
    const { data: now } = await refetch()
    change.reset()
    if (!now) return
    const { revision, name, locale, currency, timeZoneId, host = '' } = now.site
    setSeen(revision)
    form.setValues({ name, locale, currency, timeZoneId, host })
    form.resetDirty({ name, locale, currency, timeZoneId, host })
  }

  return (
    <Stack maw={560}>
      <Title order={1}>{t('settings.title')}</Title>
      <Text>
        {t('settings.storefront')}{' '}
        <Anchor
          underline="always"
          href={site.storefrontUrl}
          target="_blank"
          rel="noopener"
          style={{ overflowWrap: 'anywhere' }}
        >
          {site.storefrontUrl}
        </Anchor>
      </Text>
      {change.isSuccess && (
        <Alert color="green" role="status">
          {t('saved')}
        </Alert>
      )}
      {change.error && <Failed error={change.error} about={{ kind: 'site', id: site.id }} theirs={loadTheirs} />}
      <form
        onSubmit={form.onSubmit(({ host, ...facts }) =>
          change.mutate(
            { site: { ...facts, host: host === '' ? null : host, revision: seen } },
            {
              onSuccess: () => {
                form.resetDirty()
                return queries.invalidateQueries({ queryKey: ['account'] })
              },
            },
          ),
        )}
      >
        <Stack>
          <TextInput label={t('settings.name')} required disabled={!mayManage} {...form.getInputProps('name')} />
          <TextInput
            label={t('settings.locale')}
            description={t('settings.localeHint')}
            required
            disabled={!mayManage}
            {...form.getInputProps('locale')}
          />
          <CurrencyField label={t('settings.currency')} disabled={!mayManage} {...form.getInputProps('currency')} />
          <ZoneField label={t('settings.timeZone')} disabled={!mayManage} {...form.getInputProps('timeZoneId')} />
          <TextInput
            label={t('settings.host')}
            description={t('settings.hostHint')}
            disabled={!mayManage}
            {...form.getInputProps('host')}
          />
          {mayManage && (
            <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
              {t('save')}
            </Button>
          )}
        </Stack>
      </form>
      {mayManage && <AnotherSite like={site} />}
    </Stack>
  )
}

/** Makes one more site of this installation, which belongs to whoever makes it, and begins like the one at the desk. */
function AnotherSite({ like: { locale, currency, timeZoneId } }: { like: Site }) {
  const { t } = useTranslation('desk')
  const queries = useQueryClient()
  const said = useSaid()
  const make = useSiteChange<{ site: Pick<Site, 'name' | 'locale' | 'currency' | 'timeZoneId'> }>(
    'POST',
    '/boxoffice/v1/sites',
  )
  const form = useForm({
    initialValues: { another: '' },
    validate: { another: name => (name.trim() === '' ? t('field.needed') : null) },
  })
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(({ another }) =>
        make.mutate(
          { site: { name: another.trim(), locale, currency, timeZoneId } },
          {
            onSuccess: () => {
              said(t('settings.anotherMade', { name: another.trim() }))
              form.reset()
              return queries.invalidateQueries({ queryKey: ['account'] })
            },
          },
        ),
      )}
    >
      <Stack>
        <Title order={2} size="h4">
          {t('settings.another')}
        </Title>
        <Text>{t('settings.anotherStory')}</Text>
        <TextInput label={t('settings.anotherName')} required maxLength={100} {...form.getInputProps('another')} />
        {make.error && <Failed error={make.error} />}
        <Button type="submit" variant="default" loading={make.isPending}>
          {t('settings.anotherDo')}
        </Button>
      </Stack>
    </form>
  )
}
