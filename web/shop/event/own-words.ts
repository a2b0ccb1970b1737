/** What the API writes into every new form (events 4.7.2), in each of our languages. */
const OURS = import.meta.glob<object>('../../../locales/*/form.json', { eager: true, import: 'messages' })

/**
 * What the organizer wrote at `path` of a form's messages; null where nobody did, for the page says the same in the
 * reader's own language.
 */
export function ownWords(messages: object | undefined, path: string): string | null {
  const text = at(messages, path)
  if (!text || Object.values(OURS).some(ours => at(ours, path) === text)) return null
  return text
}

function at(messages: object | undefined, path: string): string | null {
  const found = path
    .split('.')
    .reduce<unknown>((inside, name) => (inside as Record<string, unknown> | undefined)?.[name], messages)
  return typeof found === 'string' ? found : null
}
