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
