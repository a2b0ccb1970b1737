/** A file for spreadsheets: UTF-8, quoted, and no cell that one of them would take for a formula. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
  return `\uFEFF${rows.map(row => row.map(cell).join(',')).join('\r\n')}\r\n`
}

/** Hands `text` to the browser as a file. */
export function saveFile(text: string, name: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  Object.assign(document.createElement('a'), { href: url, download: name }).click()
  URL.revokeObjectURL(url)
}

/** Prints a list to tick off by hand, and nothing around it. */
export function printList({
  title,
  head,
  rows,
}: {
  title: string
  head: readonly string[]
  rows: readonly (readonly string[])[]
}) {
  const frame = document.createElement('iframe')
  frame.style.display = 'none'
  document.body.append(frame)
  const inside = frame.contentDocument
  const shown = frame.contentWindow
  if (!inside || !shown) return
  const element = (name: string, text = '') => Object.assign(inside.createElement(name), { textContent: text })
  const row = (name: string, cells: readonly string[]) => {
    const line = element('tr')
    line.append(...cells.map(each => element(name, each)))
    return line
  }
  const table = element('table')
  const thead = element('thead')
  thead.append(row('th', head))
  const tbody = element('tbody')
  tbody.append(...rows.map(each => row('td', each)))
  table.append(thead, tbody)
  const style = element(
    'style',
    'body{font:10pt sans-serif}table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #999;padding:4pt;text-align:start}tr{break-inside:avoid}',
  )
  inside.title = title
  inside.head.append(style)
  inside.body.append(element('h1', title), table)
  shown.addEventListener('afterprint', () => frame.remove())
  shown.print()
}
