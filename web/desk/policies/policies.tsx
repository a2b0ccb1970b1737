import { Anchor, Button, Card, Group, Menu, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Route, Switch } from 'wouter'
import { Waiting } from '../desk.tsx'
import { useEvent } from '../events/event.tsx'
import { ConfirmRemoval } from '../parts/confirm-removal.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { MoreActions } from '../parts/more-actions.tsx'
import { NothingHere } from '../parts/nothing-here.tsx'
import { type Move, Sortable } from '../parts/sortable.tsx'
import { useMay, useSiteChange } from '../site.tsx'
import { EditPolicy, NewPolicy } from './policy-form.tsx'
import { POLICIES_MAX, type Policy, usePolicies } from './use-policies.ts'

/** What guests accept before they buy or answer. */
export default function PoliciesTab() {
  return (
    <Switch>
      <Route path="/policies" component={PolicyList} />
      <Route path="/policies/new" component={NewPolicy} />
      <Route path="/policies/:policyId" component={EditPolicy} />
      <Route>
        <NothingHere />
      </Route>
    </Switch>
  )
}

function PolicyList() {
  const { t } = useTranslation('desk')
  const { id: eventId } = useEvent()
  const mayManage = useMay('MANAGE_POLICIES')
  const { data, error, refetch } = usePolicies()
  const reorder = useSiteChange<Record<string, string>>('POST', '/events/v2/policies/reorder')
  const remove = useSiteChange<Policy>('DELETE', ({ id }) => `/events/v2/policies/${id}`)
  const [removing, setRemoving] = useState<Policy | null>(null)
  if (error && !data) return <Failed error={error} again={refetch} />
  if (!data) return <Waiting />
  const { policies } = data
  const isFull = policies.length >= POLICIES_MAX
  const move = (to: Move) =>
    reorder.mutateAsync({
      eventId,
      policyId: to.id,
      ...('beforeId' in to ? { beforePolicyId: to.beforeId } : { afterPolicyId: to.afterId }),
    })
  return (
    <Stack maw={720}>
      {policies.length > 0 && (
        <Group justify="space-between">
          <Text c="dimmed" flex={1} miw={200}>
            {isFull ? t('policies.full', { count: POLICIES_MAX }) : t('policies.story')}
          </Text>
          {mayManage && !isFull && (
            <Button component={Link} href="/policies/new">
              {t('policies.add')}
            </Button>
          )}
        </Group>
      )}
      {error && <Failed error={error} again={refetch} />}
      {reorder.error && <Failed error={reorder.error} again={refetch} />}
      {policies.length === 0 && (
        <Empty title={t('policies.none.title')} story={t('policies.none.story')}>
          {mayManage && (
            <Button component={Link} href="/policies/new" mt="sm">
              {t('policies.add')}
            </Button>
          )}
        </Empty>
      )}
      {policies.length > 0 && (
        <Sortable
          items={policies}
          label={t('policies.name')}
          nameOf={({ name }) => name}
          onMove={mayManage ? move : null}
        >
          {(policy, handle) => (
            <Card withBorder padding="sm">
              <Group wrap="nowrap" gap="xs">
                {handle}
                <Anchor component={Link} href={`/policies/${policy.id}`} fw={600} flex={1} dir="auto">
                  {policy.name}
                </Anchor>
                {mayManage && (
                  <MoreActions label={t('policies.actionsOf', { name: policy.name })}>
                    <Menu.Item component={Link} href={`/policies/${policy.id}`}>
                      {t('tickets.edit')}
                    </Menu.Item>
                    <Menu.Divider />
                    <Menu.Item color="red" onClick={() => setRemoving(policy)}>
                      {t('remove')}
                    </Menu.Item>
                  </MoreActions>
                )}
              </Group>
            </Card>
          )}
        </Sortable>
      )}
      <ConfirmRemoval
        removing={removing}
        remove={remove}
        title={t('policies.removeTitle', { name: removing?.name })}
        story={t('policies.removeStory')}
        onClose={() => setRemoving(null)}
      />
    </Stack>
  )
}
