import { type AnyExtension, Extension, Mark, Node } from '@tiptap/core'
import { Link } from '@tiptap/extension-link'
import StarterKit from '@tiptap/starter-kit'
import { REMEMBERING } from './ricos.ts'

/**
 * What the editor knows of rich content, and what it holds without knowing it.
 * @param nameOf what a block that it does not know is called, by the contract's type
 */
export function extensions(nameOf: (type: string) => string): AnyExtension[] {
  return [
    StarterKit.configure({ code: false, link: false, trailingNode: false, heading: { levels: [1, 2, 3, 4, 5, 6] } }),
    Link.configure({ openOnClick: false, defaultProtocol: 'https', protocols: ['http', 'https', 'mailto', 'tel'] }),
    Remembered,
    KeptMark,
    Kept.configure({ nameOf }),
  ]
}

/** What a block or mark was made of. It is in no markup, so that nothing of it is pasted elsewhere. */
const Remembered = Extension.create({
  name: 'remembered',
  addGlobalAttributes: () => [{ types: REMEMBERING, attributes: { ricos: { default: null, rendered: false } } }],
})

/** A decoration that the editor does not show, such as a colour; several may be on one text. */
const KeptMark = Mark.create({
  name: 'keptMark',
  excludes: '',
  inclusive: false,
  addAttributes: () => ({ decoration: { default: null, rendered: false } }),
  renderHTML: () => ['span', 0],
})

/** A block that the editor does not know: it can be moved and taken out, and stays what it is. */
const Kept = Node.create<{ nameOf: (type: string) => string }>({
  name: 'kept',
  group: 'block',
  atom: true,
  draggable: true,
  addOptions: () => ({ nameOf: type => type }),
  addAttributes: () => ({ node: { default: null, rendered: false } }),
  renderHTML({ node }) {
    const { type = '' } = (node.attrs.node ?? {}) as { type?: string }
    return ['div', { 'data-kept': type }, this.options.nameOf(type)]
  },
})
