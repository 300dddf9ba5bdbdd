import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ResponseShare } from '#shared/mesh/response.ts'
import type { Peer, ServicePage } from '#shared/services/api.ts'
import type { Named } from '#web/services/query.ts'
import { codeWord, flagsOf, isFlag } from '#web/ui/flags.ts'
import { age, byteRate, duration, none, percent, rate } from '#web/ui/format.ts'
import { useLanguage } from '#web/ui/language.ts'
import { Lock } from '#web/ui/Lock.tsx'
import { Queries } from './Overview.tsx'
import { NoTraffic } from './NoTraffic.tsx'
import { toneOf } from './parts.ts'
import { PeerName } from './PeerName.tsx'

/** Who calls it and whom it calls. The rates of a table add up to what stands over it. */
export function Traffic(props: {
  state: ServicePage
  named: Named
  /** A moment of the past that is looked at. */
  at: string | undefined
  onGo: (href: string) => void
}): ReactNode {
  const { state } = props
  return (
    <>
      <Side side="inbound" {...props} />
      <Side side="outbound" {...props} />
      <Queries state={state} />
    </>
  )
}

function Side(props: {
  side: 'inbound' | 'outbound'
  state: ServicePage
  named: Named
  at: string | undefined
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('services')
  const { t: say } = useTranslation()
  const language = useLanguage()
  const { side, state } = props
  const { peers, requestRate, connectionRate, byteRate: bytes } = state[side]
  const title = t($ => (side === 'inbound' ? $.page.callers : $.page.callees))
  const window = age(state.window * 1000, language)
  const sums = [
    ...(requestRate > 0 ? [rate(requestRate)] : []),
    ...(connectionRate > 0 || bytes > 0 ? [`TCP ${byteRate(bytes)}`] : []),
  ]
  return (
    <section className="card service-card is-wide">
      <header>
        <h2>{title}</h2>
        <span className="t3 s12">{sums.length > 0 && t($ => $.page.sum, { rate: sums.join(' · ') })}</span>
        <span className="grow" />
        <span className="t3 s11">{say($ => $.side.lastWindow, { window })}</span>
      </header>
      {peers.length === 0 ? (
        <NoTraffic
          named={props.named}
          direction={side}
          at={props.at}
          window={state.window}
          lead={t($ => (side === 'inbound' ? $.page.noCallers : $.page.noCallees), { window })}
          onGo={props.onGo}
        />
      ) : (
        <div className="grid-scroller">
          <table className="grid peers" aria-label={title}>
            <thead>
              <tr>
                <th scope="col" style={{ width: '22%' }}>
                  {t($ => $.page.peer)}
                </th>
                <th scope="col" style={{ width: 72 }}>
                  {t($ => $.page.protocol)}
                </th>
                <Head text={t($ => $.column.rate)} />
                <Head text={t($ => $.page.share)} />
                <Head text={t($ => $.page.errors)} />
                <Head text={t($ => $.page.mean)} />
                <Head text="p95" />
                <Head text={t($ => $.page.mtls)} />
                <th scope="col">{t($ => $.page.endings)}</th>
              </tr>
            </thead>
            <tbody>
              {peers.map(peer => (
                <Row key={peer.id} peer={peer} onGo={props.onGo} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

const Head = ({ text }: { text: string }): ReactNode => (
  <th scope="col" className="num" style={{ width: 74 }}>
    {text}
  </th>
)

function Row({ peer, onGo }: { peer: Peer; onGo: (href: string) => void }): ReactNode {
  const { t: say } = useTranslation()
  const isTcp = peer.protocol === 'tcp'
  return (
    <tr>
      <td>
        <PeerName peer={peer} onGo={onGo} />
      </td>
      <td className="t2">{say($ => $.topology.protocol[peer.protocol])}</td>
      <td className="num">{isTcp ? byteRate(peer.byteRate) : rate(peer.rate)}</td>
      <td className="num">{percent(peer.share)}</td>
      <td className={`num ${toneOf(peer)}`}>{percent(peer.errorRatio)}</td>
      <td className="num">{isTcp ? none : duration(peer.meanDuration)}</td>
      <td className="num">{isTcp ? none : duration(peer.p95)}</td>
      <td className="num">
        <span className="lock-cell">
          <Lock ratio={peer.mtlsRatio} />
          {percent(peer.mtlsRatio)}
        </span>
      </td>
      <td>
        <Endings peer={peer} />
      </td>
    </tr>
  )
}

const most = 4

/** `503 UH no healthy upstream 12 %`, worst and most frequent first; what went well is one number. */
function Endings({ peer }: { peer: Peer }): ReactNode {
  const all = peer.responses.reduce((sum, { rate }) => sum + rate, 0)
  if (all === 0) return <span className="t3">{none}</span>
  const shown = peer.responses.toSorted((a, b) => Number(b.isServerError) - Number(a.isServerError)).slice(0, most)
  return (
    <ul className="endings">
      {shown.map(share => (
        <Ending key={`${share.code} ${share.flags}`} share={share} ratio={share.rate / all} />
      ))}
      {peer.responses.length > most && <li className="t3">+{peer.responses.length - most}</li>}
    </ul>
  )
}

function Ending({ share, ratio }: { share: ResponseShare; ratio: number }): ReactNode {
  const { t } = useTranslation('services')
  const { t: say } = useTranslation()
  const flags = flagsOf(share.flags)
  const word =
    share.protocol === 'tcp'
      ? flags.length === 0
        ? t($ => $.page.closed)
        : ''
      : codeWord(share) || (share.code === '0' ? t($ => $.page.noAnswer) : '')
  return (
    <li>
      <span className={share.isServerError ? 'mono c-failing' : 'mono t2'}>
        {share.protocol === 'tcp' ? 'TCP' : share.code}
      </span>{' '}
      {flags.length === 0 && <span className="t3">{word}</span>}
      {flags.map(flag => (
        <span key={flag} className="t2">
          <span className="flag">{flag}</span> {isFlag(flag) ? say($ => $.flags[flag]) : ''}{' '}
        </span>
      ))}
      <span className="num t2"> {percent(ratio)}</span>
    </li>
  )
}
