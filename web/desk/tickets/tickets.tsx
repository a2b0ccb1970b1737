import { Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Route, Switch } from 'wouter'
import { useEvent } from '../events/event.tsx'
import { Empty } from '../parts/empty.tsx'
import { NothingHere } from '../parts/nothing-here.tsx'
import { SubNav } from '../parts/sub-nav.tsx'
import { useMay } from '../site.tsx'
import { EditDefinition } from './edit.tsx'
import { DefinitionList } from './list.tsx'
import { NewDefinition } from './new.tsx'
import { SaleSettings } from './sale-settings.tsx'
import { Seats } from './seats.tsx'

/** What an event sells: its ticket definitions, how they are sold, and the seats that they are for. */
export default function TicketsTab() {
  const { t } = useTranslation('desk')
  const maySettle = useMay('MANAGE_EVENTS')
  const { registration } = useEvent()
  if (registration?.initialType !== 'TICKETING')
    return <Empty title={t('tickets.noTicketing.title')} story={t('tickets.noTicketing.story')} />
  return (
    <Stack>
      <SubNav
        label={t('tickets.parts.label')}
        pages={[
          { to: '/tickets', name: t('tickets.parts.definitions') },
          ...(maySettle ? [{ to: '/tickets/sale', name: t('tickets.parts.sale') }] : []),
          { to: '/tickets/seats', name: t('tickets.parts.seats') },
        ]}
      />
      <Switch>
        <Route path="/tickets" component={DefinitionList} />
        <Route path="/tickets/new" component={NewDefinition} />
        <Route path="/tickets/sale" component={SaleSettings} />
        <Route path="/tickets/seats" component={Seats} />
        <Route path="/tickets/:definitionId" component={EditDefinition} />
        <Route>
          <NothingHere />
        </Route>
      </Switch>
    </Stack>
  )
}
