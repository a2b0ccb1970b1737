import { Tabs } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Page } from '../parts/page.tsx'
import { useParam } from '../parts/use-param.ts'
import { useMay } from '../site.tsx'
import { Outbox } from './outbox.tsx'
import { TemplatesPanel } from './templates.tsx'

/** What goes out by mail, and what it says. */
export default function MailsPage() {
  const { t } = useTranslation('desk')
  const [tab, setTab] = useParam('show')
  const maySeeTemplates = useMay('READ_NOTIFICATION_CONFIG')
  return (
    <Page title={t('sections.mails')}>
      <Tabs
        value={tab || 'outbox'}
        onChange={value => setTab(value === 'outbox' ? '' : (value ?? ''), { state: '', page: '' })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="outbox">{t('mails.outbox')}</Tabs.Tab>
          {maySeeTemplates && <Tabs.Tab value="templates">{t('mails.templates')}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="outbox">
          <Outbox />
        </Tabs.Panel>
        {maySeeTemplates && (
          <Tabs.Panel value="templates">
            <TemplatesPanel />
          </Tabs.Panel>
        )}
      </Tabs>
    </Page>
  )
}
