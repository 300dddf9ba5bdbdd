import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Posture } from '#shared/security/posture/posture.ts'
import { scoreOf } from '#shared/security/posture/score.ts'
import { percent } from '#web/ui/format.ts'
import { intentHref, learnHref, matrixHref } from '#web/security/address.ts'
import { Go } from '#web/security/Go.tsx'
import { Life } from '#web/security/identities/identity-columns.tsx'
import { ObjectLink } from '#web/security/ObjectLink.tsx'
import { SideHead } from '#web/security/SideHead.tsx'

/** More lines of one fact are not read in a panel. */
const most = 40

/** The facts behind the numbers of a namespace, each with the objects it is about and the task that mends it. */
export function PostureSide(props: { posture: Posture; onGo: (href: string) => void; onClose: () => void }): ReactNode {
  const { t } = useTranslation('security')
  const { posture, onGo } = props
  const { namespace, calls, overMtls, plainCallers, modes, defaultDeny } = posture
  const fix = (id: 'mtls' | 'lockdown') => (
    <Go href={intentHref(id, namespace)} onGo={onGo}>
      {t($ => (id === 'mtls' ? $.posture.fixMtls : $.posture.fixDeny))}
    </Go>
  )
  const learn = (workload?: string) => (
    <Go href={learnHref({ of: workload ?? namespace })} onGo={onGo}>
      {t($ => $.learn.link)}
    </Go>
  )
  return (
    <aside className="security-side" aria-label={t($ => $.posture.side, { name: namespace })}>
      <SideHead title={<h2>{namespace}</h2>} onClose={props.onClose} />
      <Points posture={posture} />
      <Fact title={t($ => $.posture.mtls)} fix={overMtls < calls || calls === 0 ? fix('mtls') : null}>
        <p>
          {calls === 0
            ? t($ => $.posture.mtlsNone)
            : t($ => $.posture.mtlsShare, {
                share: percent(overMtls / calls),
                all: Math.round(calls).toLocaleString('en-US'),
              })}
        </p>
        {plainCallers.length > 0 && (
          <p className="t2">
            {t($ => $.posture.plainCallers)}{' '}
            <span className="mono">{plainCallers.map(name => name || t($ => $.caller.outside)).join(', ')}</span>
          </p>
        )}
      </Fact>
      <Fact title={t($ => $.posture.modes)} fix={modes.every(({ mode }) => mode === 'STRICT') ? null : fix('mtls')}>
        <Lines
          items={modes.map(({ workload, port, mode, policy }) => ({
            key: `${workload} ${port} ${mode} ${policy?.name ?? ''}`,
            left: (
              <span className="mono">
                {nameOf(workload)}
                {port === null ? '' : `:${port}`} <b className="med">{mode}</b>
              </span>
            ),
            right:
              policy === null ? (
                <span className="t3">{t($ => $.posture.byDefault)}</span>
              ) : (
                <ObjectLink of={policy} onGo={onGo} />
              ),
          }))}
        />
      </Fact>
      <Fact title={t($ => $.posture.deny)} fix={defaultDeny === null ? fix('lockdown') : null}>
        {defaultDeny === null ? (
          <p>
            {t($ => $.posture.denyNone)} {learn()}
          </p>
        ) : (
          <p>
            {t($ => $.posture.denyBy)} <ObjectLink of={defaultDeny} onGo={onGo} />
          </p>
        )}
      </Fact>
      <Fact title={t($ => $.posture.bare)} fix={posture.bare.length > 0 ? fix('lockdown') : null}>
        <Lines
          items={posture.bare.map(name => ({
            key: name,
            left: <span className="mono">{nameOf(name)}</span>,
            right: learn(name),
          }))}
        />
      </Fact>
      <Fact title={t($ => $.posture.open)}>
        <Lines items={posture.open.map(name => ({ key: name, left: <span className="mono">{nameOf(name)}</span> }))} />
      </Fact>
      <Fact title={t($ => $.posture.wildcard)}>
        <Lines
          items={posture.openRules.map(({ policy, rule, who }) => ({
            key: `${policy.name} ${rule}`,
            left: (
              <span>
                <ObjectLink of={policy} onGo={onGo} /> <span className="mono">rules[{rule}]</span>
              </span>
            ),
            right: <span className="t3">{t($ => $.posture[who])}</span>,
          }))}
        />
      </Fact>
      <Fact title={t($ => $.posture.account)}>
        <Lines
          items={posture.shared.map(({ account, workloads }) => ({
            key: account,
            left: <span className="mono">{account}</span>,
            right: <span className="mono t3">{workloads.join(', ')}</span>,
          }))}
        />
      </Fact>
      <Fact title={t($ => $.posture.ingress)}>
        <Lines
          items={posture.openRoutes.map(({ object, host, isWhole }) => ({
            key: `${object.kind} ${object.name} ${host}`,
            left: (
              <span>
                <ObjectLink of={object} onGo={onGo} /> <span className="mono">{host}</span>
              </span>
            ),
            right: <span className="t3">{t($ => (isWhole ? $.posture.ingressOpen : $.posture.ingressPartly))}</span>,
          }))}
        />
      </Fact>
      <Fact title={t($ => $.posture.egress)}>
        <Lines
          items={posture.unknownEgress.map(({ workload, protocol, calls: many }) => ({
            key: `${workload} ${protocol}`,
            left: <span className="mono">{workload || t($ => $.caller.outside)}</span>,
            right: (
              <span className="t3">
                {protocol}, {Math.round(many).toLocaleString('en-US')}
              </span>
            ),
          }))}
        />
      </Fact>
      <Fact title={t($ => $.posture.certificates)}>
        <Lines
          items={posture.certificates
            .filter(({ isFine }) => !isFine)
            .map(({ name, secret, until }) => ({
              key: `${secret} ${name}`,
              left: <span className="mono">{name}</span>,
              right:
                until === null ? (
                  <span className="t3">{t($ => $.identities.untold)}</span>
                ) : (
                  <Life from={null} until={until} />
                ),
            }))}
        />
      </Fact>
      <div className="acts">
        <Go className="btn" href={learnHref({ of: namespace, view: 'unused' })} onGo={onGo}>
          {t($ => $.learn.unusedLink)}
        </Go>
        <Go className="btn" href={matrixHref({ ns: namespace })} onGo={onGo}>
          {t($ => $.posture.inMatrix)}
        </Go>
      </div>
    </aside>
  )
}

