/** `extendedFields.namespaces`. */
export type Namespaces = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** Namespaces merge key by key; null removes a key or, as a whole, a namespace (api 9.3). */
export function mergeNamespaces(
  stored: Namespaces | null,
  given: Readonly<Record<string, Readonly<Record<string, unknown>> | null>>,
): Namespaces {
  const merged = Object.entries(given).map(([namespace, values]) => [
    namespace,
    values && withoutNulls({ ...(stored && Object.hasOwn(stored, namespace) && stored[namespace]), ...values }),
  ])
  return withoutNulls({ ...stored, ...Object.fromEntries(merged) }) as Namespaces // what is left are objects
}

function withoutNulls(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null))
}
