import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { HistoryEntry } from '#shared/config/api.ts'
import { differences } from '#shared/config/change/diff.ts'
import { pathText } from '#shared/mesh/object.ts'
import { problemFrom } from '#web/api/call.ts'
import { useStatus } from '#web/api/use-live.ts'
import { DiffView } from '#web/config/editor/dialog/DiffView.tsx'
import { Others } from '#web/config/editor/Panel.tsx'
import { objectHref } from '#web/config/names.ts'
import { momentText } from '#web/ui/format.ts'
import { useLanguage } from '#web/ui/language.ts'
import { Author, ChangeWord, Moment, ObjectName } from './cells.tsx'
import { Go } from '#web/config/intents/Go.tsx'
import { type Revision, revisionQuery } from './query.ts'
import { Restore } from './Restore.tsx'
import { Side } from './Side.tsx'
import { Turns } from './Turns.tsx'

/** One change: who, why, what was found then, the object before and after it, and the ways back. */
export function RevisionSide(props: { id: string; onClose: () => void; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('config')
  const { data, error, refetch } = useQuery(revisionQuery(props.id))
  return (
    <Side title={t($ => $.history.revision)} onClose={props.onClose}>
      {data !== undefined ? (
        <Shown revision={data} onGo={props.onGo} />
      ) : error === null ? (
        <p className="t3" role="status">
          {t($ => $.history.reading)}
        </p>
      ) : (
        <p className="note degraded" role="alert">
          {problemFrom(error).detail}{' '}
          <button type="button" className="link" onClick={() => void refetch()}>
            {t($ => $.object.again)}
          </button>
        </p>
      )}
    </Side>
  )
}

function Shown({ revision, onGo }: { revision: Revision; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('config')
  const { entry, before, after, findings, turns } = revision
  const diff = differences(before, after).map(({ path, ...rest }) => ({ path: pathText(path), ...rest }))
  return (
    <>
      <Facts entry={entry} onGo={onGo} />
      <Ways revision={revision} />
      <DiffView outcome={{ before, after, diff }} title={t($ => $.history.diff)} isPast />
      <Turns turns={turns} onGo={onGo} />
      <Others title={t($ => $.history.foundThen)} findings={findings} />
    </>
  )
}

export function Facts({ entry, onGo }: { entry: HistoryEntry; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('config')
  return (
    <div className="facts">
      <p className="row">
        <ChangeWord change={entry.change} />
        <Go href={objectHref(entry.object)} onGo={onGo}>
          <ObjectName of={entry.object} />
        </Go>
      </p>
      <p>
        <Moment at={entry.at} /> <span className="t3">{t($ => $.history.by)}</span> <Author entry={entry} />
      </p>
      {entry.reason !== null && <p className="reason">{entry.reason}</p>}
    </div>
  )
}

function Ways({ revision: { entry, before, after } }: { revision: Revision }): ReactNode {
  const { t } = useTranslation('config')
  const language = useLanguage()
  const skew = useStatus()?.skew ?? 0
  const at = momentText(entry.at - skew, language, 0)
  const { object } = entry
  return (
    <div className="ways">
      {after !== null && (
        <Restore object={object} fields={entry.fields} to={after} label={t($ => $.history.restore.this)} moment={at} />
      )}
      {before !== null ? (
        <Restore
          object={object}
          fields={entry.fields}
          to={before}
          label={t($ => $.history.restore.before)}
          moment={t($ => $.history.restore.beforeMoment, { at })}
        />
      ) : (
        entry.change === 'created' && (
          <Restore
            object={object}
            fields={entry.fields}
            to={null}
            label={t($ => $.history.restore.absence)}
            moment={t($ => $.history.restore.beforeMoment, { at })}
          />
        )
      )}
    </div>
  )
}
