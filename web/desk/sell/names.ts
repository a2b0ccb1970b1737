/** Names of guests as somebody pastes them, one a line: `Ada Berg`, `Ada Berg ada@example.org`, `Berg, Ada`. */
export function guestsOf(pasted: string): { firstName: string; lastName: string; email: string }[] {
  return pasted
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
    .map(line => {
      const email = /[^\s<>,;]+@[^\s<>,;]+/.exec(line)?.[0] ?? ''
      const name = line
        .replace(email, '')
        .replace(/[<>;\t]/g, ' ')
        .replace(/,\s*$/, '')
        .trim()
      const [last, first] = name.includes(',') ? name.split(',', 2) : []
      if (first !== undefined) return { firstName: first.trim(), lastName: (last ?? '').trim(), email }
      const words = name.split(/\s+/)
      const lastName = words.length > 1 ? (words.pop() ?? '') : ''
      return { firstName: words.join(' '), lastName, email }
    })
}
