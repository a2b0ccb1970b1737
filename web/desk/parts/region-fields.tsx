import { Autocomplete, type AutocompleteProps, Select, type SelectProps } from '@mantine/core'

const CURRENCIES = Intl.supportedValuesOf('currency')
const ZONES = Intl.supportedValuesOf('timeZone')

/** Which currency, by its code; one is always chosen. */
export function CurrencyField(props: Omit<SelectProps, 'data'>) {
  return <Select data={CURRENCIES} searchable allowDeselect={false} {...props} />
}

/** Which time zone, by its name; also one that the browser has no name of. */
export function ZoneField(props: Omit<AutocompleteProps, 'data'>) {
  return <Autocomplete data={ZONES} limit={50} {...props} />
}
