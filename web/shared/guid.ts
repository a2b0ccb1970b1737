/** A new random GUID; also where a page comes without TLS, and the browser has no `crypto.randomUUID`. */
export function newGuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const hex = [...bytes].map((byte, at) => {
    const marked = at === 6 ? (byte & 0x0f) | 0x40 : at === 8 ? (byte & 0x3f) | 0x80 : byte
    return marked.toString(16).padStart(2, '0')
  })
  return [4, 2, 2, 2, 6].map(length => hex.splice(0, length).join('')).join('-')
}
