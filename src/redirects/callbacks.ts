import { InvalidRequest, violation } from '../refusals.ts'

type Callbacks = { thankYouPageUrl?: string | null; postFlowUrl?: string | null }

/**
 * The addresses that a buyer is sent back to, spelled the one way in which a browser reads them.
 * @throws InvalidRequest naming each that is not on an allowed host: else our address would lead anybody anywhere
 */
export function allowedCallbacks(
  callbacks: Callbacks | null | undefined,
  hosts: ReadonlySet<string>,
): { thankYouPageUrl: string | null; postFlowUrl: string | null } {
  const given = (['thankYouPageUrl', 'postFlowUrl'] as const).map(name => {
    const text = callbacks?.[name]
    return { name, url: text ? new URL(text) : null }
  })
  const foreign = given.filter(({ url }) => url && !hosts.has(url.hostname))
  if (foreign.length > 0)
    throw new InvalidRequest(
      foreign.map(({ name, url }) => {
        const description = `leads to ${url?.hostname}, which is none of the hosts that buyers may be sent to`
        return violation(`callbacks.${name}`, description, 'FIELD_NOT_ALLOWED')
      }),
    )
  const [thankYouPageUrl = null, postFlowUrl = null] = given.map(({ url }) => url?.href ?? null)
  return { thankYouPageUrl, postFlowUrl }
}
