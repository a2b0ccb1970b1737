import { Center, Loader } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Redirect, Route, Router, Switch } from 'wouter'
import { useSignedIn } from './api.ts'
import { ForgotPage, ResetPage } from './pages/forgot.tsx'
import { JoinPage } from './pages/join.tsx'
import { SetUpPage } from './pages/set-up.tsx'
import { SignInPage } from './pages/sign-in.tsx'
import { Failed } from './parts/failed.tsx'
import { Shell } from './shell.tsx'

const AccountPage = lazy(() => import('./pages/account.tsx'))

/** The desk: who is signed in sees the sites that they work for, everybody else the door. */
export function Desk({ languages }: { languages: string[] }) {
  return (
    <Router base="/dashboard">
      <Suspense fallback={<Waiting />}>
        <Switch>
          <Route path="/set-up" component={SetUpPage} />
          <Route path="/join" component={JoinPage} />
          <Route path="/sign-in" component={SignInPage} />
          <Route path="/forgot" component={ForgotPage} />
          <Route path="/reset" component={ResetPage} />
          <Route>
            <Inside languages={languages} />
          </Route>
        </Switch>
      </Suspense>
    </Router>
  )
}

function Inside({ languages }: { languages: string[] }) {
  const { data, error, refetch } = useSignedIn()
  if (error) return <Failed error={error} again={refetch} />
  if (data === undefined) return <Waiting />
  if (data === null) return <Redirect to={`/sign-in?then=${encodeURIComponent(location.pathname + location.search)}`} />
  return (
    <Switch>
      <Route path="/account">
        <Shell signedIn={data} languages={languages}>
          <AccountPage signedIn={data} />
        </Shell>
      </Route>
      <Route>
        <Shell signedIn={data} languages={languages} />
      </Route>
    </Switch>
  )
}

export function Waiting() {
  const { t } = useTranslation('desk')
  return (
    <Center mih="40vh" role="status" aria-label={t('waiting')}>
      <Loader />
    </Center>
  )
}
