import { type Static, Type } from 'typebox'
import { Maybe, Text } from '../wire/shapes.ts'
import { MessagesOut } from './messages.ts'
import { type Control, type Input, isSystem, liveControls, type StoredForm } from './model.ts'

const InputOut = Type.Object({
  name: Type.String(),
  array: Type.Boolean(),
  label: Type.String(),
  additionalLabels: Type.Optional(Type.Record(Type.String(), Type.String())),
  labels: Type.Optional(Type.Array(Type.Object({ name: Type.String(), label: Type.String() }))),
  options: Type.Array(Type.String()),
  mandatory: Type.Boolean(),
  maxLength: Type.Optional(Type.Integer()),
  maxSize: Type.Optional(Type.Integer()),
  type: Type.String(),
  defaultOptionSelection: Type.Optional(
    Type.Object({ optionIndex: Type.Optional(Type.Integer()), placeholderText: Type.Optional(Type.String()) }),
  ),
})

const ControlOut = Type.Object({
  id: Type.String(),
  type: Type.String(),
  system: Type.Boolean(),
  name: Type.String(),
  label: Type.String(),
  orderIndex: Type.Integer(),
  deleted: Type.Boolean(),
  inputs: Type.Array(InputOut),
})

/** A registration form in answers (events 4.4, 4.7). */
export const FormOut = Type.Object({ controls: Type.Array(ControlOut), messages: MessagesOut })

/** A guest's answers in requests (events 4.6.1); `problemsOfAnswers` judges them against the form. */
export const FormResponseIn = Type.Object({
  inputValues: Maybe(
    Type.Array(
      Type.Object({
        inputName: Text(0, 100),
        value: Maybe(Text(0, 5000)),
        values: Maybe(Type.Array(Text(0, 5000), { maxItems: 100 })),
      }),
      { maxItems: 200 },
    ),
  ),
})

/** `form` as published: deleted controls are not in it (events 4.5.13). */
export function toWireForm(form: StoredForm): Static<typeof FormOut> {
  return { controls: liveControls(form).map(toWireControl), messages: form.messages }
}

function toWireControl(control: Control, orderIndex: number): Static<typeof ControlOut> {
  return {
    id: control.id,
    type: control.type,
    system: isSystem(control),
    name: control.id,
    label: control.inputs[0]?.label ?? '',
    orderIndex,
    deleted: control.deleted,
    inputs: control.inputs.map(toWireInput),
  }
}

function toWireInput({ options, labels, ...input }: Input): Static<typeof InputOut> {
  return {
    ...input,
    array: input.type === 'TEXT_ARRAY',
    options: [...(options ?? [])],
    ...(labels && {
      additionalLabels: Object.fromEntries(labels.map(({ name, label }) => [name, label])),
      labels: [...labels],
    }),
  }
}
