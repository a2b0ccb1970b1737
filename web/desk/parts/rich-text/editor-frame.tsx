import '@mantine/tiptap/styles.css'
import { Input } from '@mantine/core'
import { RichTextEditor, type RichTextEditorProps } from '@mantine/tiptap'
import type { Editor } from '@tiptap/react'
import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'

/** What a field with an editor is called and says, whichever form its text is kept in. */
export type EditorFieldProps = {
  label: string
  description?: string
  error?: ReactNode
  disabled?: boolean
  required?: boolean
}

/** What makes the editor a text field of that name, to whoever does not see it. */
export function editorAttributes(id: string, { description }: EditorFieldProps): Record<string, string> {
  return {
    role: 'textbox',
    'aria-multiline': 'true',
    'aria-labelledby': `${id}-label`,
    ...(description && { 'aria-describedby': `${id}-description` }),
  }
}

/**
 * An editor with its name and its tools.
 * @param id the one that `editorAttributes` was given
 * @param children what else it can do, before links and undoing
 */
export function EditorFrame({
  id,
  editor,
  field: { label, description, error, disabled = false, required = false },
  labels,
  children,
  ...rest
}: {
  id: string
  editor: Editor | null
  field: EditorFieldProps
  children: ReactNode
} & Pick<RichTextEditorProps, 'labels' | 'className'>) {
  const { t } = useTranslation('desk')
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
      required={required}
      error={error}
    >
      <RichTextEditor
        editor={editor}
        mt={4}
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
          ...labels,
        }}
        {...rest}
      >
        {!disabled && (
          <RichTextEditor.Toolbar>
            {children}
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
        <RichTextEditor.Content mih={200} />
      </RichTextEditor>
    </Input.Wrapper>
  )
}
