/** Markup that may be sent as it is: made by `html` alone, which escapes whatever is put into it. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Content = Html | string | number | null | undefined | false | readonly Content[]

/** html`<p>${text}</p>`: texts are escaped, for elements and for attributes in double quotes; nothing is shown of null. */
export function html(literals: TemplateStringsArray, ...contents: Content[]): Html {
  return new Html(literals.reduce((text, literal, index) => text + markupOf(contents[index - 1]) + literal))
}

function markupOf(content: Content): string {
  if (content instanceof Html) return content.text
  if (content === null || content === undefined || content === false) return ''
  if (typeof content === 'object') return content.map(markupOf).join('')
  return String(content).replace(/[&<>"']/g, character => ESCAPED[character] ?? '')
}

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text of ours that is markup already. */
export function trusted(text: string): Html {
  return new Html(text)
}
