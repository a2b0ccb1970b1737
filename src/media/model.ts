import { GUID_PATTERN } from '../ids.ts'

export const PICTURE_FORMATS = ['jpeg', 'png', 'webp', 'avif'] as const
export type PictureFormat = (typeof PICTURE_FORMATS)[number]

/** A picture as it is kept; width and height as it is shown, in pixels. */
export type Picture = { format: PictureFormat; width: number; height: number; bytes: Buffer }
export type Media = Omit<Picture, 'bytes'> & { siteId: string; mediaId: string }

/** Why bytes are not taken as a picture. */
export type PictureProblem = 'FORMAT' | 'BROKEN' | 'PIXELS'

export const BYTES_MAX = 10 * 1024 * 1024
/** Longest side, in pixels. */
export const SIDE_MAX = 12_000
/** Width times height: what a phone can still decode. */
export const PIXELS_MAX = 50_000_000
/** Bytes of all pictures of a site. */
export const SITE_BYTES_MAX = 2 * 1024 ** 3

/**
 * What the contract calls the id of an image, and the path that it is served at: `media/{siteId}/{mediaId}.webp`. An
 * event that names it is shown with the address of today, whatever PUBLIC_URL was when it was uploaded.
 */
export function pathOf({ siteId, mediaId, format }: Pick<Media, 'siteId' | 'mediaId' | 'format'>): string {
  return `media/${siteId}/${mediaId}.${format}`
}

/** Whether an image's id is that of a picture that was uploaded here. */
export function isOurs(imageId: string): boolean {
  return OURS.test(imageId)
}

/** Where a picture is now, that was `url`: one that was uploaded here is at `base`, as the site is, whatever it was. */
export function addressNow(url: string, base: string): string {
  const path = new URL(url).pathname.slice(1)
  return isOurs(path) ? `${base}/${path}` : url
}

const GUID = GUID_PATTERN.slice(1, -1)
const OURS = new RegExp(`^media/${GUID}/${GUID}\\.(${PICTURE_FORMATS.join('|')})$`)
