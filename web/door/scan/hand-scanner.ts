/**
 * A hand scanner types what it reads, faster than any person, and ends with Enter: anywhere on the page that is a scan.
 * What it typed into a field is taken out of it again.
 * @returns what ends it
 */
export function listenToHandScanner(onScan: (text: string) => void): () => void {
  let typed = ''
  let lastMs = 0
  let field: { element: HTMLInputElement | HTMLTextAreaElement; before: string } | null = null

  const onKey = (event: KeyboardEvent) => {
    const { key, timeStamp } = event
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const isFast = timeStamp - lastMs < BETWEEN_KEYS_MS
    lastMs = timeStamp
    if (key === 'Enter') {
      const text = typed
      typed = ''
      if (!isFast || text.length < LENGTH_MIN) return
      event.preventDefault()
      event.stopPropagation()
      if (field) restore(field)
      return onScan(text)
    }
    if (key.length !== 1) return
    if (!isFast) {
      typed = ''
      const { activeElement } = document
      const isField = activeElement instanceof HTMLInputElement || activeElement instanceof HTMLTextAreaElement
      field = isField ? { element: activeElement, before: activeElement.value } : null
    }
    typed += key
    // A scan must not press the button that happens to have the focus.
    if (isFast && key === ' ' && !field) event.preventDefault()
  }

  addEventListener('keydown', onKey, { capture: true })
  return () => removeEventListener('keydown', onKey, { capture: true })
}

/** As if a person had typed it: React hears of it by the event alone. */
function restore({ element, before }: { element: HTMLInputElement | HTMLTextAreaElement; before: string }): void {
  const kind = element instanceof HTMLInputElement ? HTMLInputElement : HTMLTextAreaElement
  Object.getOwnPropertyDescriptor(kind.prototype, 'value')?.set?.call(element, before)
  element.dispatchEvent(new Event('input', { bubbles: true }))
}

/** Scanners need a few milliseconds from key to key, the fastest people more than 50. */
const BETWEEN_KEYS_MS = 50
const LENGTH_MIN = 6
