import '@mantine/tiptap/styles.css'
import { Input } from '@mantine/core'
import { RichTextEditor } from '@mantine/tiptap'
import { useEditor } from '@tiptap/react'
import { useEffect, useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { extensions } from './extensions.ts'
import styles from './rich-text-field.module.css'
import { type EditorNode, fromEditor, type RicosDocument, toEditor } from './ricos.ts'

/**
 * A text with headings, lists and links, as the contract keeps it. What the editor does not know stays in it.
 * @param value replaces what is shown when it comes from elsewhere
 */
export function RichTextField({
  label,
  description,
  value,
  disabled = false,
  onChange,
}: {
  label: string
  description?: string
  value: RicosDocument | null
  disabled?: boolean
  onChange: (value: RicosDocument | null) => void
}) {
  const { t } = useTranslation('desk')
  const id = useId()
  /** What is in the editor, and what that was made of. */
  const shown = useRef(value)
  const editor = useEditor({
    extensions: extensions(type =>
      t(type === 'IMAGE' || type === 'GALLERY' ? 'richText.keptPicture' : 'richText.kept'),
    ),
    content: toEditor(value),
    editable: !disabled,
    shouldRerenderOnTransaction: true,
    editorProps: {
      attributes: {
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-labelledby': `${id}-label`,
        ...(description && { 'aria-describedby': `${id}-description` }),
      },
    },
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
  useEffect(() => {
    editor?.setEditable(!disabled, false)
  }, [editor, disabled])
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      labelProps={{ id: `${id}-label` }}
      description={description}
      descriptionProps={{ id: `${id}-description` }}
    >
      <RichTextEditor
        editor={editor}
        mt={4}
        className={styles.field ?? ''}
        labels={{
          boldControlLabel: t('richText.bold'),
          italicControlLabel: t('richText.italic'),
          underlineControlLabel: t('richText.underline'),
          h2ControlLabel: t('richText.heading'),
          h3ControlLabel: t('richText.subheading'),
          bulletListControlLabel: t('richText.bullets'),
          orderedListControlLabel: t('richText.numbers'),
          blockquoteControlLabel: t('richText.quote'),
          linkControlLabel: t('richText.link'),
          unlinkControlLabel: t('richText.unlink'),
          linkEditorInputLabel: t('richText.address'),
          linkEditorInputPlaceholder: 'https://',
          linkEditorExternalLink: t('richText.newTab'),
          linkEditorInternalLink: t('richText.sameTab'),
          linkEditorSave: t('richText.linkSave'),
          undoControlLabel: t('richText.undo'),
          redoControlLabel: t('richText.redo'),
        }}
      >
        {!disabled && (
          <RichTextEditor.Toolbar>
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
            <RichTextEditor.ControlsGroup>
              <RichTextEditor.Link />
              <RichTextEditor.Unlink />
            </RichTextEditor.ControlsGroup>
            <RichTextEditor.ControlsGroup>
              <RichTextEditor.Undo />
              <RichTextEditor.Redo />
            </RichTextEditor.ControlsGroup>
          </RichTextEditor.Toolbar>
        )}
        <RichTextEditor.Content mih={220} />
      </RichTextEditor>
    </Input.Wrapper>
  )
}
