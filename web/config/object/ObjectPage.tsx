import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { paramsOfRef, refOfParams } from '#shared/config/address.ts'
import { meshKind } from '#shared/config/kinds.ts'
import { type Json, keyOf, type ObjectRef } from '#shared/mesh/object.ts'
import { type EditorTold, ObjectEditor } from '#web/config/editor/ObjectEditor.tsx'
import { Marks } from '#web/config/editor/Panel.tsx'
import { HistoryView } from '#web/config/history/HistoryView.tsx'
import { tallyQuery } from '#web/config/history/query.ts'
import { type HistorySearch, historySearchIn } from '#web/config/history/search.ts'
import { Refused } from '#web/config/Problems.tsx'
import { exactClock } from '#web/ui/format.ts'
import { Rich } from '#web/ui/Rich.tsx'
import { EditBy } from '#web/config/intents/EditBy.tsx'
import { lastList } from '#web/config/last-list.ts'
import type { ConfigSearch } from '#web/config/search.ts'
import { AppliesTo } from './AppliesTo.tsx'
import { DiffTab } from './DiffTab.tsx'
import { FieldOwners } from './FieldOwners.tsx'
import { Findings } from './Findings.tsx'
import { Head } from './Head.tsx'
import { InForce } from './InForce.tsx'
import { ObjectText } from './ObjectText.tsx'
import { TabPanel, TabStrip } from './TabStrip.tsx'
import { type Tab, tabIn, tabs, worstLevel } from './tabs.ts'
import { TextBar } from './TextBar.tsx'
import { linesOf, manifestText } from './text.ts'
import { type ObjectView, type ReadObject, useObject } from './use-object.ts'
import '#web/config/config.css'
import './object.css'

export interface ObjectPageProps {
  /** As the address says them. */
  params: ObjectRef
  /** Which side of it is shown, and what is chosen there. */
  search?: Record<string, unknown>
  onSearch?: OnObjectSearch
  /** To the list, narrowed. */
  onList: (search: ConfigSearch) => void
  /** To another page of the console. */
  onGo?: (href: string) => void
}

export type OnObjectSearch = (patch: Partial<HistorySearch> & { tab?: Tab | undefined }, isStep?: boolean) => void

/** One object: what it says, what is wrong with it, what it applies to, and who wrote it. */
export function ObjectPage(props: ObjectPageProps): ReactNode {
  const { params, onList } = props
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
  return <Shown of={of} onList={onList} sides={{ search: {}, onSearch: nothing, onGo: nothing, ...defined(props) }} />
}

/** What the sides of an object are shown by. */
interface Sides {
  search: Record<string, unknown>
  onSearch: OnObjectSearch
  onGo: (href: string) => void
}

function Shown(props: { of: ObjectRef; onList: ObjectPageProps['onList']; sides: Sides }): ReactNode {
  const { of, onList } = props
  const view = useObject(of)
  const { read } = view
  return (
    <div className={read === null ? 'object-page is-face' : 'object-page'}>
      <Head of={of} view={view} onList={onList}>
        {read !== null && <EditBy object={read.object} onGo={props.sides.onGo} />}
      </Head>
      {read === null ? (
        <Face of={of} view={view} onList={onList} />
      ) : (
        <Content of={of} view={view} read={read} {...props.sides} />
      )}
    </div>
  )
}

function Content(props: { of: ObjectRef; view: ObjectView; read: ReadObject } & Sides): ReactNode {
  const { of, view, read, search, onSearch } = props
  const own = useOwnHistory(of, read)
  const isWritten = meshKind(of.group, of.kind) !== undefined
  const known = isWritten ? tabs : (['edit', 'history'] as const)
  const chosen = tabIn(search['tab'])
  const tab = known.find(each => each === chosen) ?? 'edit'
  const onTab = (next: Tab) => onSearch({ tab: next === 'edit' ? undefined : next }, true)
  const past = (
    <HistoryView
      search={{ ...historySearchIn(search), ns: undefined, object: own.object }}
      onSearch={onSearch}
      onGo={props.onGo}
    />
  )
  // What the mesh only reads labels of is not written here.
  if (!isWritten)
    return (
      <>
        <Notes view={view} />
        <div className="object-tabbed">
          <TabStrip
            tabs={known}
            tab={tab}
            counts={{ findings: null, worst: null, diff: null, history: own.count }}
            onTab={onTab}
          />
          {tab === 'history' ? <TabPanel tab={tab}>{past}</TabPanel> : <ReadOnly of={of} view={view} read={read} />}
        </div>
      </>
    )
  const editorTabs = (told: EditorTold) => ({
    strip: (
      <TabStrip
        tabs={known}
        tab={tab}
        counts={{
          findings: told.marks.length,
          worst: worstLevel(told.marks.map(({ level }) => level)),
          diff: told.isDraft ? `+${told.lines.added} −${told.lines.removed}` : null,
          history: own.count,
        }}
        onTab={onTab}
      />
    ),
    pane:
      tab === 'edit' ? null : (
        <TabPanel tab={tab}>
          {tab === 'history' ? (
            past
          ) : tab === 'diff' ? (
            <DiffTab told={told} />
          ) : tab === 'inForce' ? (
            <InForce of={of} object={read.object} />
          ) : (
            <section>
              <Marks
                {...told}
                onGoTo={offset => {
                  told.goTo(offset)
                  onTab('edit')
                }}
                onFix={told.fix}
              />
            </section>
          )}
        </TabPanel>
      ),
  })
  return (
    <>
      <Notes view={view} />
      <ObjectEditor
        key={keyOf(of)}
        object={of}
        theirs={read.object}
        owner={read.owner}
        findings={read.findings}
        isGone={view.isDeleted}
        tabs={editorTabs}
        aside={<FieldOwners owners={read.fieldOwners} />}
      />
    </>
  )
}

/** How many changes of it are kept: counted anew with each version of the object. */
function useOwnHistory(of: ObjectRef, { object: { metadata } }: ReadObject): { object: string; count: number | null } {
  const { group, kind, namespace, name } = paramsOfRef(of)
  const object = `${group}/${kind}/${namespace}/${name}`
  const version = (metadata as Json | undefined)?.['resourceVersion']
  const { data } = useQuery(tallyQuery({ object }, typeof version === 'string' ? version : null))
  return { object, count: data?.changes.reduce((sum, { count }) => sum + count, 0) ?? null }
}

const nothing = () => {}

const defined = ({ search, onSearch, onGo }: ObjectPageProps): Partial<Sides> => ({
  ...(search !== undefined && { search }),
  ...(onSearch !== undefined && { onSearch }),
  ...(onGo !== undefined && { onGo }),
})

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
    <button type="button" className="btn" onClick={() => onList(lastList())}>
      {t($ => $.object.back)}
    </button>
  )
}

const pathOf = ({ namespace, name }: ObjectRef): string => (namespace === '' ? name : `${namespace}/${name}`)
