import { type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Access } from '#shared/logs/access.ts'
import { refusalOf } from '#shared/logs/refusal.ts'
import { absolute, duration } from '#web/ui/format.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { useLanguage } from '#web/ui/language.ts'
import type { Row } from './book.ts'
import { type CallFacts, callFactsOf } from './call-facts.ts'
import { useFlagWords } from './flag-words.ts'
import { Go } from './Go.tsx'
import { sizeText } from './LineCells.tsx'
import { policiesHref, policyHref, traceHref } from './links.ts'

const asked = [
  'method',
  'path',
  'protocol',
  'authority',
  'route',
  'upstreamCluster',
  'upstreamHost',
  'downstream',
  'peer',
  'details',
  'error',
  'bytesReceived',
  'bytesSent',
  'requestId',
  'traceId',
] as const satisfies readonly (keyof Access)[]

/** One line, whole: what it says of a request, its fields, and where to go from it. Escape closes it. */
export function LineSide(props: {
  row: Row
  namespace: string
  onClose: () => void
  onMoment: (at: number) => void
  /** Where one asks whether a call may pass. */
  checkHref?: ((call: CallFacts) => string) | undefined
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('logs')
  const language = useLanguage()
  const id = useId()
  const { row, onGo } = props
  const { access, at } = row
  const trace = access === null ? null : traceHref(access, at)
  const [name = ''] = row.of.split('/')
  const call = access === null ? null : callFactsOf(access, { namespace: props.namespace, name })
  const check = call === null ? null : (props.checkHref?.(call) ?? null)
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a key that belongs to all that is in it
    <aside
      className="log-side"
      aria-labelledby={id}
      onKeyDown={event => {
        if (event.key === 'Escape') props.onClose()
      }}
    >
      <header>
        <h2 id={id}>{t($ => $.side.name)}</h2>
        <span className="grow" />
        <Copy text={row.text} />
        <button
          type="button"
          className="btn ghost icon"
          aria-label={t($ => $.side.close)}
          title={t($ => $.side.close)}
          onClick={props.onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard */}
      <div className="body" tabIndex={0} role="group" aria-labelledby={id}>
        <dl>
          <Fact name={t($ => $.side.at)}>{at === null ? t($ => $.side.noStamp) : absolute(at, language)}</Fact>
          <Fact name={t($ => $.side.from)}>
            <bdi className="mono">{row.of}</bdi>
          </Fact>
          {row.level !== null && <Fact name={t($ => $.side.level)}>{t($ => $.levelWord[row.level ?? 'info'])}</Fact>}
        </dl>
        <div className="ways">
          {trace !== null && (
            <Go href={trace} onGo={onGo} className="btn">
              {access?.traceId == null ? t($ => $.findTrace) : t($ => $.trace)}
            </Go>
          )}
          {at !== null && (
            <button type="button" className="btn" onClick={() => props.onMoment(at)}>
              {t($ => $.side.moment)}
            </button>
          )}
        </div>
        {access !== null && <Request access={access} namespace={props.namespace} check={check} onGo={onGo} />}
        {access === null && row.fields.length > 0 && (
          <section>
            <h3>{t($ => $.side.fields)}</h3>
            <dl>
              {row.fields.slice(0, 200).map(([key, value], index) => (
                <Fact key={index} name={key.slice(0, 200)} isOwn>
                  <bdi className="mono">{value.slice(0, 4000)}</bdi>
                </Fact>
              ))}
            </dl>
          </section>
        )}
        <section>
          <h3>{t($ => $.side.text)}</h3>
          {row.cut !== null && <p className="t3">{t($ => $.side.cut, { size: sizeText(row.cut) })}</p>}
          <pre className="mono">{row.text}</pre>
        </section>
      </div>
    </aside>
  )
}

function Request({
  access,
  namespace,
  check,
  onGo,
}: {
  access: Access
  namespace: string
  check: string | null
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('logs')
  const flagWords = useFlagWords()
  const refusal = refusalOf(access)
  return (
    <section>
      <h3>{t($ => $.side.access)}</h3>
      {check !== null && (
        <p>
          <Go href={check} onGo={onGo} className="link">
            {t($ => $.side.check)}
          </Go>
        </p>
      )}
      <dl>
        {refusal !== null && (
          <Fact name={t($ => $.side.why)}>
            {refusal.policy === null ? (
              <>
                {t($ => $.deniedNone)}{' '}
                <Go href={policiesHref(namespace)} onGo={onGo} className="link">
                  {t($ => $.side.policies, { namespace })}
                </Go>
              </>
            ) : (
              <Go href={policyHref(refusal.policy)} onGo={onGo} className="link">
                {t($ => $.denied, { policy: `${refusal.policy.namespace}/${refusal.policy.name}` })}
              </Go>
            )}
          </Fact>
        )}
        {access.code !== null && (
          <Fact name={t($ => $.access.code)}>
            {access.code}
            {access.code === 0 && ` · ${t($ => $.access.noCode)}`}
          </Fact>
        )}
        {access.flags.length > 0 && (
          <Fact name={t($ => $.access.flags)}>
            <bdi>{`${access.flags.join(', ')} · ${flagWords(access.flags)}`}</bdi>
          </Fact>
        )}
        {access.duration !== null && <Fact name={t($ => $.access.duration)}>{duration(access.duration)}</Fact>}
        {access.upstreamServiceTime !== null && (
          <Fact name={t($ => $.access.upstreamServiceTime)}>{duration(access.upstreamServiceTime)}</Fact>
        )}
        {asked.map(key => {
          const value = access[key]
          if (value === null) return null
          return (
            <Fact key={key} name={t($ => $.access[key])}>
              <bdi className="mono">{String(value)}</bdi>
            </Fact>
          )
        })}
      </dl>
    </section>
  )
}

function Fact({ name, isOwn = false, children }: { name: string; isOwn?: boolean; children: ReactNode }): ReactNode {
  return (
    <div>
      <dt className={isOwn ? 'mono' : undefined}>
        <bdi>{name}</bdi>
      </dt>
      <dd>{children}</dd>
    </div>
  )
}

function Copy({ text }: { text: string }): ReactNode {
  const { t } = useTranslation('logs')
  const [isCopied, setCopied] = useState(false)
  const name = isCopied ? t($ => $.side.copied) : t($ => $.side.copy)
  return (
    <button
      type="button"
      className="btn ghost icon"
      aria-label={name}
      title={name}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      <Icon name={isCopied ? 'check' : 'copy'} />
    </button>
  )
}
