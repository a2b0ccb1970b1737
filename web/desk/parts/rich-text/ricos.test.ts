import { getSchema } from '@tiptap/core'
import { describe, expect, test } from 'vitest'
import { extensions } from './extensions.ts'
import { fromEditor, type RicosDocument, type RicosNode, toEditor } from './ricos.ts'

const text = (said: string, decorations: object[] = []): RicosNode => {
  return { type: 'TEXT', id: '', nodes: [], textData: { text: said, decorations } }
}
const paragraph = (id: string, ...nodes: RicosNode[]): RicosNode => {
  return { type: 'PARAGRAPH', id, nodes, paragraphData: { textStyle: { textAlignment: 'CENTER' }, indentation: 1 } }
}
const link = {
  type: 'LINK',
  linkData: { link: { url: 'https://example.org', target: 'SELF', rel: { nofollow: true } } },
}
const colour = { type: 'COLOR', colorData: { foreground: '#ff0000' } }

/** As other programs write it: with what the editor knows, and with much that it does not. */
const WHOLE: RicosDocument = {
  nodes: [
    {
      type: 'HEADING',
      id: 'h',
      nodes: [text('Lanterns')],
      headingData: { level: 2, textStyle: { textAlignment: 'AUTO' } },
    },
    paragraph(
      'p',
      text('Come '),
      text('early', [{ type: 'BOLD', fontWeightValue: 900 }, colour]),
      text(' – and\nstay', [link]),
    ),
    paragraph('empty'),
    {
      type: 'BULLETED_LIST',
      id: 'l',
      bulletedListData: { indentation: 0 },
      nodes: [
        { type: 'LIST_ITEM', id: 'i1', nodes: [paragraph('ip1', text('one'))] },
        {
          type: 'LIST_ITEM',
          id: 'i2',
          nodes: [
            paragraph('ip2', text('two')),
            { type: 'ORDERED_LIST', id: 'l2', nodes: [{ type: 'LIST_ITEM', id: 'i3', nodes: [paragraph('ip3')] }] },
          ],
        },
      ],
    },
    { type: 'BLOCKQUOTE', id: 'q', nodes: [paragraph('qp', text('Bright.'))], blockquoteData: { indentation: 2 } },
    { type: 'CODE_BLOCK', id: 'c', nodes: [text('a\n  b')], codeBlockData: { textStyle: {} } },
    { type: 'DIVIDER', id: 'd', nodes: [], dividerData: { lineStyle: 'DOTTED', width: 'SMALL' } },
    {
      type: 'IMAGE',
      id: 'm',
      nodes: [{ type: 'CAPTION', id: 'mc', nodes: [text('A lantern')] }],
      imageData: { altText: 'x' },
    },
    { type: 'TABLE', id: 't', nodes: [{ type: 'TABLE_ROW', id: 'r', nodes: [] }], tableData: { dimensions: {} } },
    paragraph('inline', text('before'), { type: 'MENTION', id: 'mm', nodes: [] } as RicosNode),
    { type: 'LIST_ITEM', id: 'alone', nodes: [] },
  ],
  metadata: { version: 1, id: 'x' },
  documentStyle: { paragraph: { fontSize: 18 } },
}

describe('rich content through the editor', () => {
  test('events 1.2: opened and saved it is what it was, with everything that the editor does not know', () => {
    expect(fromEditor(toEditor(WHOLE), WHOLE)).toEqual(WHOLE)
  })

  test('the editor holds as its own what it knows, and the rest as one piece', () => {
    expect(toEditor(WHOLE).content?.map(({ type }) => type)).toEqual([
      ...['heading', 'paragraph', 'paragraph', 'bulletList', 'blockquote', 'codeBlock', 'horizontalRule'],
      ...['kept', 'kept', 'kept', 'kept'],
    ])
  })

  test('nothing is nothing, and stays nothing', () => {
    expect(toEditor(null)).toEqual({ type: 'doc', content: [{ type: 'paragraph' }] })
    expect(fromEditor(toEditor(null), null)).toBeNull()
    expect(fromEditor(toEditor({ nodes: [] }), { nodes: [] })).toBeNull()
  })

  test('what is written here is rich content that others read', () => {
    const written = fromEditor(
      {
        type: 'doc',
        content: [
          { type: 'heading', attrs: { level: 3 }, content: [{ type: 'text', text: 'New' }] },
          {
            type: 'paragraph',
            content: [
              { type: 'text', text: 'all ', marks: [{ type: 'bold' }, { type: 'italic' }, { type: 'underline' }] },
              { type: 'hardBreak' },
              {
                type: 'text',
                text: 'there',
                marks: [{ type: 'strike' }, { type: 'link', attrs: { href: 'https://a.example' } }],
              },
            ],
          },
        ],
      },
      null,
    )
    expect(written?.nodes).toEqual([
      { type: 'HEADING', id: 'n1', nodes: [text('New')], headingData: { level: 3 } },
      {
        type: 'PARAGRAPH',
        id: 'n2',
        nodes: [
          text('all ', [
            { type: 'BOLD', fontWeightValue: 700 },
            { type: 'ITALIC', italicData: true },
            { type: 'UNDERLINE', underlineData: true },
          ]),
          text('\n'),
          text('there', [
            { type: 'STRIKETHROUGH', strikethroughData: true },
            { type: 'LINK', linkData: { link: { url: 'https://a.example', target: 'BLANK' } } },
          ]),
        ],
      },
    ])
  })

  test('a paragraph that is split has two ids; one that became a heading has nothing of a paragraph', () => {
    const [, block] = toEditor(WHOLE).content ?? []
    if (!block) throw new Error('no paragraph')
    const heading = { ...block, type: 'heading', attrs: { ...block.attrs, level: 2 } }
    const written = fromEditor({ type: 'doc', content: [block, block, heading] }, null)
    expect(new Set(written?.nodes?.map(({ id }) => id)).size).toBe(3)
    expect(written?.nodes?.[2]).not.toHaveProperty('paragraphData')
    expect(written?.nodes?.[1]).toHaveProperty('paragraphData.indentation', 1)
  })

  test('a link that leads elsewhere now is a new one', () => {
    const doc = toEditor({ nodes: [paragraph('p', text('here', [link]))] })
    const mark = doc.content?.[0]?.content?.[0]?.marks?.[0]
    if (!mark?.attrs) throw new Error('no link')
    mark.attrs.href = 'https://elsewhere.example'
    expect(JSON.stringify(fromEditor(doc, null))).toContain('"url":"https://elsewhere.example","target":"BLANK"')
  })

  test('events 1.2: the same through the editor itself, which takes all that it is given', () => {
    const schema = getSchema(extensions(type => type))
    const held = schema.nodeFromJSON(toEditor(WHOLE))
    expect(() => held.check()).not.toThrow()
    expect(fromEditor(held.toJSON(), WHOLE)).toEqual(WHOLE)
  })
})
