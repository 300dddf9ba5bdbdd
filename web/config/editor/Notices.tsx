import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { MergeConflict } from '#shared/config/change/merge.ts'
import { pathText } from '#shared/mesh/object.ts'
import type { Desk } from './desk.ts'
import { valueText } from './value-text.ts'

/** What somebody else did meanwhile, and what has to be decided because of it. */
export function Notices(props: {
  desk: Desk
  isGone: boolean
  onSeen: () => void
  onDecide: (conflict: MergeConflict, side: 'mine' | 'theirs') => void
}): ReactNode {
  const { t } = useTranslation('config')
  const { desk } = props
  const fields = desk.taken.slice(0, 6).map(pathText).join(', ')
  return (
    <div className="edit-notices" role="status">
      {props.isGone && <p className="note degraded">{t($ => $.editor.gone)}</p>}
      {desk.isWaiting && <p className="note degraded">{t($ => $.editor.waiting)}</p>}
      {desk.taken.length > 0 && (
        <p className="note row">
          <span className="grow">
            <b className="med">{t($ => $.editor.changedMeanwhile)}</b>{' '}
            {t($ => $.editor.brought, {
              count: desk.taken.length,
              fields: desk.taken.length > 6 ? `${fields}, …` : fields,
            })}
          </span>
          <button type="button" className="btn" onClick={props.onSeen}>
            {t($ => $.editor.understood)}
          </button>
        </p>
      )}
      {desk.conflicts.length > 0 && (
        <section className="note degraded">
          <p className="med">{t($ => $.editor.undecided, { count: desk.conflicts.length })}</p>
          <ul className="conflicts">
            {desk.conflicts.map(conflict => (
              <li key={pathText(conflict.path)}>
                <span className="mono path">{pathText(conflict.path)}</span>
                <Side name={t($ => $.editor.yours)} value={conflict.mine} />
                <Side name={t($ => $.editor.theirs)} value={conflict.theirs} />
                <span className="row">
                  <button type="button" className="btn" onClick={() => props.onDecide(conflict, 'mine')}>
                    {t($ => $.editor.keepMine)}
                    <span className="sr">: {pathText(conflict.path)}</span>
                  </button>
                  <button type="button" className="btn" onClick={() => props.onDecide(conflict, 'theirs')}>
                    {t($ => $.editor.takeTheirs)}
                    <span className="sr">: {pathText(conflict.path)}</span>
                  </button>
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

function Side({ name, value }: { name: string; value: unknown }): ReactNode {
  const { t } = useTranslation('config')
  return (
    <span>
      <span className="t3">{name}</span>{' '}
      {value === undefined ? <i className="t3">{t($ => $.editor.absent)}</i> : <code>{valueText(value)}</code>}
    </span>
  )
}
