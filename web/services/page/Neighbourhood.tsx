import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Peer, ServicePage } from '#shared/services/api.ts'
import { mapOf } from '#web/services/address.ts'
import type { Named } from '#web/services/query.ts'
import { age, byteRate, percent, rate } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { NoTraffic } from './NoTraffic.tsx'
import { goes, toneOf } from './parts.ts'
import { PeerName } from './PeerName.tsx'

/** More are in the traffic. */
const most = 6
const rowHeight = 30
const width = 84

/** Who calls it and whom it calls, drawn: lines as thick as their share, red where calls fail. */
export function Neighbourhood(props: {
  state: ServicePage
  named: Named
  /** A moment of the past that is looked at. */
  at: string | undefined
  onTraffic: () => void
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('services')
  const { state, onGo } = props
  const { row, inbound, outbound } = state
  const [callers, callees] = [inbound.peers.slice(0, most), outbound.peers.slice(0, most)]
  const height = Math.max(callers.length, callees.length, 2) * rowHeight
  return (
    <section className="card service-card is-wide" aria-label={t($ => $.page.neighbours)}>
      <header>
        <h2>{t($ => $.page.neighbours)}</h2>
        <span className="t3 s12">
          {t($ => $.page.neighbourCount, { callers: inbound.peers.length, callees: outbound.peers.length })}
        </span>
        <span className="grow" />
        <button type="button" className="link s12" onClick={props.onTraffic}>
          {t($ => $.page.allTraffic)}
        </button>
      </header>
      <div className="neighbourhood">
        <Side side="inbound" peers={callers} all={inbound.peers.length} state={state} onGo={onGo} />
        <Lines peers={callers} height={height} isLeft />
        <a
          className="neighbourhood-self"
          href={mapOf(row)}
          onClick={goes(onGo, mapOf(row))}
          title={t($ => $.page.onMap)}
        >
          <HealthMark health={row.health} />
          <span className="mono cut">{row.name}</span>
          <span className="t2 s11">{row.isTcp ? byteRate(row.byteRate) : rate(row.requestRate)}</span>
        </a>
        <Lines peers={callees} height={height} isLeft={false} />
        <Side side="outbound" peers={callees} all={outbound.peers.length} state={state} onGo={onGo} />
      </div>
      {callers.length + callees.length === 0 && (
        <NoTraffic named={props.named} at={props.at} window={state.window} onGo={onGo} />
      )}
    </section>
  )
}

function Side(props: {
  side: 'inbound' | 'outbound'
  peers: readonly Peer[]
  all: number
  state: ServicePage
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('services')
  const language = useLanguage()
  const { side, peers, all, state } = props
  const name = t($ => (side === 'inbound' ? $.page.callers : $.page.callees))
  if (peers.length === 0)
    return (
      <p className="t2 neighbourhood-none">
        {t($ => (side === 'inbound' ? $.page.noCallers : $.page.noCallees), {
          window: age(state.window * 1000, language),
        })}
      </p>
    )
  return (
    <ul className={`neighbourhood-side is-${side}`} aria-label={name}>
      {peers.map(peer => (
        <li key={peer.id} style={{ height: rowHeight }}>
          <PeerName peer={peer} onGo={props.onGo} />
          <span className="num">{peer.protocol === 'tcp' ? byteRate(peer.byteRate) : rate(peer.rate)}</span>
          <span className={`num ${toneOf(peer)}`}>{percent(peer.errorRatio)}</span>
        </li>
      ))}
      {all > peers.length && <li className="t3 s11">{t($ => $.page.moreNeighbours, { count: all - peers.length })}</li>}
    </ul>
  )
}

/** Said by the lists on both sides: for eyes only. */
function Lines({ peers, height, isLeft }: { peers: readonly Peer[]; height: number; isLeft: boolean }): ReactNode {
  const middle = height / 2
  const top = (height - peers.length * rowHeight) / 2
  return (
    <svg
      className="neighbourhood-lines"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
    >
      {peers.map((peer, index) => {
        const y = top + index * rowHeight + rowHeight / 2
        const [from, to] = isLeft ? [y, middle] : [middle, y]
        return (
          <path
            key={peer.id}
            className={peer.health === 'failing' || peer.health === 'degraded' ? `is-${peer.health}` : undefined}
            d={`M0 ${from}C${width / 2} ${from} ${width / 2} ${to} ${width} ${to}`}
            strokeWidth={1 + 4 * (peer.share ?? 0)}
          />
        )
      })}
    </svg>
  )
}
