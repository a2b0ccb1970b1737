import { Route, Switch } from 'wouter'
import { EventCalendar } from './calendar.tsx'
import { EventPage } from './event.tsx'
import { EventList } from './list.tsx'
import { NewEventPage } from './new.tsx'

/** The events of the site, and the page of each. */
export default function EventsSection() {
  return (
    <Switch>
      <Route path="/events" component={EventList} />
      <Route path="/events/calendar" component={EventCalendar} />
      <Route path="/events/new" component={NewEventPage} />
      <Route path="/events/:eventId/*?" component={EventPage} />
    </Switch>
  )
}
