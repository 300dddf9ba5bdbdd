import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Flows, FlowWindow } from '#shared/security/api.ts'
import { explained } from '#shared/security/judge.ts'
import { type SeenFlow, type Workload, workloadKey } from '#shared/security/landscape.ts'
import type { Matrix } from '#shared/security/matrix.ts'
import { type Caller, callerKey } from '#shared/security/party.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { Rich } from '#web/ui/Rich.tsx'
import { checkHref, learnHref, whatIfHref } from '#web/security/address.ts'
import { sayHref } from '#web/security/assertions/say.ts'
import { Go } from '#web/security/Go.tsx'
import type { Line } from './lines.ts'
import { useCallerName, useFactName } from '#web/security/names.ts'
import { Offers } from '#web/security/Offers.tsx'
import type { Security } from '#web/security/query.ts'
import { seenFlow } from './seen-flow.ts'
import { LastSeen, SeenHours } from './SeenWhen.tsx'
import { VerdictBadge } from '#web/security/StateMark.tsx'
import { Trail } from '#web/security/Trail.tsx'
import { SideHead } from '#web/security/SideHead.tsx'

/** One cell: what was seen of it, why it is as it is, and what would turn it. */
export function CellSide(props: {
  matrix: Matrix
  security: Security
  row: Line<Caller>
  column: Line<Workload>
  over: FlowWindow
  onClose: () => void
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('security')
  const nameOf = useCallerName()
  const { row, column, onClose } = props
  const [caller, workload] = [row.members[0], column.members[0]]
  if (caller === undefined || workload === undefined) return null
  const isFolded = row.isFolded || column.isFolded
  const from = row.isFolded ? row.name : nameOf(caller)
  const to = column.isFolded ? column.name : workloadKey(workload)
  return (
    <aside className="security-side" aria-label={t($ => $.cell.name)}>
      <SideHead title={<span className="t3">{t($ => $.cell.name)}</span>} onClose={onClose}>
        <h2>
          {from} → {to}
        </h2>
        {isFolded ? <p className="t2">{t($ => $.cell.folded)}</p> : null}
        {!isFolded && <Head {...props} caller={caller} workload={workload} />}
      </SideHead>
      {!isFolded && <Body {...props} caller={caller} workload={workload} />}
    </aside>
  )
}

type OneProps = Parameters<typeof CellSide>[0] & { caller: Caller; workload: Workload }

const health = { used: 'allow', granted: 'allow', refused: 'deny', neither: 'deny', uncertain: 'uncertain' } as const

function Head({ matrix, caller, workload }: OneProps): ReactNode {
  const { t } = useTranslation('security')
  const { state, passed, refused } = matrix.cell(caller, workload)
  return (
    <p className="row">
      <VerdictBadge verdict={health[state]} word={t($ => $.state[state])} />
      {passed + refused > 0 && (
        <span className="t2">{t($ => $.cell.sum, { passed: count(passed), refused: count(refused) })}</span>
      )}
    </p>
  )
}

/** What is granted and never used is taken away; what is used is granted, and no more. */
function learnOf({ matrix, caller, workload, over }: OneProps): Record<string, string> {
  const { state } = matrix.cell(caller, workload)
  return { of: workloadKey(workload), over, ...(state === 'granted' ? { view: 'unused' } : {}) }
}

function Body(props: OneProps): ReactNode {
  const { matrix, security, caller, workload, over, onGo } = props
  const { t } = useTranslation('security')
  const factName = useFactName()
  const { flows } = matrix.seen(caller, workload)
  const flow = seenFlow(flows.toSorted((a, b) => b.refused - a.refused)[0], caller, workload, matrix)
  const evaluation = explained(matrix.reading, flow, workload)
  const [port] = [flow.destination.port]
  const words = {
    from: callerKey(caller),
    to: workloadKey(workload),
    port: typeof port === 'number' ? String(port) : undefined,
    protocol: flow.protocol,
    mtls: caller.kind === 'identity' && flow.mtls === false ? 'no' : undefined,
  }
  return (
    <>
      <section>
        <h3>{t($ => $.cell.why)}</h3>
        <Trail trail={evaluation.trail} destination={workloadKey(workload)} workload={workload} onGo={onGo} />
        {evaluation.missing.length > 0 && (
          <div className="check-missing">
            <p className="t2">{t($ => $.check.missing)}</p>
            <ul>
              {evaluation.missing.map(fact => (
                <li key={fact}>
                  <Rich text={factName(fact)} />
                </li>
              ))}
            </ul>
          </div>
        )}
      </section>
      <section>
        <h3>{t($ => $.cell.seen, { over: t($ => $.over[over]) })}</h3>
        {flows.length === 0 && <p className="t2">{t($ => $.cell.nothing)}</p>}
        {flows.slice(0, 8).map(each => (
          <SeenFacts key={each.id} flow={each} told={security.flows} over={over} />
        ))}
        {security.flows !== null && flows.length > 0 && (
          <details>
            <summary className="t3 s11">{t($ => $.cell.queries)}</summary>
            {security.flows.queries.map(({ name, query, step }) => (
              <code key={name} className="s11">
                {query}
                {step === undefined ? null : <span className="t3"> {t($ => $.cell.everyStep, { step })}</span>}
              </code>
            ))}
          </details>
        )}
      </section>
      {evaluation.verdict === 'deny' && security.settings && (
        <section>
          <Offers objects={security.objects} settings={security.settings} flow={flow} verdict="deny" onGo={onGo} />
        </section>
      )}
      <div className="acts">
        <Go className="btn" href={checkHref(words)} onGo={onGo}>
          {t($ => $.cell.check)}
        </Go>
        {caller.kind === 'identity' && (
          <Go
            className="btn ghost"
            href={sayHref({ namespace: caller.namespace, name: caller.name }, workload, evaluation.verdict !== 'deny')}
            onGo={onGo}
          >
            {t($ => $.assertions.assertThis)}
          </Go>
        )}
        <Go className="btn ghost" href={whatIfHref({ of: workloadKey(workload) })} onGo={onGo}>
          {t($ => $.page.whatIf)}
        </Go>
        <Go className="btn ghost" href={learnHref(learnOf(props))} onGo={onGo}>
          {t($ => $.page.learn)}
        </Go>
        <Go className="btn ghost" href={`/topology?ns=${encodeURIComponent(workload.namespace)}`} onGo={onGo}>
          <Icon name="topology" />
          {t($ => $.cell.map)}
        </Go>
      </div>
    </>
  )
}

/** Never all and never none of them: then it were known. */
const percent = (share: number): string => `${Math.min(99, Math.max(1, Math.round(share * 100)))} %`
const count = (value: number): string => Math.round(value).toLocaleString('en-US')

function SeenFacts({ flow, told, over }: { flow: SeenFlow; told: Flows | null; over: FlowWindow }): ReactNode {
  const { t } = useTranslation('security')
  const { source, destination, mtls, port, passed, refused } = flow
  const facts: [string, ReactNode][] = [
    [t($ => $.cell.attempts), count(refused)],
    [t($ => $.cell.passed), count(flow.refusedShare === undefined ? passed : 0)],
    ...(flow.refusedShare === undefined
      ? []
      : [
          [
            t($ => $.cell.doubted),
            t($ => $.cell.doubtedShare, { requests: count(passed), share: percent(flow.refusedShare) }),
          ] satisfies [string, ReactNode],
        ]),
    ...(told === null || flow.lastSeen === undefined
      ? []
      : [[t($ => $.cell.last), <LastSeen key="last" flow={flow} told={told} />] satisfies [string, ReactNode]]),
    ...(told === null || flow.hours === undefined
      ? []
      : [
          [t($ => $.cell.hours), <SeenHours key="hours" hours={flow.hours} told={told} over={over} />] satisfies [
            string,
            ReactNode,
          ],
        ]),
    [
      t($ => $.cell.from),
      <span key="from" className="mono">
        {source.workload === '' ? t($ => $.caller.outside) : `${source.namespace}/${source.workload}`}
      </span>,
    ],
    [
      t($ => $.cell.service),
      <span key="service" className="mono">
        {destination.service || '–'}
      </span>,
    ],
    [t($ => $.cell.to), port === null ? t($ => $.cell.portUnknown) : String(port)],
    [
      t($ => $.cell.identity),
      typeof source.principal === 'string' ? (
        <span key="identity">
          <span className="mono">{source.principal}</span>, {t($ => $.cell.proven)}
        </span>
      ) : (
        t($ => $.cell.unproven)
      ),
    ],
    [t($ => $.cell.transport), t($ => (mtls === undefined ? $.cell.unknown : mtls ? $.cell.mtls : $.cell.plain))],
  ]
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
