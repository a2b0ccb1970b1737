import { Center, Loader } from '@mantine/core'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Redirect, Route, Router, Switch } from 'wouter'
import { useSignedIn } from './api.ts'
import { ForgotPage, ResetPage } from './pages/forgot.tsx'
import { JoinPage } from './pages/join.tsx'
import { SetUpPage } from './pages/set-up.tsx'
import { SignInPage } from './pages/sign-in.tsx'
import { Failed } from './parts/failed.tsx'
import { noticeSession } from './parts/session.ts'
import { mayLeave } from './parts/unsaved.ts'
import { Shell } from './shell.tsx'

const AccountPage = lazy(() => import('./pages/account.tsx'))

/** The desk: who is signed in sees the sites that they work for, everybody else the door. */
export function Desk({ languages }: { languages: string[] }) {
  const { t } = useTranslation('desk')
  return (
    <Router
      base="/dashboard"
      aroundNav={(go, to, options) => {
        const [there] = to.split('?')
        if (there === location.pathname || mayLeave(t('unsaved'))) go(to, options)
      }}
    >
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
  const { data: answered, error, refetch } = useSignedIn()
  // Whose session ends stays where they are, with what they have typed, and is asked to sign in over it.
  const [known, setKnown] = useState(answered)
  if (answered && answered !== known) setKnown(answered)
  const data = answered ?? known ?? answered
  useEffect(() => {
    if (answered !== undefined) noticeSession(answered === null && known !== null && known !== undefined)
  }, [answered, known])
  if (error && !data) return <Failed error={error} again={refetch} />
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
