import type { MouseEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ObjectRef } from '#shared/mesh/object.ts'
import { Ago } from '#web/config/Ago.tsx'
import { FindingCounts } from '#web/config/FindingCounts.tsx'
import { Kind } from '#web/config/Kind.tsx'
import { lastList } from '#web/config/last-list.ts'
import { kindId, managerName } from '#web/config/names.ts'
import { OwnerName } from '#web/config/OwnerName.tsx'
import type { ConfigSearch } from '#web/config/search.ts'
import { cutMiddle } from '#web/ui/format.ts'
import type { ObjectPageProps } from './ObjectPage.tsx'
import type { ObjectView } from './use-object.ts'

/** Where the object is, what it is called, who looks after it and who changed it last. */
export function Head(props: {
  of: ObjectRef
  view: ObjectView
  onList: ObjectPageProps['onList']
  /** What else can be done with it. */
  children?: ReactNode
}): ReactNode {
  const { t } = useTranslation('config')
  const { of, view, onList } = props
  const owner = view.read?.owner ?? view.row?.owner
  return (
    <header className="object-head">
      <nav className="crumbs-line" aria-label={t($ => $.object.crumbs)}>
        <ToList search={lastList()} onList={onList}>
          {t($ => $.object.config)}
        </ToList>
        <i aria-hidden="true">/</i>
        <ToList search={{ kind: kindId(of) }} onList={onList}>
          <Kind of={of} />
        </ToList>
        <i aria-hidden="true">/</i>
        {of.namespace === '' ? (
          <span className="t3">{t($ => $.object.cluster)}</span>
        ) : (
          <ToList search={{ ns: of.namespace }} onList={onList}>
            <span className="mono" title={of.namespace}>
              {cutMiddle(of.namespace, 32)}
            </span>
          </ToList>
        )}
        <i aria-hidden="true">/</i>
      </nav>
      <h1 className="mono cut" title={of.name}>
        {cutMiddle(of.name, 63)}
      </h1>
      {view.row !== null && hasFindings(view.row) && <FindingCounts findings={view.row.findings} />}
      <span className="grow" />
      {view.row?.changedAt != null && (
        <span className="t2 s12 nowrap">
          <span className="t3">{t($ => $.list.column.changed)}</span> <Ago at={view.row.changedAt} />
          {view.row.changedBy !== null && (
            <span title={view.row.changedBy}>
              {' '}
              {t($ => $.list.by, { name: cutMiddle(managerName(view.row.changedBy), 28) })}
            </span>
          )}
        </span>
      )}
      {owner !== undefined && (
        <span className="s12 nowrap">
          <span className="t3">{t($ => $.object.owner)}</span> <OwnerName owner={owner} />
        </span>
      )}
      {props.children}
    </header>
  )
}

function ToList(props: { search: ConfigSearch; onList: ObjectPageProps['onList']; children: ReactNode }): ReactNode {
  const words = new URLSearchParams(Object.entries(props.search)).toString()
  const go = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    props.onList(props.search)
  }
  return (
    <a href={words === '' ? '/config' : `/config?${words}`} onClick={go}>
      {props.children}
    </a>
  )
}

const hasFindings = ({ findings }: NonNullable<ObjectView['row']>): boolean =>
  findings.Error + findings.Warning + findings.Info > 0
