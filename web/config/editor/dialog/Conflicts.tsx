import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Outcome } from '#shared/config/api.ts'
import { keyOf } from '#shared/mesh/object.ts'
import { isSame, type Taken } from '#web/config/editor/change.ts'
import { valueText } from '#web/config/editor/value-text.ts'
import { absolute } from '#web/ui/format.ts'
import { useLanguage } from '#web/ui/language.ts'
import { TextDiff } from './TextDiff.tsx'

/** A field of one of the objects that belongs to somebody else. */
export type Contested = Outcome['conflicts'][number] & Taken

/** Fields that belong to others, each with its owner and since when, to be taken one by one. */
export function Conflicts(props: {
  conflicts: readonly Contested[]
  /** Of several objects each field says whose it is. */
  isNamed: boolean
  taken: readonly Taken[]
  onTake: (taken: Taken, isTaken: boolean) => void
}): ReactNode {
  const { t } = useTranslation('config')
  const language = useLanguage()
  return (
    <section>
      <h3>{t($ => $.editor.dialog.conflicts)}</h3>
      <p className="t2">{t($ => $.editor.dialog.conflictsText)}</p>
      <ul className="takes">
        {props.conflicts.map(({ object, path, manager, time, kind, theirs, ours }) => (
          <li key={`${keyOf(object)} ${path} ${manager}`}>
            <label>
              <input
                type="checkbox"
                checked={props.taken.some(each => isSame(each, { object, path }))}
                onChange={event => props.onTake({ object, path }, event.target.checked)}
              />
              <span className="mono">{t($ => $.editor.dialog.take, { path, manager })}</span>
              {props.isNamed && (
                <span className="t2">
                  {object.kind}{' '}
                  <span className="mono">
                    {object.namespace === '' ? '' : `${object.namespace}/`}
                    {object.name}
                  </span>
                </span>
              )}
            </label>
            <p className="t2">
              {time !== null && <>{t($ => $.editor.dialog.since, { at: absolute(time, language) })} · </>}
              {kind === 'remove' ? t($ => $.editor.dialog.remove) : t($ => $.editor.dialog.change)}
            </p>
            <TextDiff
              before={theirs === undefined ? '' : valueText(theirs)}
              after={ours === undefined ? '' : valueText(ours)}
            />
          </li>
        ))}
      </ul>
    </section>
  )
}