/** Everything here is of one namespace: its name is said once. */
const nameOf = (key: string): string => key.slice(key.indexOf('/') + 1)

function Fact({ title, fix = null, children }: { title: string; fix?: ReactNode; children: ReactNode }): ReactNode {
  return (
    <section>
      <h3 className="row">
        {title}
        <span className="grow" />
        {fix}
      </h3>
      {children}
    </section>
  )
}

function Lines({ items }: { items: readonly { key: string; left: ReactNode; right?: ReactNode }[] }): ReactNode {
  const { t } = useTranslation('security')
  if (items.length === 0) return <p className="t3">{t($ => $.posture.none)}</p>
  return (
    <ul className="list">
      {items.slice(0, most).map(({ key, left, right }) => (
        <li key={key}>
          {left}
          {right}
        </li>
      ))}
      {items.length > most && <li className="t3">… {items.length - most}</li>}
    </ul>
  )
}

/** What the score is made of: each fact with the points it has, of those it could have. */
function Points({ posture }: { posture: Posture }): ReactNode {
  const { t } = useTranslation('security')
  const { score, parts } = scoreOf(posture)
  return (
    <section>
      <h3>{t($ => $.score.made, { score: score === null ? '–' : Math.round(score) })}</h3>
      <ul className="points">
        {parts.map(({ fact, weight, met }) => (
          <li key={fact}>
            <span className={met < 1 ? '' : 't3'}>{t($ => $.score.fact[fact])}</span>
            <span className="meter" aria-hidden="true">
              <i style={{ width: `${met * 100}%` }} />
            </span>
            <span className="num t2">
              {t($ => $.score.points, { met: (weight * met).toFixed(met === 0 || met === 1 ? 0 : 1), weight })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
