import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { refOfParams } from '#shared/config/address.ts'
import { meshKind } from '#shared/config/kinds.ts'
import { keyOf, type ObjectRef } from '#shared/mesh/object.ts'
import { ObjectEditor } from '#web/config/editor/ObjectEditor.tsx'
import { Refused } from '#web/config/Problems.tsx'
import { exactClock } from '#web/ui/format.ts'
import { Rich } from '#web/ui/Rich.tsx'
import { EditBy } from '#web/config/intents/EditBy.tsx'
import type { ConfigSearch } from '#web/config/search.ts'
import { AppliesTo } from './AppliesTo.tsx'
import { FieldOwners } from './FieldOwners.tsx'
import { Findings } from './Findings.tsx'
import { Head } from './Head.tsx'
import { ObjectText } from './ObjectText.tsx'
import { TextBar } from './TextBar.tsx'
import { linesOf, manifestText } from './text.ts'
import { type ObjectView, type ReadObject, useObject } from './use-object.ts'
import '#web/config/config.css'
import './object.css'

export interface ObjectPageProps {
  /** As the address says them. */
  params: ObjectRef
  /** To the list, narrowed. */
  onList: (search: ConfigSearch) => void
  /** To another page of the console. */
  onGo?: (href: string) => void
}

/** One object: what it says, what is wrong with it, what it applies to, and who wrote it. */
export function ObjectPage({ params, onList, onGo }: ObjectPageProps): ReactNode {
  const of = refOfParams(params)
  const { t } = useTranslation('config')
  // Not even asked for: what nobody reads cannot be shown.
  if (of.group === '' && of.kind === 'Secret')
    return (
      <div className="object-page is-face">
        <Refused title={t($ => $.object.secret)} because={t($ => $.object.secretText)}>
          <ToList onList={onList} />
        </Refused>
      </div>
    )
  return <Shown of={of} onList={onList} {...(onGo === undefined ? {} : { onGo })} />
}

function Shown({ of, onList, onGo }: { of: ObjectRef } & Omit<ObjectPageProps, 'params'>): ReactNode {
  const view = useObject(of)
  const { read } = view
  return (
    <div className={read === null ? 'object-page is-face' : 'object-page'}>
      <Head of={of} view={view} onList={onList}>
        {read !== null && onGo !== undefined && <EditBy object={read.object} onGo={onGo} />}
      </Head>
      {read === null ? <Face of={of} view={view} onList={onList} /> : <Content of={of} view={view} read={read} />}
    </div>
  )
}

function Content({ of, view, read }: { of: ObjectRef; view: ObjectView; read: ReadObject }): ReactNode {
  // What the mesh only reads labels of is not written here.
  return meshKind(of.group, of.kind) === undefined ? (
    <ReadOnly of={of} view={view} read={read} />
  ) : (
    <>
      <Notes view={view} />
      <ObjectEditor
        key={keyOf(of)}
        object={of}
        theirs={read.object}
        owner={read.owner}
        findings={read.findings}
        isGone={view.isDeleted}
        aside={<FieldOwners owners={read.fieldOwners} />}
      />
    </>
  )
}

function ReadOnly({ of, view, read }: { of: ObjectRef; view: ObjectView; read: ReadObject }): ReactNode {
  const { apiVersion } = read.object
  const text = manifestText(read.object)
  const lines = linesOf(text, read.findings)
  return (
    <>
      <Notes view={view} />
      <div className="object-panes">
        <section className="object-yaml">
          <TextBar
            of={of}
            text={text}
            lines={lines.length}
            apiVersion={typeof apiVersion === 'string' ? apiVersion : ''}
          />
          <ObjectText lines={lines} />
        </section>
        <aside className="object-side">
          <Findings findings={read.findings} lines={lines} />
          {view.row !== null && <AppliesTo row={view.row} />}
          <FieldOwners owners={read.fieldOwners} />
        </aside>
      </div>
    </>
  )
}

/** What has to be known before the text is believed. */
function Notes({ view }: { view: ObjectView }): ReactNode {
  const { t } = useTranslation('config')
  const { problem, isDeleted, list, at } = view
  const text = isDeleted
    ? t($ => $.object.deleted)
    : problem !== null
      ? t($ => $.object.stale, { at: exactClock(at), because: problem.detail })
      : list.outage?.source === 'console'
        ? t($ => $.object.cut, { at: exactClock(list.outage.since - list.skew) })
        : null
  return (
    <div className={text === null ? 'config-notes' : 'config-notes is-told'} role="status">
      {text !== null && (
        <p className="note degraded">
          {text}{' '}
          {problem !== null && !isDeleted && (
            <button type="button" className="link" onClick={view.again}>
              {t($ => $.object.again)}
            </button>
          )}
        </p>
      )}
    </div>
  )
}

/** Nothing to show yet, or not at all. */
function Face({ of, view, onList }: { of: ObjectRef; view: ObjectView; onList: ObjectPageProps['onList'] }): ReactNode {
  const { t } = useTranslation('config')
  const { problem } = view
  if (problem === null)
    return (
      <div className="object-loading" role="status">
        <span className="sr">{t($ => $.object.reading)}</span>
        {Array.from({ length: 20 }, (_, row) => (
          <span
            key={row}
            className="skeleton"
            style={{ width: `${14 + ((row * 13) % 26)}%`, marginLeft: `${(row % 4) * 16}px` }}
          />
        ))}
      </div>
    )
  if (problem.status === 404)
    return (
      <section className="face card" role="alert">
        <header>
          <h2>{t($ => $.object.notFound)}</h2>
        </header>
        <div className="body">
          <p className="t2">
            <Rich text={t($ => $.object.notFoundText, { name: `${of.kind} ${pathOf(of)}` })} />
          </p>
          <div className="row acts">
            <ToList onList={onList} />
          </div>
        </div>
      </section>
    )
  return (
    <Refused
      title={problem.status === 403 ? t($ => $.object.forbidden) : t($ => $.object.failing)}
      because={problem.detail}
    >
      {problem.status !== 403 && (
        <button type="button" className="btn" onClick={view.again}>
          {t($ => $.object.again)}
        </button>
      )}
      <ToList onList={onList} />
    </Refused>
  )
}

function ToList({ onList }: { onList: ObjectPageProps['onList'] }): ReactNode {
  const { t } = useTranslation('config')
  return (
    <button type="button" className="btn" onClick={() => onList({})}>
      {t($ => $.object.back)}
    </button>
  )
}

const pathOf = ({ namespace, name }: ObjectRef): string => (namespace === '' ? name : `${namespace}/${name}`)
