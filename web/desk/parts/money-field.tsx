import { Text, TextInput, type TextInputProps } from '@mantine/core'

/** An amount as somebody types it, `12.5` or `12,50`; `typedAmount` (web/shared/money.ts) makes it the API's. */
export function MoneyField({ currency, ...rest }: TextInputProps & { currency: string }) {
  return (
    <TextInput
      inputMode="decimal"
      autoComplete="off"
      rightSection={
        <Text size="sm" c="dimmed">
          {currency}
        </Text>
      }
      rightSectionWidth={56}
      rightSectionPointerEvents="none"
      {...rest}
    />
  )
}
