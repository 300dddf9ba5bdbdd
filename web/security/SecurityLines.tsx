import { type ReactNode, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { type Workload, workloadKey } from '#shared/security/landscape.ts'
import type { Cell, Matrix } from '#shared/security/matrix.ts'
import { type Caller, callerKey } from '#shared/security/party.ts'
import { type Standing, standingOf, workloadsNamed } from '#shared/security/assert/standing.ts'
import { callerIn, checkHref, matrixHref } from './address.ts'
import { Go } from './Go.tsx'
import { useCallerName } from './names.ts'
import { ObjectLink } from './ObjectLink.tsx'
import { useSecurity } from './query.ts'
import { VerdictBadge } from './StateMark.tsx'
import './security.css'

type OnGo = (href: string) => void

const verdictOf = { used: 'allow', granted: 'allow', refused: 'deny', neither: 'deny', uncertain: 'uncertain' } as const
/** More are in the matrix. */
const mostRefused = 6

/** What stands before some workloads, in few lines, beside something else; of a call: what its caller meets. */
export function SecurityLines(props: {
  namespace: string
  workloads: readonly string[]
  /** Who calls: a namespace and one of its workloads. */
  from?: { namespace: string; workloads: readonly string[] }
  onGo: OnGo
}): ReactNode {
  const { t } = useTranslation('security')
  const { namespace, workloads, from, onGo } = props
  const { matrix, because, settings } = useSecurity('24h')
  const names = workloads.join()
  const standings = useMemo(
    () =>
      matrix === null
        ? null
        : workloadsNamed([...matrix.workloads, ...matrix.open], namespace, names.split(',')).map(workload =>
            standingOf(workload, matrix),
          ),
    [matrix, namespace, names],
  )
  if (matrix === null || standings === null)
    return (
      <p className={because === null ? 'all t3' : 'all c-failing'} role="status">
        {because ?? t($ => $.faces.loading)}
      </p>
    )
  if (standings.length === 0) return <p className="all t2">{t($ => $.standing.none)}</p>
  return standings.map(standing => (
    <One
      key={workloadKey(standing.workload)}
      standing={standing}
      matrix={matrix}
      trustDomain={settings?.trustDomain ?? ''}
      {...(from !== undefined && { from: `${from.namespace}/${from.workloads[0] ?? ''}` })}
      isNamed={standings.length > 1}
      onGo={onGo}
    />
  ))
}

function One(props: {
  standing: Standing
  matrix: Matrix
  trustDomain: string
  from?: string
  isNamed: boolean
  onGo: OnGo
}): ReactNode {
  const { t } = useTranslation('security')
  const { standing, matrix, onGo } = props
  const { workload, modes, policies } = standing
  const caller = callerIn(props.from, {
    callers: matrix.callers,
    workloads: [...matrix.workloads, ...matrix.open],
    trustDomain: props.trustDomain,
  })
  return (
    <section aria-label={t($ => $.standing.title, { name: workloadKey(workload) })}>
      <h3>
        {t($ => $.standing.mode)}
        {props.isNamed && <bdi className="mono">{workload.name}</bdi>}
      </h3>
      <p className="t3">{t($ => $.standing.by[workload.enforcedBy])}</p>
      {modes.length === 0 && <p className="t2">{t($ => $.standing.noMode)}</p>}
      <ul className="lines">
        {modes.map(({ port, mode, policy }) => (
          <li key={`${port} ${mode} ${policy?.name ?? ''}`}>
            <span className="line row">
              <b className="mono med">{mode}</b>
              {port !== null && <span className="mono t3">:{port}</span>}
              <span className="grow" />
              {policy === null ? (
                <span className="t3">{t($ => $.posture.byDefault)}</span>
              ) : (
                <ObjectLink of={policy} onGo={onGo} />
              )}
            </span>
          </li>
        ))}
      </ul>
      {caller !== null && <Call caller={caller} cell={matrix.cell(caller, workload)} workload={workload} onGo={onGo} />}
      <h3 className="next">{t($ => $.standing.policies)}</h3>
      {policies.length === 0 && <p className="t2">{t($ => $.standing.noPolicies)}</p>}
      <ul className="lines">
        {policies.map(({ policy, action, reach, idle, problems }) => (
          <li key={`${policy.namespace}/${policy.name}`}>
            <span className="line">
              <span className="row">
                <span className="mono s11">{action}</span>
                <ObjectLink of={policy} onGo={onGo} />
              </span>
              <span className="t2 s11">
                {t($ => $.trail.reach[reach])}
                {idle !== null && `; ${t($ => $.trail.idle[idle])}`}
                {problems.length > 0 && `; ${t($ => $.trail.problems, { problems: problems.join('; ') })}`}
              </span>
            </span>
          </li>
        ))}
      </ul>
      {caller === null && <Refused standing={standing} onGo={onGo} />}
    </section>
  )
}

const number = (value: number) => Math.round(value).toLocaleString('en-US')

/** What this caller meets there, and how often. */
function Call(props: { caller: Caller; cell: Cell; workload: Workload; onGo: OnGo }): ReactNode {
  const { t } = useTranslation('security')
  const nameOf = useCallerName()
  const { caller, cell, onGo } = props
  const [from, to] = [callerKey(caller), workloadKey(props.workload)]
  return (
    <>
      <h3 className="next">{t($ => $.standing.thisCaller)}</h3>
      <p className="row">
        <VerdictBadge verdict={verdictOf[cell.state]} word={t($ => $.state[cell.state])} />
        <bdi className="mono cut">{nameOf(caller)}</bdi>
      </p>
      <p className={cell.refused > 0 ? 'c-failing' : 't2'}>
        {t($ => $.standing.counted, { passed: number(cell.passed), refused: number(cell.refused) })}
      </p>
      <p className="row">
        <Go href={matrixHref({ from, to, over: '24h', ns: props.workload.namespace })} onGo={onGo}>
          {t($ => $.posture.inMatrix)}
        </Go>
        <Go href={checkHref({ from, to })} onGo={onGo}>
          {t($ => $.cell.check)}
        </Go>
      </p>
    </>
  )
}

/** Who was turned away, most first. */
function Refused({ standing, onGo }: { standing: Standing; onGo: OnGo }): ReactNode {
  const { t } = useTranslation('security')
  const nameOf = useCallerName()
  const to = workloadKey(standing.workload)
  const refused = standing.callers
    .filter(({ cell }) => cell.refused > 0)
    .toSorted((a, b) => b.cell.refused - a.cell.refused)
  return (
    <>
      <h3 className="next">{t($ => $.standing.refusals)}</h3>
      {refused.length === 0 && <p className="t2">{t($ => $.standing.noRefusals)}</p>}
      <ul className="lines">
        {refused.slice(0, mostRefused).map(({ caller, cell }) => (
          <li key={callerKey(caller)}>
            <Go
              href={matrixHref({ from: callerKey(caller), to, over: '24h', ns: standing.workload.namespace })}
              onGo={onGo}
            >
              <span className="row">
                <bdi className="mono cut">{nameOf(caller)}</bdi>
                <span className="grow" />
                <span className="num c-failing">{number(cell.refused)}</span>
              </span>
            </Go>
          </li>
        ))}
      </ul>
      {refused.length > mostRefused && (
        <p className="t3">{t($ => $.standing.more, { count: refused.length - mostRefused })}</p>
      )}
    </>
  )
}
