import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { I18nextProvider, useTranslation } from 'react-i18next'
import { type Answers, emptyAnswers } from '../../shared/form.ts'
import { newTexts } from '../../shared/i18n.ts'
import { FormFields } from '../../shop/checkout/fields.tsx'
import '../../shop/colours.css'
import { companyOf, Guests } from '../../shop/event/company.tsx'
import { Waiting } from '../desk.tsx'
import type { DeskControl } from './controls.ts'
import styles from './preview.module.css'

const WORDS = import.meta.glob<{ default: Record<string, unknown> }>('../../../locales/*/shop.json')

/** The form on a guest's phone, made of the very parts that guests see; it can be tried and sends nothing. */
export default function FormPreview({ title, controls }: { title: string; controls: readonly DeskControl[] }) {
  const { i18n } = useTranslation('desk')
  const { language } = i18n
  const { data: shop } = useQuery({
    queryKey: ['shop words', language],
    queryFn: async () => (await WORDS[`../../../locales/${language}/shop.json`]?.())?.default ?? {},
    staleTime: Number.POSITIVE_INFINITY,
  })
  const texts = useMemo(() => shop && newTexts(language, 'shop', { [language]: { shop } }), [language, shop])
  const [typed, setTyped] = useState<Answers>({})
  const [guests, setGuests] = useState<readonly string[]>([])
  if (!texts) return <Waiting />
  const company = companyOf(controls)
  return (
    <I18nextProvider i18n={texts}>
      <div className={styles.phone}>
        <h3 dir="auto">{title}</h3>
        <FormFields
          controls={controls}
          answers={{ ...emptyAnswers(controls), ...typed }}
          problems={{}}
          prefix="preview"
          own={false}
          onChange={setTyped}
        />
        {company && <Guests company={company} guests={guests.slice(0, company.max)} onChange={setGuests} />}
      </div>
    </I18nextProvider>
  )
}
