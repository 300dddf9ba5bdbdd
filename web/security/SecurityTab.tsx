import { type ReactNode, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { workloadKey } from '#shared/security/landscape.ts'
import { callerKey } from '#shared/security/party.ts'
import { type Standing, standingOf, workloadsNamed } from '#shared/security/assert/standing.ts'
import { EmptyPanel } from '#web/empty/EmptyPanel.tsx'
import { checkHref, learnHref, matrixHref } from './address.ts'
import { Go } from './Go.tsx'
import { useCallerName } from './names.ts'
import { ObjectLink } from './ObjectLink.tsx'
import { useSecurity } from './query.ts'
import { VerdictBadge } from './StateMark.tsx'
import './security.css'

type OnGo = (href: string) => void

/** What stands before some workloads, on a page that is about them. */
export function SecurityTab(props: { namespace: string; workloads: readonly string[]; onGo: OnGo }): ReactNode {
  const { t } = useTranslation('security')
  const { namespace, workloads, onGo } = props
  const security = useSecurity('24h')
  const { matrix } = security
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
  if (standings === null)
    return (
      <p className={security.because === null ? 't3' : 'note degraded'} role="status">
        {security.because ?? t($ => $.faces.loading)}
      </p>
    )
  return (
    <div className="standing">
      {security.flows === null && (
        <p className="note degraded" role="status">
          {security.flowsBecause === null
            ? t($ => $.faces.noFlowsYet)
            : t($ => $.faces.noFlows, { because: security.flowsBecause })}
        </p>
      )}
      {matrix !== null && !matrix.reading.readable.mesh && <p className="note degraded">{t($ => $.faces.unread)}</p>}
      {standings.length === 0 && <p className="t2">{t($ => $.standing.none)}</p>}
      {standings.map(standing => (
        <One
          key={workloadKey(standing.workload)}
          standing={standing}
          isNamed={standings.length > 1}
          isSeen={security.flows !== null}
          onGo={onGo}
        />
      ))}
    </div>
  )
}

function One(props: {
  standing: Standing
  isNamed: boolean
  /** Whether calls could be read. */
  isSeen: boolean
  onGo: OnGo
}): ReactNode {
  const { standing, isNamed, isSeen, onGo } = props
  const { t } = useTranslation('security')
  const { workload, modes, policies } = standing
  const key = workloadKey(workload)
  return (
    <section className="card standing-one" aria-label={t($ => $.standing.title, { name: key })}>
      <header>
        <h2>{isNamed ? <bdi className="mono">{workload.name}</bdi> : t($ => $.standing.head)}</h2>
        <span className="t3 s12">{t($ => $.standing.by[workload.enforcedBy])}</span>
        <span className="grow" />
        <Go href={matrixHref({ ns: workload.namespace, q: workload.name, over: '24h' })} onGo={onGo} className="s12">
          {t($ => $.posture.inMatrix)}
        </Go>
        <Go href={learnHref({ of: key, over: '24h' })} onGo={onGo} className="s12">
          {t($ => $.page.learn)}
        </Go>
        <Go href={checkHref({ to: key })} onGo={onGo} className="s12">
          {t($ => $.cell.check)}
        </Go>
      </header>
      <div className="standing-parts">
        <div>
          <h3>{t($ => $.posture.modes)}</h3>
          {modes.length === 0 && <p className="t2">{t($ => $.standing.noMode)}</p>}
          <ul>
            {modes.map(({ port, mode, policy }) => (
              <li key={`${port} ${mode} ${policy?.name ?? ''}`} className="row">
                <b className="mono med">{mode}</b>
                {port !== null && <span className="mono t3">:{port}</span>}
                <span className="grow" />
                {policy === null ? (
                  <span className="t3">{t($ => $.posture.byDefault)}</span>
                ) : (
                  <ObjectLink of={policy} onGo={onGo} />
                )}
              </li>
            ))}
          </ul>
          <h3>{t($ => $.standing.policies)}</h3>
          {policies.length === 0 && <p className="t2">{t($ => $.standing.noPolicies)}</p>}
          <ul>
            {policies.map(({ policy, action, reach, idle, problems }) => (
              <li key={`${policy.namespace}/${policy.name}`}>
                <span className="row">
                  <span className="mono s11">{action}</span>
                  <ObjectLink of={policy} onGo={onGo} />
                </span>
                <span className="t2 s11">
                  {t($ => $.trail.reach[reach])}
                  {idle !== null && `; ${t($ => $.trail.idle[idle])}`}
                  {problems.length > 0 && `; ${t($ => $.trail.problems, { problems: problems.join('; ') })}`}
                </span>
              </li>
            ))}
          </ul>
        </div>
        <Callers standing={standing} isSeen={isSeen} onGo={onGo} />
      </div>
    </section>
  )
}

/** More are in the matrix. */
const most = 50
const verdictOf = { used: 'allow', granted: 'allow', refused: 'deny', neither: 'deny', uncertain: 'uncertain' } as const

function Callers(props: { standing: Standing; isSeen: boolean; onGo: OnGo }): ReactNode {
  const { standing, isSeen, onGo } = props
  const { t } = useTranslation('security')
  const nameOf = useCallerName()
  const { workload, callers, unused } = standing
  const to = workloadKey(workload)
  const number = (value: number) => Math.round(value).toLocaleString('en-US')
  return (
    <div>
      <h3>{t($ => $.standing.callers)}</h3>
      {callers.length === 0 && !isSeen ? (
        <p className="t2">{t($ => $.standing.callersUnread)}</p>
      ) : callers.length === 0 ? (
        <EmptyPanel
          panel="traffic"
          of="workload"
          namespace={workload.namespace}
          name={workload.name}
          direction="inbound"
          window={86_400}
          lead={t($ => $.standing.noCallers)}
          onGo={onGo}
        />
      ) : (
        <table className="standing-callers" aria-label={t($ => $.standing.callers)}>
          <thead>
            <tr>
              <th scope="col">{t($ => $.replay.column.caller)}</th>
              <th scope="col">{t($ => $.standing.state)}</th>
              <th scope="col" className="num">
                {t($ => $.cell.passed)}
              </th>
              <th scope="col" className="num">
                {t($ => $.cell.attempts)}
              </th>
            </tr>
          </thead>
          <tbody>
            {callers.slice(0, most).map(({ caller, cell }) => (
              <tr key={callerKey(caller)}>
                <th scope="row">
                  <Go
                    className="mono"
                    href={matrixHref({ from: callerKey(caller), to, over: '24h', ns: workload.namespace })}
                    onGo={onGo}
                  >
                    {nameOf(caller)}
                  </Go>
                </th>
                <td>
                  <VerdictBadge verdict={verdictOf[cell.state]} word={t($ => $.state[cell.state])} />
                </td>
                <td className="num">{number(cell.passed)}</td>
                <td className={cell.refused > 0 ? 'num c-failing' : 'num'}>{number(cell.refused)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {isSeen && <p className="t2 s12">{t($ => $.standing.unused, { count: unused })}</p>}
    </div>
  )
}
