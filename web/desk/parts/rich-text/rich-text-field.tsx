import { RichTextEditor } from '@mantine/tiptap'
import { useEditor } from '@tiptap/react'
import { useEffect, useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { type EditorFieldProps, EditorFrame, editorAttributes } from './editor-frame.tsx'
import { extensions } from './extensions.ts'
import styles from './rich-text-field.module.css'
import { type EditorNode, fromEditor, type RicosDocument, toEditor } from './ricos.ts'

/**
 * A text with headings, lists and links, as the contract keeps it. What the editor does not know stays in it.
 * @param value replaces what is shown when it comes from elsewhere
 */
export function RichTextField({
  value,
  onChange,
  ...field
}: EditorFieldProps & { value: RicosDocument | null; onChange: (value: RicosDocument | null) => void }) {
  const { t } = useTranslation('desk')
  const id = useId()
  /** What is in the editor, and what that was made of. */
  const shown = useRef(value)
  const editor = useEditor({
    extensions: extensions(type =>
      t(type === 'IMAGE' || type === 'GALLERY' ? 'richText.keptPicture' : 'richText.kept'),
    ),
    content: toEditor(value),
    editable: !field.disabled,
    shouldRerenderOnTransaction: true,
    editorProps: { attributes: editorAttributes(id, field) },
    onUpdate: ({ editor: of }) => {
      shown.current = fromEditor(of.getJSON() as EditorNode, shown.current)
      onChange(shown.current)
    },
  })
  useEffect(() => {
    if (value === shown.current) return
    shown.current = value
    editor?.commands.setContent(toEditor(value), { emitUpdate: false })
  }, [editor, value])
  return (
    <EditorFrame id={id} editor={editor} field={field} className={styles.field ?? ''}>
      <RichTextEditor.ControlsGroup>
        <RichTextEditor.H2 />
        <RichTextEditor.H3 />
        <RichTextEditor.Bold />
        <RichTextEditor.Italic />
        <RichTextEditor.Underline />
      </RichTextEditor.ControlsGroup>
      <RichTextEditor.ControlsGroup>
        <RichTextEditor.BulletList />
        <RichTextEditor.OrderedList />
        <RichTextEditor.Blockquote />
      </RichTextEditor.ControlsGroup>
    </EditorFrame>
  )
}
