import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowWindow } from '#shared/security/api.ts'
import type { Change } from '#shared/security/replay/change.ts'
import type { Plaintext } from '#shared/security/denials.ts'
import type { PlainCaller, Readiness } from '#shared/security/posture/readiness.ts'
import { age, rate } from '#web/ui/format.ts'
import { HealthBadge } from '#web/ui/HealthMark.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { intentHref } from '#web/security/address.ts'
import { Go } from '#web/security/Go.tsx'
import { ObjectLink } from '#web/security/ObjectLink.tsx'
import { ReplayPanel } from '#web/security/replay/ReplayPanel.tsx'
import { SideHead } from '#web/security/SideHead.tsx'
import { healthOf, stateOf } from './state.ts'

/** More callers are not read in a panel. */
const most = 40

/** Who is left in one namespace, why STRICT would close each out, and the switch with its replay. */
export function ReadinessSide(props: {
  readiness: Readiness
  plaintext: Plaintext | null
  changes: readonly Change[]
  over: FlowWindow
  /** Why it cannot be set from here; null: it can. */
  whyNot: string | null
  onRequire: () => void
  onGo: (href: string) => void
  onClose: () => void
}): ReactNode {
  const { t } = useTranslation('security')
  const language = useLanguage()
  const { readiness, plaintext, changes, onGo, whyNot } = props
  const { namespace, mode, by, exceptions, callers } = readiness
  const state = stateOf(readiness, plaintext)
  const over = t($ => $.over[props.over])
  return (
    <aside className="security-side readiness-side" aria-label={t($ => $.readiness.side, { name: namespace })}>
      <SideHead title={<h2>{namespace}</h2>} onClose={props.onClose}>
        <HealthBadge health={healthOf[state]}>{t($ => $.readiness.state[state])}</HealthBadge>
        <p className="t2 why">{t($ => $.readiness.stateWhy[state])}</p>
      </SideHead>
      <section>
        <h3>{t($ => $.readiness.mode)}</h3>
        <p>
          <b className="mono med">{mode}</b>{' '}
          {by === null ? (
            <span className="t3">{t($ => $.readiness.byDefault)}</span>
          ) : (
            <ObjectLink of={by} onGo={onGo} />
          )}
        </p>
        {exceptions.length > 0 && (
          <>
            <p className="t2">{t($ => $.readiness.exceptions)}</p>
            <ul>
              {exceptions.slice(0, most).map(one => (
                <li key={one.policy.name}>
                  <ObjectLink of={one.policy} onGo={onGo} /> <span className="mono t3">{one.mode}</span>
                </li>
              ))}
            </ul>
          </>
        )}
      </section>
      <section>
        <h3>{t($ => $.readiness.callers)}</h3>
        {callers.length === 0 ? (
          <p className="t2">
            {readiness.toldSince === null
              ? t($ => $.readiness.callersUntold)
              : t($ => $.readiness.callersNone, { over })}
          </p>
        ) : (
          <ul className="readiness-callers">
            {callers.slice(0, most).map(caller => (
              <Caller key={caller.key} caller={caller} plaintext={plaintext} />
            ))}
          </ul>
        )}
        {callers.length > most && (
          <p className="t3">{t($ => $.board.side.andMore, { count: callers.length - most })}</p>
        )}
        {plaintext !== null && (
          <p className="t3 s11">{t($ => $.readiness.blind, { step: age(plaintext.step * 1000, language) })}</p>
        )}
      </section>
      {changes.length === 0 ? (
        <section>
          <p className="t2">{t($ => $.readiness.switchNow)}</p>
        </section>
      ) : (
        <>
          <div className="security-replay">
            <h3>{t($ => (mode === 'STRICT' ? $.readiness.switchExceptions : $.readiness.switch))}</h3>
            <ReplayPanel
              changes={changes.map(({ before, after }) => ({
                before: before == null ? null : { ...before },
                after: after == null ? null : { ...after },
              }))}
              onGo={onGo}
            />
          </div>
          <div className="acts">
            <button
              type="button"
              className="btn primary"
              aria-disabled={whyNot !== null}
              title={whyNot ?? undefined}
              onClick={() => {
                if (whyNot === null) props.onRequire()
              }}
            >
              {t($ => $.readiness.apply)}
            </button>
            <Go className="btn" href={intentHref('mtls', namespace)} onGo={onGo}>
              {t($ => $.readiness.intent)}
            </Go>
            {whyNot !== null && <p className="t3 s11">{whyNot}</p>}
          </div>
        </>
      )}
    </aside>
  )
}

function Caller({ caller, plaintext }: { caller: PlainCaller; plaintext: Plaintext | null }): ReactNode {
  const { t } = useTranslation('security')
  const language = useLanguage()
  const { source, is, destinations } = caller
  const ago = plaintext === null ? 0 : plaintext.at - caller.lastSeen
  const isNow = plaintext !== null && ago < plaintext.step * 1000
  const name =
    is === 'hidden'
      ? t($ => $.caller.hidden)
      : is === 'outside'
        ? t($ => $.caller.outside)
        : `${source.namespace}/${source.workload}`
  return (
    <li>
      <div className="row">
        <span className="mono cut" title={name}>
          {name}
        </span>
        <span className="grow" />
        <span className="num">{caller.rate > 0 ? rate(caller.rate, 'req') : ''}</span>
        <span className="t3">
          {isNow ? t($ => $.readiness.now) : t($ => $.readiness.ago, { age: age(ago, language) })}
        </span>
      </div>
      <p className="t2">{t($ => $.readiness.to, { names: destinations.slice(0, 6).join(', ') })}</p>
      <p className="t3 s11">{caller.isRefused ? t($ => $.readiness.refused) : t($ => $.readiness.why[is])}</p>
    </li>
  )
}
