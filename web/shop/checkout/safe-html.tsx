import { createElement, Fragment, type ReactNode } from 'react'

/**
 * A text of the organizer, who may use markup: what gives it structure is kept, everything else is text or left out, so
 * that nothing in it runs, loads or looks like the page itself (events 5.4.13). In a browser only.
 */
export function SafeHtml({ text }: { text: string }) {
  if (!/<[a-z]/i.test(text)) return <p style={{ whiteSpace: 'pre-line' }}>{text}</p>
  // A document of its own: nothing in it is run or loaded.
  const { body } = new DOMParser().parseFromString(text, 'text/html')
  return <>{childrenOf(body, 0)}</>
}

function childrenOf(parent: Node, depth: number): ReactNode[] {
  return [...parent.childNodes].map((node, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change while it is shown
    <Fragment key={index}>{shown(node, depth)}</Fragment>
  ))
}

function shown(node: Node, depth: number): ReactNode {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent
  if (!(node instanceof Element) || depth > DEPTH_MAX || LEFT_OUT.has(node.localName)) return null
  const name = node.localName
  if (VOID.has(name)) return createElement(name)
  const children = childrenOf(node, depth + 1)
  if (name === 'a') {
    const address = node.getAttribute('href') ?? ''
    if (!/^(https?:|mailto:|tel:)/i.test(address)) return children
    return (
      <a href={address} target="_blank" rel="noopener noreferrer">
        {children}
      </a>
    )
  }
  // Its headings stand below the one of what it is shown in.
  const kept = /^h[1-6]$/.test(name) ? 'h3' : KEPT.has(name) ? name : null
  return kept === null ? children : createElement(kept, null, children)
}

const DEPTH_MAX = 50
const VOID: ReadonlySet<string> = new Set(['br', 'hr'])
const LEFT_OUT: ReadonlySet<string> = new Set(['script', 'style', 'template', 'title', 'svg', 'math', 'noscript'])
const KEPT: ReadonlySet<string> = new Set(
  'p div ul ol li b strong i em u s sub sup blockquote table thead tbody tr th td dl dt dd pre'.split(' '),
)
