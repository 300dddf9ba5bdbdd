import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowWindow } from '#shared/security/api.ts'
import { type SeenFlow, workloadKey } from '#shared/security/landscape.ts'
import { checkHref } from '#web/security/address.ts'
import { Go } from '#web/security/Go.tsx'
import { count } from '#web/security/replay/count.ts'

/** More are in the matrix. */
const most = 8

/** What somebody who opens the page most likely wants to ask: calls that were refused, the most frequent first. */
export function RefusedNow(props: {
  flows: readonly SeenFlow[]
  over: FlowWindow
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('security')
  const { flows, over, onGo } = props
  const refused = pairsOf(flows).slice(0, most)
  if (refused.length === 0) return null
  return (
    <section className="card refused-now" aria-label={t($ => $.check.refusedNow)}>
      <header>
        <h2>{t($ => $.check.refusedNow)}</h2>
        <span className="t3 s12">{t($ => $.over[over])}</span>
      </header>
      <ul>
        {refused.map(({ from, to, port, calls }) => (
          <li key={`${from} ${to} ${port}`}>
            <Go href={checkHref({ from, to, port })} onGo={onGo}>
              <span className="mono cut">{from}</span>
              <span aria-hidden="true">→</span>
              <span className="mono cut">{to}</span>
            </Go>
            <span className="num c-failing">{count(calls)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function pairsOf(flows: readonly SeenFlow[]) {
  const pairs = Map.groupBy(
    flows.filter(({ source, refused }) => refused > 0 && source.workload !== '' && !source.isHidden),
    ({ source, destination, port }) => JSON.stringify([workloadOf(source), workloadOf(destination), port ?? null]),
  )
  return [...pairs.values()]
    .flatMap(([first, ...rest]) =>
      first === undefined
        ? []
        : [
            {
              from: workloadOf(first.source),
              to: workloadOf(first.destination),
              port: first.port == null ? '' : String(first.port),
              calls: rest.reduce((sum, { refused }) => sum + refused, first.refused),
            },
          ],
    )
    .sort((a, b) => b.calls - a.calls)
}

const workloadOf = ({ namespace, workload }: { namespace: string; workload: string }) =>
  workloadKey({ namespace, name: workload })
