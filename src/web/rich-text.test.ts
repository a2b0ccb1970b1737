import { expect, test } from 'vitest'
import { richContentHtml } from './rich-text.ts'

test('rich content is shown as the desk writes it: what is bold, slanted, underlined, struck out, and links', () => {
  const text = (said: string, ...decorations: object[]) => ({ type: 'TEXT', textData: { text: said, decorations } })
  const link = { type: 'LINK', linkData: { link: { url: 'https://example.org' } } }
  const nodes = [
    { type: 'HEADING', headingData: { level: 2 }, nodes: [text('Lanterns')] },
    {
      type: 'PARAGRAPH',
      nodes: [
        text('a', { type: 'BOLD' }, { type: 'ITALIC' }),
        text('b', { type: 'UNDERLINE' }),
        text('c', { type: 'STRIKETHROUGH' }),
        text('d', link),
        text('e', { type: 'COLOR' }),
      ],
    },
  ]
  expect(richContentHtml({ nodes })).toBe(
    '<h3>Lanterns</h3><p><em><strong>a</strong></em><u>b</u><s>c</s>' +
      '<a href="https://example.org" rel="nofollow noopener">d</a>e</p>',
  )
})
