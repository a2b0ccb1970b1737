import { Anchor, Button, Group, Stack, Table, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Route, Switch } from 'wouter'
import type { ApiError } from '../../shared/api.ts'
import { askFor } from '../api.ts'
import { Waiting } from '../desk.tsx'
import { changedMeanwhile } from '../parts/changed-meanwhile.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failed } from '../parts/failed.tsx'
import { Page } from '../parts/page.tsx'
import { Paged } from '../parts/paged.tsx'
import { useSaid } from '../parts/said.ts'
import { Scrolling } from '../parts/scrolling.tsx'
import { usePage } from '../parts/use-param.ts'
import { useMay, useRefresh, useSite, useSiteChange, useSiteQuery } from '../site.tsx'
import { CategoryPage } from './category.tsx'

export type Category = {
  id: string
  name: string
  states: string[]
  counts?: { assignedEventsCount: number; assignedDraftEventsCount: number }
}

/** The categories of the site, and each with its events. */
export default function CategoriesSection() {
  return (
    <Switch>
      <Route path="/categories" component={CategoryList} />
      <Route path="/categories/:categoryId" component={CategoryPage} />
    </Switch>
  )
}

const LIMIT = 50

/** Those that people made; recurring events and what is hidden have theirs by themselves. */
const ORDINARY = { $not: { states: { $hasSome: ['RECURRING_EVENT', 'HIDDEN'] } } }

function CategoryList() {
  const { t } = useTranslation('desk')
  const mayManage = useMay('MANAGE_CATEGORIES')
  const [page, setPage] = usePage()
  const [removing, setRemoving] = useState<Category | null>(null)
  const [renaming, setRenaming] = useState<Category | null>(null)
  const { data, error, refetch } = useSiteQuery<{ categories: Category[]; metaData: { total: number } }>(
    '/events/v1/categories/query',
    {
      query: {
        filter: ORDINARY,
        sort: [{ fieldName: 'name', order: 'ASC' }],
        paging: { limit: LIMIT, offset: (page - 1) * LIMIT },
      },
      fieldset: ['COUNTS'],
    },
  )
  return (
    <Page title={t('sections.categories')}>
      {mayManage && <NewCategory />}
      {error && !data && <Failed error={error} again={refetch} />}
      {!error && !data && <Waiting />}
      {data && data.categories.length === 0 && <Empty title={t('categories.none')} story={t('categories.noneStory')} />}
      {data && data.categories.length > 0 && (
        <Scrolling label={t('sections.categories')} width={420}>
          <Table verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('field.name')}</Table.Th>
                <Table.Th ta="right">{t('sections.events')}</Table.Th>
                {mayManage && <Table.Th ta="right">{t('actions')}</Table.Th>}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.categories.map(category => (
                <Table.Tr key={category.id}>
                  <Table.Td>
                    <Anchor component={Link} href={`/categories/${category.id}`}>
                      {category.name}
                    </Anchor>
                  </Table.Td>
                  <Table.Td ta="right">
                    {(category.counts?.assignedEventsCount ?? 0) + (category.counts?.assignedDraftEventsCount ?? 0)}
                  </Table.Td>
                  {mayManage && (
                    <Table.Td>
                      <Group gap="xs" justify="flex-end" wrap="nowrap">
                        <Button
                          variant="default"
                          size="compact-sm"
                          aria-label={t('categories.renameOf', { name: category.name })}
                          onClick={() => setRenaming(category)}
                        >
                          {t('categories.rename')}
                        </Button>
                        <Button
                          variant="subtle"
                          color="red"
                          size="compact-sm"
                          aria-label={t('categories.removeOf', { name: category.name })}
                          onClick={() => setRemoving(category)}
                        >
                          {t('remove')}
                        </Button>
                      </Group>
                    </Table.Td>
                  )}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scrolling>
      )}
      {data && <Paged page={page} limit={LIMIT} total={data.metaData.total} onPage={setPage} />}
      {removing && <Remove category={removing} onClose={() => setRemoving(null)} />}
      {renaming && <Rename category={renaming} onClose={() => setRenaming(null)} />}
    </Page>
  )
}

function NewCategory() {
  const { t } = useTranslation('desk')
  const said = useSaid()
  const create = useSiteChange<{ category: { name: string } }>('POST', '/events/v1/categories')
  const form = useForm({
    initialValues: { name: '' },
    validate: { name: value => (value.trim() === '' ? t('field.needed') : null) },
  })
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(({ name }) =>
        create.mutate(
          { category: { name: name.trim() } },
          {
            onSuccess: () => {
              form.reset()
              said(t('categories.made', { name: name.trim() }))
            },
          },
        ),
      )}
    >
      <Stack gap="xs" maw={480}>
        <Group align="flex-end" wrap="nowrap">
          <TextInput label={t('categories.new')} maxLength={30} style={{ flex: 1 }} {...form.getInputProps('name')} />
          <Button type="submit" loading={create.isPending}>
            {t('categories.add')}
          </Button>
        </Group>
        {create.error && <Failed error={create.error} />}
      </Stack>
    </form>
  )
}

function Rename({ category, onClose }: { category: Category; onClose: () => void }) {
  const { t } = useTranslation('desk')
  const said = useSaid()
  const { siteId } = useSite()
  const refresh = useRefresh()
  const [seen, setSeen] = useState(category.name)
  const [name, setName] = useState(seen)
  const rename = useMutation<unknown, ApiError, string>({
    mutationFn: async wanted => {
      // The contract's categories have no revision.
      if ((await nameNow()) !== seen) throw changedMeanwhile()
      const body = { category: { name: wanted } }
      return askFor(siteId, `/events/v1/categories/${category.id}`, { method: 'PATCH', body })
    },
    onSuccess: refresh,
  })

  async function nameNow(): Promise<string | undefined> {
    const body = { query: { filter: { id: category.id } } }
    const found = await askFor<{ categories: Category[] }>(siteId, '/events/v1/categories/query', {
      method: 'POST',
      body,
    })
    return found.categories[0]?.name
  }

  async function loadTheirs(): Promise<void> {
    const theirs = await nameNow()
    await refresh()
    rename.reset()
    // One that is gone cannot be renamed any more.
    if (theirs === undefined) return onClose()
    setSeen(theirs)
    setName(theirs)
  }
  return (
    <Confirm
      opened
      title={t('categories.renameOf', { name: category.name })}
      action={t('categories.rename')}
      isPending={rename.isPending}
      onClose={onClose}
      onConfirm={() => {
        if (name.trim() === '') return
        rename.mutate(name.trim(), {
          onSuccess: () => {
            said()
            onClose()
          },
        })
      }}
    >
      <TextInput
        label={t('field.name')}
        maxLength={30}
        required
        data-autofocus
        error={name.trim() === '' ? t('field.needed') : null}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      {rename.error && (
        <Failed error={rename.error} about={{ kind: 'category', id: category.id }} theirs={loadTheirs} />
      )}
    </Confirm>
  )
}

function Remove({ category, onClose }: { category: Category; onClose: () => void }) {
  const { t } = useTranslation('desk')
  const said = useSaid()
  const remove = useSiteChange<void>('DELETE', `/events/v1/categories/${category.id}`)
  return (
    <Confirm
      opened
      title={t('categories.removeOf', { name: category.name })}
      story={t('categories.removeStory')}
      action={t('remove')}
      isDangerous
      isPending={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(undefined, {
          onSuccess: () => {
            said(t('categories.removed', { name: category.name }))
            onClose()
          },
        })
      }
    />
  )
}
