import type { EventShown } from '../boot.ts'

/** A place by its name, else by its city. */
export function placeName({ name, locationTbd, address }: EventShown['location']): string {
  if (locationTbd) return name ?? ''
  return [name, address?.city].filter(Boolean).join(', ') || (address?.formattedAddress ?? '')
}
