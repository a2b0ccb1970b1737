import { Alert, Button, Textarea } from '@mantine/core'
import { Link, RichTextEditor } from '@mantine/tiptap'
import { useEditor } from '@tiptap/react'
import StarterKit from '@tiptap/starter-kit'
import { useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type EditorFieldProps, EditorFrame, editorAttributes } from './rich-text/editor-frame.tsx'

type HtmlFieldProps = EditorFieldProps & { value: string; onChange: (html: string) => void }

/**
 * A text with headings, lists and links, kept as HTML, needed unless `required` is false. What the editor does not know is
 * edited as HTML, so nothing is lost.
 */
export function HtmlField(props: HtmlFieldProps) {
  const { t } = useTranslation('desk')
  const [isSource, setSource] = useState(() => unknownTags(props.value).length > 0)
  const unknown = unknownTags(props.value)
  if (!isSource && unknown.length === 0) return <Editor {...props} />
  const { value, onChange, required = true, ...field } = props
  return (
    <>
      <Textarea
        {...field}
        required={required}
        autosize
        minRows={8}
        maxRows={24}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
      {unknown.length > 0 ? (
        <Alert color="indigo">{t('html.unknown', { tags: unknown.join(', ') })}</Alert>
      ) : (
        <Button variant="default" size="compact-sm" w="fit-content" onClick={() => setSource(false)}>
          {t('html.editor')}
        </Button>
      )}
    </>
  )
}

function Editor({ value, onChange, required = true, ...rest }: HtmlFieldProps) {
  const { t } = useTranslation('desk')
  const id = useId()
  const field = { ...rest, required }
  const editor = useEditor({
    extensions: [
      StarterKit.configure({ link: false, heading: { levels: [3, 4] } }),
      Link.configure({ openOnClick: false, HTMLAttributes: { target: null, rel: null, class: null } }),
    ],
    content: value,
    editable: !field.disabled,
    shouldRerenderOnTransaction: true,
    editorProps: { attributes: editorAttributes(id, field) },
    onUpdate: ({ editor: of }) => onChange(of.isEmpty ? '' : of.getHTML()),
  })
  // What comes from elsewhere, such as from a colleague, replaces what is shown; what was typed here is that already.
  useEffect(() => {
    if (editor && value !== (editor.isEmpty ? '' : editor.getHTML()) && !editor.isFocused)
      editor.commands.setContent(value, { emitUpdate: false })
  }, [editor, value])
  return (
    <EditorFrame id={id} editor={editor} field={field} labels={{ h3ControlLabel: t('richText.heading') }}>
      <RichTextEditor.ControlsGroup>
        <RichTextEditor.H3 />
        <RichTextEditor.Bold />
        <RichTextEditor.Italic />
      </RichTextEditor.ControlsGroup>
      <RichTextEditor.ControlsGroup>
        <RichTextEditor.BulletList />
        <RichTextEditor.OrderedList />
      </RichTextEditor.ControlsGroup>
    </EditorFrame>
  )
}

/** What the editor keeps as it is: tags, and of links the address. */
const KNOWN = new Set([
  ...['P', 'BR', 'HR', 'H3', 'H4', 'UL', 'OL', 'LI', 'BLOCKQUOTE', 'PRE', 'CODE', 'A'],
  ...['STRONG', 'B', 'EM', 'I', 'U', 'S'],
])

function unknownTags(html: string): string[] {
  const { body } = new DOMParser().parseFromString(html, 'text/html')
  const unknown = [...body.querySelectorAll('*')].filter(
    ({ tagName, attributes }) =>
      !KNOWN.has(tagName) ||
      [...attributes].some(({ name }) => !(tagName === 'A' && ['href', 'rel', 'target'].includes(name))),
  )
  return [...new Set(unknown.map(({ tagName }) => tagName.toLowerCase()))]
}

/** The words of it alone. */
export function textOfHtml(html: string): string {
  return (new DOMParser().parseFromString(html, 'text/html').body.textContent ?? '').trim()
}
