import { useEvent } from '../events/event.tsx'
import { OrderList } from './list.tsx'

/** The orders of one event. */
export default function OrdersTab() {
  const { id } = useEvent()
  return <OrderList eventId={id} />
}
