/** Longest side of a picture that is sent, in pixels: twice what the widest page shows. */
const SIDE_MAX = 2400
/** Bytes that are sent as they are. */
const BYTES_KEPT = 1_500_000
const KEPT: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/avif'])

/**
 * A picture as it is worth sending: one from a camera is made smaller, and one in another format becomes JPEG, where this
 * browser can read it. What it cannot read goes as it is, for the server to say what is wrong with it.
 */
export async function fitPicture(file: File): Promise<Blob> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null)
  if (!bitmap) return file
  try {
    const scale = Math.min(1, SIDE_MAX / Math.max(bitmap.width, bitmap.height))
    if (scale === 1 && KEPT.has(file.type) && file.size <= BYTES_KEPT) return file
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(bitmap.width * scale))
    canvas.height = Math.max(1, Math.round(bitmap.height * scale))
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    // Where a browser writes no WebP it gives PNG, which is too large for a photograph.
    const webp = await blobOf(canvas, 'image/webp')
    return webp?.type === 'image/webp' ? webp : ((await blobOf(canvas, 'image/jpeg')) ?? file)
  } finally {
    bitmap.close()
  }
}

function blobOf(canvas: HTMLCanvasElement, type: string): Promise<Blob | null> {
  return new Promise(resolve => canvas.toBlob(resolve, type, 0.86))
}
