import { Alert, AppShell, Burger, Button, Group, Menu, Modal, NavLink, Select, Stack, Text } from '@mantine/core'
import { useDisclosure, useMediaQuery, useNetwork } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Redirect, Route, Switch, useLocation } from 'wouter'
import { type SignedIn, type SiteOfAccount, useForgetAll } from './api.ts'
import { auth } from './auth.ts'
import { Waiting } from './desk.tsx'
import { SignIn } from './pages/sign-in.tsx'
import { NothingHere } from './parts/nothing-here.tsx'
import { noticeSession, useSessionEnded } from './parts/session.ts'
import { SECTIONS, startOf } from './sections.tsx'
import { SiteContext } from './site.tsx'

/** The frame of the desk: which site, who, and the parts that this person may see. */
export function Shell({
  signedIn,
  languages,
  children,
}: {
  signedIn: SignedIn
  languages: string[]
  children?: ReactNode
}) {
  const { t, i18n } = useTranslation('desk')
  const [isOpen, { toggle, close }] = useDisclosure()
  const isWide = useMediaQuery('(min-width: 48em)', true)
  const [site, setSite] = useChosenSite(signedIn.sites)
  const [path, go] = useLocation()
  const forgetAll = useForgetAll()
  const queries = useQueryClient()
  const hasEnded = useSessionEnded()
  const { online: isOnline } = useNetwork()
  const sections = SECTIONS.filter(({ permission }) => site?.permissions.includes(permission))
  const first = sections[0]

  async function signOut() {
    await auth.signOut()
    go('/sign-in')
    await forgetAll()
  }

  return (
    <AppShell
      header={{ height: 60 }}
      navbar={{ width: 240, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group wrap="nowrap">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t('menu')} />
            {signedIn.sites.length > 1 ? (
              <Select
                aria-label={t('site')}
                data={signedIn.sites.map(({ siteId, name }) => ({ value: siteId, label: name }))}
                value={site?.siteId ?? null}
                onChange={setSite}
                allowDeselect={false}
                w={220}
              />
            ) : (
              <Text fw={700} truncate>
                {site?.name}
              </Text>
            )}
          </Group>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="subtle">{signedIn.account.name}</Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item component={Link} href="/account">
                {t('account.title')}
              </Menu.Item>
              {languages
                .filter(each => each !== i18n.language)
                .map(each => (
                  <Menu.Item key={each} component="a" href={`?lang=${each}`} lang={each}>
                    {new Intl.DisplayNames(each, { type: 'language' }).of(each)}
                  </Menu.Item>
                ))}
              <Menu.Divider />
              <Menu.Item onClick={signOut}>{t('signOut')}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
      </AppShell.Header>
      {/* Closed on a phone it is beside the screen, where no keyboard should wander. */}
      <AppShell.Navbar p="xs" aria-label={t('menu')} inert={!isWide && !isOpen}>
        {sections.map(section => {
          const to = startOf(section)
          const isHere = path === to || path.startsWith(`${to}/`)
          return (
            <NavLink
              key={to}
              component={Link}
              href={to}
              label={t(`sections.${section.name}`)}
              active={isHere}
              onClick={close}
              {...(isHere && { 'aria-current': 'page' })}
            />
          )
        })}
      </AppShell.Navbar>
      <AppShell.Main>
        <SiteContext value={site}>
          {!isOnline && (
            <Alert color="yellow" role="status" mb="md">
              {t('offline')}
            </Alert>
          )}
          <Modal opened={hasEnded} onClose={() => {}} withCloseButton={false} title={t('sessionEnded.title')}>
            <Stack>
              <Text>{t('sessionEnded.story')}</Text>
              <SignIn
                onDone={async () => {
                  noticeSession(false)
                  await queries.invalidateQueries()
                }}
              />
            </Stack>
          </Modal>
          {children ?? (
            <Suspense fallback={<Waiting />}>
              <Switch key={site?.siteId}>
                {sections.map(({ path: at, name, component }) => (
                  <Route key={name} path={at} component={component} />
                ))}
                <Route path="/">{first ? <Redirect to={startOf(first)} /> : <NoSite />}</Route>
                <Route>
                  <NothingHere />
                </Route>
              </Switch>
            </Suspense>
          )}
        </SiteContext>
      </AppShell.Main>
    </AppShell>
  )
}

function NoSite() {
  const { t } = useTranslation('desk')
  return <Alert title={t('noSite.title')}>{t('noSite.story')}</Alert>
}

/** Kept by the browser, so that a reload and the next day begin where it was left. */
function useChosenSite(sites: readonly SiteOfAccount[]): [SiteOfAccount | null, (siteId: string | null) => void] {
  const [chosen, setChosen] = useState(() => localStorage.getItem(KEY))
  const site = sites.find(({ siteId }) => siteId === chosen) ?? sites[0] ?? null
  return [
    site,
    siteId => {
      if (siteId === null) return
      localStorage.setItem(KEY, siteId)
      setChosen(siteId)
    },
  ]
}

const KEY = 'boxoffice.desk.site'
