import { Alert, Button, Code, CopyButton, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { minorOf, spellMoney, typedAmount } from '../../shared/money.ts'
import { Waiting } from '../desk.tsx'
import { Failed } from '../parts/failed.tsx'
import { MomentField } from '../parts/moment-field.tsx'
import { momentOf } from '../parts/moments.ts'
import { MoneyField } from '../parts/money-field.tsx'
import { type RefusedFields, useRefusedFields } from '../parts/refused-fields.ts'
import { CurrencyField } from '../parts/region-fields.tsx'
import { useSiteChange, useSiteQuery } from '../site.tsx'
import type { GiftCard } from './gift-card-state.ts'

/** A new gift card, whose code is shown here this once. */
export function IssueGiftCard({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('desk')
  const { data, error, refetch } = useSiteQuery<{ site: { currency: string; timeZoneId: string } }>(
    '/boxoffice/v1/site',
  )
  const issue = useSiteChange<object, { giftCard: GiftCard; code: string }>('POST', '/boxoffice/v1/gift-cards')
  return (
    <Modal
      opened
      onClose={onClose}
      // A click beside it must not take away a code that is shown once.
      closeOnClickOutside={!issue.data}
      title={t('promotions.giftCards.issue')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {error && <Failed error={error} again={refetch} />}
      {!data && !error && <Waiting />}
      {issue.data ? (
        <Issued {...issue.data} onClose={onClose} />
      ) : (
        data && (
          <IssueForm currency={data.site.currency} timeZone={data.site.timeZoneId} issue={issue} onClose={onClose} />
        )
      )}
    </Modal>
  )
}

type Values = { amount: string; currency: string; expires: string; note: string; code: string }

function IssueForm({
  currency,
  timeZone,
  issue,
  onClose,
}: {
  currency: string
  timeZone: string
  issue: Pick<ReturnType<typeof useSiteChange<object, unknown>>, 'mutate' | 'isPending' | 'error'>
  onClose: () => void
}) {
  const { t } = useTranslation('desk')
  const refusedFields = useRefusedFields(REFUSED)
  const form = useForm<Values>({
    initialValues: { amount: '', currency, expires: '', note: '', code: '' },
    validate: {
      amount: (amount, values) => (amountOf(amount, values.currency) ? null : t('promotions.wrong.amount')),
      expires: typed => {
        const at = momentOf(typed, timeZone)
        if (typed === '') return null
        return at !== null && Date.parse(at) > Date.now() ? null : t('promotions.giftCards.inFuture')
      },
      code: code => (code.trim() === '' || isCode(code) ? null : t('promotions.giftCards.codeHint')),
    },
  })
  const { values } = form
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(({ note, code, expires, amount }) =>
        issue.mutate(
          {
            giftCard: {
              amount: amountOf(amount, values.currency),
              expirationDate: momentOf(expires, timeZone),
              note: note.trim() || null,
              code: code.trim() || null,
            },
          },
          {
            onError: refused => form.setErrors(refusedFields(refused)),
          },
        ),
      )}
    >
      <Stack>
        <Group align="flex-start" grow>
          <MoneyField
            currency={values.currency}
            label={t('promotions.giftCards.amount')}
            required
            data-autofocus
            {...form.getInputProps('amount')}
          />
          <CurrencyField label={t('promotions.form.currency')} {...form.getInputProps('currency')} />
        </Group>
        <MomentField
          timeZone={timeZone}
          label={t('promotions.giftCards.expiresAt')}
          {...form.getInputProps('expires')}
        />
        <Textarea
          label={t('promotions.giftCards.note')}
          description={t('promotions.giftCards.noteHint')}
          autosize
          maxRows={4}
          maxLength={500}
          {...form.getInputProps('note')}
        />
        <TextInput
          label={t('promotions.giftCards.ownCode')}
          description={t('promotions.giftCards.codeHint')}
          maxLength={60}
          autoComplete="off"
          {...form.getInputProps('code')}
        />
        {issue.error && <Failed error={issue.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={issue.isPending}>
            {t('promotions.giftCards.issue')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

const FIELDS: Readonly<Record<string, keyof Values>> = { amount: 'amount', expirationDate: 'expires', code: 'code' }
const REFUSED: RefusedFields = {
  fieldOf: path => FIELDS[path.replace('giftCard.', '').split('.')[0] ?? ''] ?? null,
  codes: { ALREADY_EXISTS: 'code' },
}

/** An amount that can be put on a card: more than nothing. */
export function amountOf(typed: string, currency: string) {
  const amount = typedAmount(typed, { value: '0', currency })
  return amount && minorOf(amount) > 0 ? amount : null
}

function isCode(typed: string): boolean {
  return /^[A-Za-z0-9]{8,32}$/.test(typed.replace(/[\s-]/g, ''))
}

function Issued({ giftCard, code, onClose }: { giftCard: GiftCard; code: string; onClose: () => void }) {
  const { t, i18n } = useTranslation('desk')
  return (
    <Stack>
      <Alert
        color="green"
        role="status"
        title={t('promotions.giftCards.done', { balance: spellMoney(giftCard.balance, i18n.language) })}
      >
        {t('promotions.giftCards.once')}
      </Alert>
      <Code block fz="lg" ta="center">
        {code}
      </Code>
      <Group justify="flex-end">
        <CopyButton value={code}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? t('copied') : t('copy')}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onClose}>{t('promotions.giftCards.kept')}</Button>
      </Group>
    </Stack>
  )
}
