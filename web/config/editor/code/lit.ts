import { type Extension, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view'
import type { Span } from '#web/config/editor/manifest.ts'

/** The lines of the field a hand is in, in the form beside the text; null: in none. */
export const light = StateEffect.define<Span | null>()

const line = Decoration.line({ class: 'cm-lit' })
/** More are not lit: the whole text is no place. */
const mostLines = 400

export const litLines: Extension = [
  StateField.define<DecorationSet>({
    create: () => Decoration.none,
    update(lit, transaction) {
      const told = transaction.effects.findLast(effect => effect.is(light))
      if (told === undefined) return lit.map(transaction.changes)
      const span = told.value as Span | null
      if (span === null) return Decoration.none
      const { doc } = transaction.state
      const first = doc.lineAt(Math.min(span.from, doc.length)).number
      const last = doc.lineAt(Math.max(0, Math.min(span.to, doc.length) - 1)).number
      const count = Math.min(mostLines, Math.max(1, last - first + 1))
      return Decoration.set(Array.from({ length: count }, (_, index) => line.range(doc.line(first + index).from)))
    },
    provide: field => EditorView.decorations.from(field),
  }),
  EditorView.baseTheme({ '.cm-line.cm-lit': { backgroundColor: 'var(--accent-soft)' } }),
]
