import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ConfigRow } from '#shared/config/api.ts'
import type { Json, ObjectRef } from '#shared/mesh/object.ts'
import { problemFrom } from '#web/api/call.ts'
import { impactQuery } from '#web/config/query.ts'
import { cutMiddle, rate } from '#web/ui/format.ts'

const most = 40

/** The workloads it selects, the hosts it is about, the calls it governs now. */
export function AppliesTo(props: {
  of: ObjectRef
  version: string
  manifest: Json
  /** What the list says of it; null while it says nothing. */
  row: ConfigRow | null
}): ReactNode {
  const { t } = useTranslation('config')
  const { data: impact, error } = useQuery(impactQuery(props.of, props.version, props.manifest))
  const hosts = props.row?.hosts ?? []
  const labels = Object.entries(props.row?.meshLabels ?? {})
  const selects = impact?.selects
  const edges = impact?.edges ?? []
  return (
    <section>
      <h2>{t($ => $.object.applies)}</h2>
      {selects != null ? (
        <>
          <h3>
            {t($ => $.list.workloads, { count: selects.workloads.length })},{' '}
            {t($ => $.list.pods, { count: selects.pods })}
          </h3>
          {selects.workloads.length === 0 && <p className="c-degraded">{t($ => $.object.selectsNone)}</p>}
          <Names names={selects.workloads.map(({ namespace, name }) => `${namespace}/${name}`)} />
        </>
      ) : (
        props.row?.workloads != null && (
          <p>
            {t($ => $.list.workloads, { count: props.row?.workloads ?? 0 })},{' '}
            {t($ => $.list.pods, { count: props.row?.pods ?? 0 })}
          </p>
        )
      )}
      {selects === null && props.row?.workloads === null && <p className="t3">{t($ => $.object.selectsNothing)}</p>}
      {hosts.length > 0 && (
        <>
          <h3>{t($ => $.object.hosts)}</h3>
          <Names names={hosts} />
        </>
      )}
      {labels.length > 0 && (
        <>
          <h3>{t($ => $.object.meshLabels)}</h3>
          <Names names={labels.map(pair => pair.join('='))} />
        </>
      )}
      {edges.length > 0 && (
        <>
          <h3>{t($ => $.object.edges)}</h3>
          <ul className="names">
            {edges.slice(0, most).map(edge => (
              <li key={`${edge.source} ${edge.destination}`} className="row">
                <span className="mono cut grow" title={`${edge.source} → ${edge.destination}`}>
                  {edge.source} → {edge.destination}
                </span>
                {edge.requestRate !== null && <span className="t3 num">{rate(edge.requestRate)}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
      {error !== null && (
        <p className="t3 s11">{t($ => $.object.impactFailing, { because: problemFrom(error).detail })}</p>
      )}
    </section>
  )
}

function Names({ names }: { names: readonly string[] }): ReactNode {
  const { t } = useTranslation('config')
  return (
    <ul className="names">
      {names.slice(0, most).map(name => (
        <li key={name} className="mono" title={name}>
          {cutMiddle(name, 60)}
        </li>
      ))}
      {names.length > most && <li className="t3">{t($ => $.list.more, { count: names.length - most })}</li>}
    </ul>
  )
}
