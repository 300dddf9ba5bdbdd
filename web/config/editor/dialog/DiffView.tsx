import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Outcome } from '#shared/config/api.ts'
import { meant } from '#shared/config/change/diff.ts'
import { textOf } from '#web/config/editor/edit.ts'
import { pairLines } from '#web/config/editor/lines.ts'
import { valueText } from '#web/config/editor/value-text.ts'
import { Segmented } from '#web/ui/Segmented.tsx'
import { shortened } from './TextDiff.tsx'

type Sides = Pick<Outcome, 'before' | 'after' | 'diff'>

/** What the server itself would make of the object: by field, or the two texts side by side. */
export function DiffView({
  outcome,
  title,
  isPast = false,
}: {
  outcome: Sides
  title: string
  /** Both sides are of the past: neither is now. */
  isPast?: boolean
}): ReactNode {
  const { t } = useTranslation('config')
  const isWhole = outcome.before === null || outcome.after === null
  const was = isPast ? t($ => $.editor.before) : t($ => $.editor.dialog.was)
  const [view, setView] = useState<'fields' | 'sides'>(isWhole ? 'sides' : 'fields')
  return (
    <section className="diff">
      <header className="row">
        <h3>{title}</h3>
        {!isWhole && <span className="t3">{t($ => $.editor.dialog.fields, { count: outcome.diff.length })}</span>}
        <span className="grow" />
        <Segmented
          name={title}
          value={view}
          onChoose={setView}
          choices={[
            { value: 'fields', label: t($ => $.editor.dialog.byField) },
            { value: 'sides', label: t($ => $.editor.dialog.sideBySide) },
          ]}
        />
      </header>
      {view === 'fields' ? <Fields outcome={outcome} was={was} /> : <SideBySide outcome={outcome} was={was} />}
    </section>
  )
}

function Fields({ outcome, was }: { outcome: Sides; was: string }): ReactNode {
  const { t } = useTranslation('config')
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t($ => $.editor.dialog.field)}</th>
          <th scope="col">{was}</th>
          <th scope="col">{t($ => $.editor.dialog.is)}</th>
        </tr>
      </thead>
      <tbody>
        {outcome.diff.slice(0, 200).map(({ path, before, after }) => (
          <tr key={path}>
            <th scope="row" className="mono">
              {path}
            </th>
            <td className={before === undefined ? '' : 'is-gone'}>
              {before !== undefined && <code>{valueText(before)}</code>}
            </td>
            <td className={after === undefined ? '' : 'is-new'}>
              {after !== undefined && <code>{valueText(after)}</code>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function SideBySide({ outcome: { before, after }, was }: { outcome: Sides; was: string }): ReactNode {
  const { t } = useTranslation('config')
  const text = (object: Outcome['before']) => (object === null ? '' : textOf(meant(object)))
  const pairs = shortened(pairLines(text(before), text(after)))
  return (
    <table className="sides">
      <thead>
        <tr>
          <th scope="col">{was}</th>
          <th scope="col">{t($ => $.editor.dialog.is)}</th>
        </tr>
      </thead>
      <tbody>
        {pairs.slice(0, 1000).map((pair, index) =>
          pair === null ? (
            <tr key={index} className="t3">
              <td colSpan={2}>⋯</td>
            </tr>
          ) : (
            <tr key={index}>
              <td className={pair.left !== null && pair.left !== pair.right ? 'is-gone' : ''}>
                <code>{pair.left}</code>
              </td>
              <td className={pair.right !== null && pair.left !== pair.right ? 'is-new' : ''}>
                <code>{pair.right}</code>
              </td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  )
}
