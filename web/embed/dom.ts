type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>
type Content = Node | string | null | undefined | false

/**
 * An element with attributes and content; `false`, null and undefined are left out. No markup is parsed anywhere, so what
 * people typed is only text, and pages that allow no inline markup or styles can have it.
 */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...contents: Content[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes))
    if (value !== null && value !== undefined && value !== false)
      element.setAttribute(key, value === true ? '' : `${value}`)
  element.append(...contents.filter(isShown))
  return element
}

function isShown(content: Content): content is Node | string {
  return content !== null && content !== undefined && content !== false && content !== ''
}

/** Says something else, and nothing where that is said already: who listens to the page hears changes alone. */
export function sayIn(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

/** The root of an element with our look, which a strict policy of the page's allows: it is no inline style. */
export function rootOf(element: HTMLElement, look: string): ShadowRoot {
  const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(look)
  root.adoptedStyleSheets = [sheet]
  return root
}
