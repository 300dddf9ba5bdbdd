import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { meant } from '#shared/config/change/diff.ts'
import { paramsOfRef } from '#shared/config/address.ts'
import { readArrival } from '#shared/config/api.ts'
import { type Json, keyOf, type ObjectRef } from '#shared/mesh/object.ts'
import { call, problemFrom } from '#web/api/call.ts'
import { versionOf } from '#web/config/editor/draft.ts'
import { analysisQuery } from '#web/config/editor/queries.ts'
import { HealthBadge } from '#web/ui/HealthMark.tsx'

const mostShown = 300

/** Who holds the object as the cluster has it now: what istiod says of the proxies, and what it selects. */
export function InForce({ of, object }: { of: ObjectRef; object: Json }): ReactNode {
  const { t } = useTranslation('config')
  const version = versionOf(object)
  const arrival = useQuery({
    queryKey: ['config', 'in-force', keyOf(of), version],
    queryFn: ({ signal }) =>
      call(
        readArrival,
        { params: paramsOfRef(of), query: version === undefined ? {} : { resourceVersion: version } },
        signal,
      ),
    refetchInterval: 10_000,
  })
  const analysis = useQuery(analysisQuery([meant(object)], []))
  const impact = analysis.data?.impacts.find(each => keyOf(each.object) === keyOf(of))?.impact
  const selects = impact?.selects ?? null
  return (
    <>
      <section>
        <h3>{t($ => $.object.inForce.arrival)}</h3>
        {arrival.data !== undefined ? (
          <p>
            {arrival.data.known ? (
              <HealthBadge health={arrival.data.arrived >= arrival.data.of ? 'healthy' : 'degraded'}>
                {t($ => $.object.inForce.arrived, { arrived: arrival.data.arrived, of: arrival.data.of })}
              </HealthBadge>
            ) : (
              <HealthBadge health="unknown">{t($ => $.object.inForce.notKnown)}</HealthBadge>
            )}{' '}
            <span className="t2">{arrival.data.because}</span>
          </p>
        ) : (
          <p className="t2">
            {arrival.error === null ? t($ => $.object.inForce.asking) : problemFrom(arrival.error).detail}
          </p>
        )}
        {arrival.data?.known === true && <p className="t3">{t($ => $.object.inForce.howMany)}</p>}
      </section>
      <section>
        <h3>{t($ => $.object.inForce.selected)}</h3>
        {impact === undefined ? (
          <p className="t2">
            {analysis.error === null ? t($ => $.object.inForce.asking) : problemFrom(analysis.error).detail}
          </p>
        ) : selects === null ? (
          <p className="t2">{t($ => $.object.inForce.noSelection)}</p>
        ) : selects.workloads.length === 0 ? (
          <p className="t2">{t($ => $.object.inForce.nothing)}</p>
        ) : (
          <table>
            <thead>
              <tr>
                <th scope="col">{t($ => $.object.inForce.workload)}</th>
                <th scope="col">{t($ => $.object.inForce.pods)}</th>
                <th scope="col">{t($ => $.object.inForce.proxy)}</th>
              </tr>
            </thead>
            <tbody>
              {selects.workloads.slice(0, mostShown).map(({ namespace, name, pods, proxy }) => (
                <tr key={`${namespace}/${name}`}>
                  <th scope="row" className="mono">
                    {namespace}/{name}
                  </th>
                  <td>{pods}</td>
                  <td>
                    {proxy === 'none' ? (
                      <span className="t3">{t($ => $.object.inForce.none)}</span>
                    ) : (
                      <code>{proxy}</code>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {selects !== null && selects.workloads.length > mostShown && (
          <p className="t3">{t($ => $.object.inForce.more, { count: selects.workloads.length - mostShown })}</p>
        )}
      </section>
    </>
  )
}
