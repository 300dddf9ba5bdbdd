import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ContainerRow, PodRow } from '#shared/proxies/api.ts'
import { cutMiddle, none } from '#web/ui/format.ts'
import { cpuText, memoryText } from './units.ts'

/** What runs in the chosen pod. */
export function Containers({ pod }: { pod: PodRow }): ReactNode {
  const { t } = useTranslation('proxies')
  return (
    <table className="containers" aria-label={t($ => $.containers.of, { pod: pod.name })}>
      <thead>
        <tr>
          <th>{t($ => $.containers.name)}</th>
          <th>{t($ => $.containers.state)}</th>
          <th className="num">{t($ => $.containers.restarts)}</th>
          <th className="num">{t($ => $.pods.column.cpu)}</th>
          <th className="num">{t($ => $.pods.column.memory)}</th>
          <th>{t($ => $.containers.image)}</th>
        </tr>
      </thead>
      <tbody>
        {pod.containers.map(container => (
          <tr key={container.name}>
            <td className="mono">{container.name}</td>
            <td>
              <State of={container} />
            </td>
            <td className="num">{container.restarts}</td>
            <td className="num">{cpuText(container.cpu)}</td>
            <td className="num">{memoryText(container.memory)}</td>
            <td className="mono t2 cut" title={container.image}>
              {cutMiddle(container.image, 64)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const known = ['running', 'waiting', 'terminated'] as const

function State({ of }: { of: ContainerRow }): ReactNode {
  const { t } = useTranslation('proxies')
  const state = known.find(each => each === of.state)
  if (state === undefined) return none
  const ready = of.isReady ? t($ => $.containers.ready) : t($ => $.containers.notReady)
  const because =
    of.reason === null ? null : state === 'running' ? t($ => $.containers.last, { reason: of.reason }) : of.reason
  return (
    <>
      {t($ => $.containers[state])}, {ready}
      {because !== null && <span className="t3"> · {because}</span>}
    </>
  )
}
