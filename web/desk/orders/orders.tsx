import { useTranslation } from 'react-i18next'
import { Route, Switch } from 'wouter'
import { Page } from '../parts/page.tsx'
import { OrderList } from './list.tsx'
import { OrderPage } from './order.tsx'

/** The orders of all events, and the page of each. */
export default function OrdersSection() {
  const { t } = useTranslation('desk')
  return (
    <Switch>
      <Route path="/orders">
        <Page title={t('orders.name')}>
          <OrderList />
        </Page>
      </Route>
      <Route path="/orders/:orderNumber">{({ orderNumber }) => <OrderPage orderNumber={orderNumber} />}</Route>
    </Switch>
  )
}
