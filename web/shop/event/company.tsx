import { useTranslation } from 'react-i18next'
import type { Control } from '../../shared/form.ts'
import { Field } from '../parts/field.tsx'

/** How many may be brought along, and whether each needs a name. */
type Company = { max: number; named: boolean; labels: { count: string; name: string } }

/** Whom a guest brings along: how many, and who. */
export function Guests({
  company: { max, named, labels },
  guests,
  onChange,
}: {
  company: Company
  guests: readonly string[]
  onChange: (guests: readonly string[]) => void
}) {
  const { t } = useTranslation()
  return (
    <>
      <Field label={labels.count} optional>
        {control => (
          <select
            {...control}
            value={guests.length}
            onChange={({ target }) =>
              onChange(Array.from({ length: Number(target.value) }, (_, index) => guests[index] ?? ''))
            }
          >
            {Array.from({ length: max + 1 }, (_, count) => count).map(count => (
              <option key={count} value={count}>
                {count}
              </option>
            ))}
          </select>
        )}
      </Field>
      {guests.map((name, index) => (
        <Field
          // biome-ignore lint/suspicious/noArrayIndexKey: guests have nothing but their place
          key={index}
          label={t('rsvp.guestName', { label: labels.name, number: index + 1 })}
          optional={!named}
        >
          {control => (
            <input
              {...control}
              autoComplete="off"
              maxLength={101}
              value={name}
              onChange={({ target }) => onChange(guests.with(index, target.value))}
            />
          )}
        </Field>
      ))}
    </>
  )
}

/** What the form asks of them; null: nobody may be brought along. */
export function companyOf(controls: readonly Control[]): Company | null {
  const inputs = controls.find(({ type }) => type === 'GUEST_CONTROL')?.inputs
  const count = inputs?.find(({ name }) => name === 'additionalGuests')
  const names = inputs?.find(({ name }) => name === 'guestNames')
  const max = names?.maxSize ?? 10
  return count && max > 0
    ? { max, named: names?.mandatory ?? false, labels: { count: count.label, name: names?.label ?? '' } }
    : null
}
