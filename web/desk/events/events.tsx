import { Route, Switch } from 'wouter'
import { EventPage } from './event.tsx'
import { EventList } from './list.tsx'

/** The events of the site, and the page of each. */
export default function EventsSection() {
  return (
    <Switch>
      <Route path="/events" component={EventList} />
      <Route path="/events/:eventId/*?" component={EventPage} />
    </Switch>
  )
}
