import { type ReactNode, useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Inventory } from '#shared/config/api.ts'
import type { Edit } from '#shared/config/finding.ts'
import { groupOf, type Path } from '#shared/mesh/object.ts'
import { edit } from '#web/config/editor/edit.ts'
import { type Manifest, pathAt, read, type Span, spanOf } from '#web/config/editor/manifest.ts'
import type { Mark } from '#web/config/editor/marks.ts'
import type { Schema } from '#web/config/editor/schema.ts'
import { useLanguage } from '#web/ui/language.ts'
import { FormPane } from './render/FormPane.tsx'
import { formMarks } from './render/marks.ts'
import { useBook } from './use-book.ts'

/** A longer text is read when the hand rests, and written when a field is left. */
const longText = 60_000

/** The form beside the text: it reads the text, and writes into it. */
export function FormColumn(props: {
  text: string
  marks: readonly Mark[]
  schema: { data: Schema | null; problem: string | null }
  inventory: Inventory | null
  /** Where the caret of the text is; null: a hand is not in the text. */
  caret: number | null
  onText: (text: string) => void
  onLight: (span: Span | null) => void
  onGoTo: (offset: number) => void
}): ReactNode {
  const { t } = useTranslation('config')
  const language = useLanguage()
  const { text, caret } = props
  const isLong = text.length > longText
  const rested = useDeferredValue(text)
  const reading = useReadable(isLong ? rested : text)
  const [where, setWhere] = useState(0)
  if (caret !== null && caret !== where) setWhere(caret)
  const which = whichAt(reading.manifests, where)
  const manifest = reading.manifests[which]
  const { apiVersion, kind } = manifest?.value ?? {}
  const { open, problem } = useBook(groupOf(textIn(apiVersion)), textIn(kind), props.schema, language)
  const isStale = reading.text !== text
  const act = (edits: readonly Edit[]) => {
    const next = isStale || edits.length === 0 ? null : edit(text, edits, which)
    if (next !== null && next !== text) props.onText(next)
  }
  if (manifest === undefined || open === null)
    return (
      <p className="edit-loading t3">
        {problem === null ? t($ => $.form.loading) : t($ => $.form.noForm, { because: problem })}
      </p>
    )
  const span = (path: Path) => spanOf(manifest, path)
  return (
    <>
      {isStale && !isLong && <p className="edit-loading c-degraded s12">{t($ => $.form.unreadable)}</p>}
      {isLong && <p className="edit-loading t3 s11">{t($ => $.form.large)}</p>}
      {open.isFromSchema && <p className="edit-loading t3 s11">{t($ => $.form.schemaForm)}</p>}
      <div
        onBlurCapture={event => {
          if (!event.currentTarget.contains(event.relatedTarget)) props.onLight(null)
        }}
      >
        <FormPane
          key={`${which} ${textIn(kind)}`}
          form={open.form}
          world={{
            object: manifest.value,
            texts: open.texts,
            inventory: props.inventory,
            marks: formMarks(props.marks),
            caret: caret === null || isStale ? null : pathAt(manifest, caret),
            isLocked: isStale,
            isLazy: isLong,
            act,
            onFocus: path => props.onLight(span(path)),
            onGoTo: path => props.onGoTo(span(path).from),
          }}
        />
      </div>
    </>
  )
}

/** The last text that could be read, and what it says. */
function useReadable(text: string): { text: string; manifests: readonly Manifest[] } {
  const [last, setLast] = useState(() => readable(text) ?? { text: '', manifests: [] })
  if (last.text === text) return last
  const now = readable(text)
  if (now === null) return last
  setLast(now)
  return now
}

function readable(text: string): { text: string; manifests: readonly Manifest[] } | null {
  const { manifests, troubles } = read(text)
  return troubles.length > 0 ? null : { text, manifests }
}

/** Of several objects, the one the caret was in last; else the first. */
function whichAt(manifests: readonly Manifest[], caret: number): number {
  const found = manifests.findIndex(({ span }) => caret >= span.from && caret <= span.to)
  return Math.max(0, found)
}

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '')
