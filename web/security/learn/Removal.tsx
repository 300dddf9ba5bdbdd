import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type MeshObject, keyOf, refOf } from '#shared/mesh/object.ts'
import { record, records } from '#shared/security/read.ts'
import { withoutGrants } from '#shared/security/learn/unused-edit.ts'
import { boardHref, objectHref } from '#web/security/address.ts'
import type { Security } from '#web/security/query.ts'
import { ReplayPanel } from '#web/security/replay/ReplayPanel.tsx'
import type { LearnProps } from './LearnPage.tsx'
import { Manifests } from './Manifests.tsx'
import { asReplayed } from './replayed.ts'
import type { GrantRow } from './use-unused.ts'

/** The policies without what is ticked: replayed, and on their way as drafts or to the cluster. */
export function Removal(props: LearnProps & { security: Security; chosen: readonly GrantRow[] }): ReactNode {
  const { t } = useTranslation('security')
  const { chosen, security, onGo, map, Apply } = props
  const { keep } = props.useDrafts()
  const lacks = props.useLacks()
  const [trouble, setTrouble] = useState<string | null>(null)
  const [isApplying, setApplying] = useState(false)
  const changes = changesOf(chosen)
  const [first] = changes
  const whyNot = changes.map(({ before }) => lacks(refOf(before), 'patch')).find(why => why !== null) ?? null
  const draft = async () => {
    try {
      for (const { before, after } of changes) await keep(after, before)
    } catch (error) {
      return setTrouble(error instanceof Error ? error.message : String(error))
    }
    if (first !== undefined)
      onGo(changes.length === 1 ? objectHref(refOf(first.before)) : boardHref({ ns: first.before.metadata.namespace }))
  }
  return (
    <section className="learn-pane" aria-label={t($ => $.learn.unused.removal)}>
      <h2>{t($ => $.learn.unused.removal)}</h2>
      {first === undefined ? (
        <p className="t2">{t($ => $.learn.unused.chooseOne)}</p>
      ) : (
        <>
          {changes.some(({ after }) => records(record(after.spec)['rules']).length === 0) && (
            <p className="note degraded">{t($ => $.learn.unused.last)}</p>
          )}
          <ReplayPanel changes={asReplayed(changes)} map={map} isFaceted={props.search['by'] === 'what'} onGo={onGo} />
          <Manifests objects={changes.map(({ after }) => shown(after))} name="without-unused-grants" />
          {trouble !== null && (
            <p className="note failing" role="alert">
              {t($ => $.learn.trouble, { because: trouble })}
            </p>
          )}
          {whyNot !== null && <p className="t3 s11">{whyNot}</p>}
          <div className="row learn-acts">
            <button type="button" className="btn primary" onClick={() => void draft()}>
              {t($ => (changes.length === 1 ? $.learn.draft : $.learn.drafts))}
            </button>
            <button
              type="button"
              className="btn"
              aria-disabled={whyNot !== null}
              onClick={() => {
                if (whyNot === null) setApplying(true)
              }}
            >
              {t($ => $.learn.unused.apply)}
            </button>
          </div>
          {isApplying && (
            <Apply
              title={t($ => $.learn.unused.applyTitle, { count: changes.length })}
              changes={changes}
              onApplied={security.again}
              onTakenBack={security.again}
              onClose={() => setApplying(false)}
            />
          )}
        </>
      )}
    </section>
  )
}

function changesOf(chosen: readonly GrantRow[]): { before: MeshObject; after: MeshObject }[] {
  const byPolicy = Map.groupBy(chosen, ({ policy }) => keyOf(refOf(policy)))
  return [...byPolicy.values()].flatMap(own => {
    const [row] = own
    if (row === undefined) return []
    const grants = own.map(({ grant }) => grant)
    return [{ before: row.policy, after: withoutGrants(row.policy, grants) }]
  })
}

/** As somebody would write it: without what the server keeps for itself. */
function shown({ metadata, ...object }: MeshObject): MeshObject {
  const { name, namespace, labels, annotations } = metadata
  return {
    ...object,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
  }
}
