type Asking = { headers: Readonly<Record<string, unknown>> }

/**
 * What every route of the door needs, and how often one device may call it in a minute. Each has a credential of its own,
 * while all of them may be behind one address.
 */
export function boundedByDevice(max: number) {
  const keyGenerator = ({ headers }: Asking) => String(headers.authorization ?? headers.cookie)
  return { permission: 'CHECK-IN', rateLimit: { max, timeWindow: '1 minute', keyGenerator } } as const
}
