import {
  acceptCompletion,
  autocompletion,
  closeCompletion,
  type Completion,
  type CompletionContext,
  completionKeymap,
  type CompletionResult,
  selectedCompletion,
} from '@codemirror/autocomplete'
import { type EditorState, type Extension, Facet, Prec } from '@codemirror/state'
import { type EditorView, hoverTooltip, keymap } from '@codemirror/view'
import type { Inventory } from '#shared/config/api.ts'
import { caretAt } from '#web/config/editor/caret.ts'
import { pathAt, readOne } from '#web/config/editor/manifest.ts'
import { valueAt } from '#web/config/editor/path.ts'
import { fieldsAt, type FieldWords, type Schema, schemaAt, wordsOf } from '#web/config/editor/schema.ts'
import { suggestions } from '#web/config/editor/suggest.ts'

/** What the editor knows to help with. */
export interface Help {
  schema: Schema | null
  inventory: Inventory | null
  requiredWord: string
}

/** Read at the moment it is asked for: schema and inventory come later than the text. */
export const helpSource = Facet.define<() => Help, () => Help>({
  combine: given => given[0] ?? (() => ({ schema: null, inventory: null, requiredWord: '' })),
})

/** Longer ones are not parsed for a hover. */
const mostForHover = 300_000

export const help = (): Extension => [
  autocompletion({
    override: [complete],
    icons: false,
    interactionDelay: 0,
    maxRenderedOptions: 200,
    defaultKeymap: false,
  }),
  Prec.highest(keymap.of([{ key: 'Enter', run: takeOrEnd }, ...completionKeymap.filter(({ key }) => key !== 'Enter')])),
  hoverTooltip((view, pos) => {
    const { schema, requiredWord } = view.state.facet(helpSource)()
    const text = view.state.doc.toString()
    if (schema === null || text.length > mostForHover) return null
    const { manifest } = readOne(text)
    const path = manifest === null ? caretAt(text, pos).path : pathAt(manifest, pos)
    const found = path.length === 0 ? null : schemaAt(schema, path)
    const name = path.at(-1)
    if (found === null || typeof name !== 'string') return null
    const isRequired = fieldsAt(schema, path.slice(0, -1)).some(field => field.name === name && field.isRequired)
    const words = wordsOf(schema, name, found, isRequired)
    return { pos, create: () => ({ dom: wordsDom(words, requiredWord) }) }
  }),
]

/** A choice that is written to its end has nothing more to give: Enter ends the line. */
function takeOrEnd(view: EditorView): boolean {
  const chosen = selectedCompletion(view.state)
  if (chosen === null || !isWritten(view.state, chosen)) return acceptCompletion(view)
  closeCompletion(view)
  return false
}

function isWritten({ doc, selection }: EditorState, { label, apply }: Completion): boolean {
  const { head } = selection.main
  return apply === undefined && doc.sliceString(Math.max(0, head - label.length), head) === label
}

function complete(context: CompletionContext): CompletionResult | null {
  const { schema, inventory, requiredWord } = context.state.facet(helpSource)()
  const text = context.state.doc.toString()
  const caret = caretAt(text, context.pos)
  if (!context.explicit && caret.word === '' && caret.at === 'key') return null
  const from = Math.max(0, caret.from)
  if (caret.at === 'key') {
    const fields = schema === null ? [] : fieldsAt(schema, caret.path)
    const left = fields.filter(({ name }) => !caret.siblings.has(name))
    const options = left.map(
      (field): Completion => ({
        label: field.name,
        detail: field.isRequired ? `${field.type}, ${requiredWord}` : field.type,
        boost: field.isRequired ? 1 : 0,
        apply: `${field.name}:${written(field.type)}`,
        ...(field.description === '' && field.choices.length === 0
          ? {}
          : { info: () => wordsDom(field, requiredWord) }),
      }),
    )
    // An item of a list of texts is written where a key could stand.
    const items = valueOptions(schema, inventory, text, caret.path)
    const all = [...options, ...items]
    return all.length === 0 ? null : { from, options: all, validFor: /^[\w.$/*-]*$/ }
  }
  const options = valueOptions(schema, inventory, text, caret.path)
  return options.length === 0 ? null : { from, options, validFor: /^[\w.:/*"-]*$/ }
}

function valueOptions(
  schema: Schema | null,
  inventory: Inventory | null,
  text: string,
  path: (string | number)[],
): Completion[] {
  const field = schema === null ? null : schemaAt(schema, path)
  const choices = field === null || schema === null ? [] : wordsOf(schema, '', field, false).choices
  const beside = path.slice(0, -1)
  const known =
    inventory === null
      ? []
      : suggestions(inventory, path, name => {
          const value = valueAt(readOne(text).manifests[0]?.value, [...beside, name])
          return typeof value === 'string' ? value : ''
        })
  return [...choices.map(label => ({ label })), ...known.map(({ label, detail }) => ({ label, detail }))]
}

/** What comes behind a key: room for its value. */
const written = (type: string): string => (type === 'object' || type.endsWith('[]') || type === 'array' ? '' : ' ')

/** Descriptions come from the cluster: they are set as text. */
function wordsDom({ name, type, description, isRequired, choices }: FieldWords, requiredWord: string): HTMLElement {
  const dom = document.createElement('div')
  dom.className = 'cm-words'
  const title = document.createElement('b')
  title.textContent = name
  const kind = document.createElement('span')
  kind.className = 't3'
  kind.textContent = isRequired ? `${type}, ${requiredWord}` : type
  dom.append(title, kind)
  const long = description.length > 700 ? `${description.slice(0, 700)}…` : description
  for (const line of [long, choices.join(' · ')])
    if (line !== '') {
      const paragraph = document.createElement('div')
      paragraph.textContent = line
      dom.append(paragraph)
    }
  return dom
}
