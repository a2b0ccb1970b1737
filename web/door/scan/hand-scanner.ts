type Field = HTMLInputElement | HTMLTextAreaElement

/**
 * A hand scanner types what it reads, faster than any person, and ends with Enter: anywhere on the page that is a scan.
 * What it typed into a field is taken out of it again.
 * @returns what ends it
 */
export function listenToHandScanner(onScan: (text: string) => void): () => void {
  let typed = ''
  let startMs = 0
  let lastMs = 0
  let field: { element: Field; before: string } | null = null

  const onKey = (event: KeyboardEvent) => {
    const { key, timeStamp } = event
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const goesOn = timeStamp - lastMs < PAUSE_MS
    lastMs = timeStamp
    if (key === 'Enter') {
      const text = typed
      typed = ''
      const perKeyMs = (timeStamp - startMs) / text.length
      const isScan = field
        ? text.length >= LENGTH_MIN_IN_FIELD && perKeyMs < PER_KEY_MS_IN_FIELD
        : text.length >= LENGTH_MIN
      if (!goesOn || !isScan) return
      event.preventDefault()
      event.stopPropagation()
      if (field) restore(field)
      return onScan(text)
    }
    if (key.length !== 1) return
    if (!goesOn || typed === '') {
      typed = ''
      startMs = timeStamp
      const { activeElement } = document
      const isField = activeElement instanceof HTMLInputElement || activeElement instanceof HTMLTextAreaElement
      field = isField ? { element: activeElement, before: activeElement.value } : null
    }
    typed += key
    // A scan must not press the button that happens to have the focus.
    if (key === ' ' && typed.length > 1 && !field) event.preventDefault()
  }

  addEventListener('keydown', onKey, { capture: true })
  return () => removeEventListener('keydown', onKey, { capture: true })
}

/** As if a person had typed it: React hears of it by the event alone. */
function restore({ element, before }: { element: Field; before: string }): void {
  const kind = element instanceof HTMLInputElement ? HTMLInputElement : HTMLTextAreaElement
  Object.getOwnPropertyDescriptor(kind.prototype, 'value')?.set?.call(element, before)
  element.dispatchEvent(new Event('input', { bubbles: true }))
}

/** What is typed after such a pause is something new. Outside of fields nobody types but a scanner, however slow. */
const PAUSE_MS = 300
const LENGTH_MIN = 6
/** In a field somebody may type a name and Enter; not so much, so fast. */
const PER_KEY_MS_IN_FIELD = 60
const LENGTH_MIN_IN_FIELD = 10
