import { type ReactNode, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { explained } from '#shared/security/judge.ts'
import type { Matrix } from '#shared/security/matrix.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { callerIn, checkHref, workloadIn } from '#web/security/address.ts'
import { sayHref } from '#web/security/assertions/say.ts'
import { Go } from '#web/security/Go.tsx'
import { NoAllow } from './NoAllow.tsx'
import { ObjectLink } from '#web/security/ObjectLink.tsx'
import { type Security, useSecurity } from '#web/security/query.ts'
import { stagedAgainst } from '#web/security/refusals/staged.ts'
import { seenFlow } from '#web/security/matrix/seen-flow.ts'
import { VerdictBadge } from '#web/security/StateMark.tsx'
import '#web/security/security.css'

interface Call {
  /** Null: nobody knows who. */
  source: { namespace: string; workload: string } | 'outside' | null
  destination: { namespace: string; name: string }
  isTcp: boolean
  isRefused: boolean
}

/** Below an edge of the map: which policies decide on its calls, and the ways to ask on, with both of its ends filled in. */
export function EdgeCall(props: {
  call: Call
  /** The map is about refusals: what policies say is told of every call, and not of refused ones alone. */
  isAsked?: boolean
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('security')
  const { call, onGo } = props
  const { source, destination, isRefused } = call
  const href = checkHref({ ...endsOf(call), protocol: call.isTcp ? 'tcp' : undefined })
  return (
    <>
      {(isRefused || props.isAsked === true) && <Decided call={call} onGo={onGo} />}
      <section>
        <Go className="row" href={href} onGo={onGo}>
          <Icon name="security" />
          {t($ => $.check.title)}
        </Go>
        {source !== null && source !== 'outside' && (
          <Go
            className="row"
            href={sayHref({ namespace: source.namespace, name: source.workload }, destination, !isRefused)}
            onGo={onGo}
          >
            <Icon name="check" />
            {t($ => $.assertions.assertThis)}
          </Go>
        )}
      </section>
    </>
  )
}

const endsOf = ({ source, destination }: Call) => ({
  from: source === null ? undefined : source === 'outside' ? source : `${source.namespace}/${source.workload}`,
  to: `${destination.namespace}/${destination.name}`,
})

/** The policies that let its calls in or not, by the evaluator, and those that would not if they were enforced. */
function Decided({ call, onGo }: { call: Call; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('security')
  const security = useSecurity('1h')
  const { matrix } = security
  const told = useMemo(() => (matrix === null ? null : judgementOf(call, security, matrix)), [call, security, matrix])
  if (matrix === null)
    return (
      <section className="edge-decided" aria-busy={security.because === null}>
        <p className={security.because === null ? 't3 s12' : 'note degraded'}>
          {security.because ?? t($ => $.faces.loading)}
        </p>
      </section>
    )
  if (told === null) return null
  const { evaluation, staged, flow } = told
  const { verdict, decidedBy, missing } = evaluation
  return (
    <section className="edge-decided" aria-label={t($ => $.edge.title)}>
      <h3>{t($ => $.edge.title)}</h3>
      <p>
        <VerdictBadge verdict={verdict} word={t($ => $.verdict[verdict])} />{' '}
        {decidedBy === undefined ? (
          <NoAllow evaluation={evaluation} onGo={onGo} />
        ) : (
          <span className="t2">
            {decidedBy.kind} <ObjectLink of={decidedBy} onGo={onGo} />
            {decidedBy.rule !== undefined && <span className="mono"> rules[{decidedBy.rule}]</span>}
          </span>
        )}
      </p>
      {missing.length > 0 && <p className="t3 s12">{t($ => $.edge.open)}</p>}
      {staged.map(policy => (
        <p key={`${policy.namespace}/${policy.name}`} className="t2">
          {t($ => $.edge.staged)} <ObjectLink of={policy} onGo={onGo} />
        </p>
      ))}
      {flow !== undefined && (
        <p className="t3 s12">{t($ => $.cell.sum, { passed: count(flow.passed), refused: count(flow.refused) })}</p>
      )}
    </section>
  )
}

const count = (value: number): string => Math.round(value).toLocaleString('en-US')

function judgementOf(call: Call, security: Security, matrix: Matrix) {
  const { workloads, settings } = security
  const { from, to } = endsOf(call)
  const known = { callers: matrix.callers, workloads, trustDomain: settings?.trustDomain ?? '' }
  const [caller, workload] = [callerIn(from, known), workloadIn(to, workloads)]
  if (caller === null || workload === null || settings === undefined) return null
  const [seen] = matrix.seen(caller, workload).flows.toSorted((a, b) => b.refused - a.refused)
  const flow = seenFlow(seen, caller, workload, matrix)
  return {
    evaluation: explained(matrix.reading, flow, workload),
    staged: stagedAgainst(flow, workload, security.objects, settings),
    flow: seen,
  }
}
