import { useEvent } from '../events/event.tsx'
import { HeldList } from './held.tsx'

/** What is held of one event. */
export default function ReservationsTab() {
  const { id } = useEvent()
  return <HeldList eventId={id} />
}
