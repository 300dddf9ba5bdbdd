import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { NodeKind, Protocol } from '#shared/topology/graph.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { Lock } from '#web/ui/Lock.tsx'
import { heads } from './ProtocolBadge.tsx'

const healths = ['healthy', 'degraded', 'failing', 'unknown'] as const
const protocols = ['http', 'grpc', 'tcp'] as const satisfies readonly Protocol[]
const widths = [1.2, 1.6, 2.6, 4.2]
const outlines = {
  gateway: 'M-19 0-10-16.5H10L19 0 10 16.5H-10Z',
  service: 'M-7-16H7a9 9 0 0 1 9 9V7a9 9 0 0 1-9 9H-7a9 9 0 0 1-9-9V-7a9 9 0 0 1 9-9Z',
  workload: 'M-16 0a16 16 0 1 0 32 0 16 16 0 1 0-32 0',
  waypoint: 'M-18.5 1.5q-1.5-1.5 0-3l17-17q1.5-1.5 3 0l17 17q1.5 1.5 0 3l-17 17q-1.5 1.5-3 0Z',
  external: 'M-17-12q0-3 3-3H7q2 0 3.5 1.8L18 0 10.5 13.2Q9 15 7 15h-21q-3 0-3-3Z',
  outside: 'M-15-15h30v30h-30Z',
} as const satisfies Partial<Record<NodeKind, string>>
const kinds = Object.keys(outlines) as (keyof typeof outlines)[]

/** What the marks of the map mean, always in sight; below them what the lens adds. */
export function Legend({ children }: { children?: ReactNode }): ReactNode {
  const { t } = useTranslation()
  return (
    <div className="legend" role="group" aria-label={t($ => $.topology.legend.name)}>
      <div>
        <dl>
          <dt>{t($ => $.topology.legend.health)}</dt>
          {healths.map(health => (
            <dd key={health}>
              <HealthMark health={health} />
              {t($ => $.topology.health[health])}
            </dd>
          ))}
        </dl>
        <dl>
          <dt>{t($ => $.topology.legend.protocol)}</dt>
          {protocols.map(protocol => (
            <dd key={protocol}>
              <svg width="30" height="10" viewBox="0 0 30 10" aria-hidden="true">
                <path d="M0 5h22" stroke={`var(--${protocol}-line)`} strokeWidth="2" />
                <path transform="translate(22 5)" fill={`var(--${protocol}-line)`} d={heads[protocol]} />
              </svg>
              {t($ => $.topology.protocol[protocol])}
            </dd>
          ))}
        </dl>
        <dl>
          <dt>{t($ => $.topology.legend.rate)}</dt>
          <dd>
            <svg width="104" height="10" viewBox="0 0 104 10" stroke="var(--text-3)" aria-hidden="true">
              {widths.map((width, index) => (
                <path key={width} d={`M${index * 28} 5h20`} strokeWidth={width} />
              ))}
            </svg>
            {t($ => $.topology.legend.rateSteps)}
          </dd>
        </dl>
      </div>
      <div>
        <dl>
          <dt>{t($ => $.topology.legend.kind)}</dt>
          {kinds.map(kind => (
            <dd key={kind}>
              <svg width="17" height="15" viewBox="-21 -20 42 40" aria-hidden="true">
                <path
                  d={outlines[kind]}
                  fill={kind === 'external' ? 'var(--surface-2)' : 'var(--surface-1)'}
                  stroke="var(--line-3)"
                  strokeWidth="2.4"
                  strokeDasharray={kind === 'outside' ? '5 4' : undefined}
                />
              </svg>
              {t($ => $.topology.kind[kind])}
            </dd>
          ))}
        </dl>
        <dl>
          <dt>{t($ => $.topology.legend.mtls)}</dt>
          {([1, 0.5, 0] as const).map(ratio => (
            <dd key={ratio}>
              <Lock ratio={ratio} />
              {t($ =>
                ratio === 1
                  ? $.topology.legend.all
                  : ratio === 0
                    ? $.topology.legend.plaintext
                    : $.topology.legend.part,
              )}
            </dd>
          ))}
        </dl>
      </div>
      {children}
    </div>
  )
}
