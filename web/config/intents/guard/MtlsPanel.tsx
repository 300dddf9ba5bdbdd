import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { isProblem } from '#shared/config/intents/intent.ts'
import { type Mtls, mtls, mtlsScope } from '#shared/config/intents/mtls.ts'
import { Problems } from '#web/config/intents/Fields.tsx'
import { type PanelProps, taskOf } from '#web/config/intents/task.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import { Segmented } from '#web/ui/Segmented.tsx'
import { Scope } from './Scope.tsx'
import '#web/config/intents/traffic/traffic.css'
import './guard.css'

export const mtlsTask = taskOf(mtls, MtlsPanel)

const modes = ['STRICT', 'PERMISSIVE', 'DISABLE'] as const

function MtlsPanel({ scene, target, model, problems, onModel, onTarget }: PanelProps<Mtls>): ReactNode {
  const { t } = useTranslation('config')
  const scope = mtlsScope(scene, target)
  if (isProblem(scope)) return null
  const set = (index: number, patch: Partial<Mtls['ports'][number]>) =>
    onModel({ ...model, ports: model.ports.map((each, at) => (at === index ? { ...each, ...patch } : each)) })
  const sayMode = (mode: (typeof modes)[number]) => t($ => $.guards.mtls.mode[mode])
  return (
    <>
      <Scope scene={scene} target={target} onTarget={onTarget} />
      <fieldset className="task-part">
        <legend className="med">{t($ => $.guards.mtls.connections)}</legend>
        <Segmented
          name={t($ => $.guards.mtls.connections)}
          value={model.mode ?? 'UNSET'}
          choices={[
            ...modes.map(mode => ({ value: mode, label: sayMode(mode) })),
            { value: 'UNSET' as const, label: t($ => $.guards.mtls.mode.UNSET) },
          ]}
          onChoose={value => onModel({ ...model, mode: value === 'UNSET' ? null : value })}
        />
        <p className="t2 s12">
          {t($ => $.guards.mtls.help[model.mode ?? 'UNSET'], { inherited: sayMode(scope.inherited) })}
        </p>
        <p className="t3 s12">
          {t($ => $.guards.selects, {
            count: scope.workloads.length,
            pods: scope.workloads.reduce((sum, { pods }) => sum + pods, 0),
          })}
        </p>
      </fieldset>
      {(scope.kind === 'workload' || model.ports.length > 0) && (
        <fieldset className="task-part">
          <legend className="med">{t($ => $.guards.mtls.ports)}</legend>
          <p className="t3 s12">{t($ => $.guards.mtls.portsHelp)}</p>
          <ul className="conditions">
            {model.ports.map(({ port, mode }, index) => (
              <li key={index}>
                <span className="field number">
                  <input
                    type="number"
                    min={1}
                    max={65_535}
                    aria-label={t($ => $.guards.port)}
                    value={port ?? ''}
                    onChange={({ target: { valueAsNumber } }) =>
                      set(index, { port: Number.isNaN(valueAsNumber) ? null : valueAsNumber })
                    }
                  />
                </span>
                <select
                  className="field"
                  aria-label={t($ => $.guards.mtls.connections)}
                  value={mode}
                  onChange={event => {
                    const chosen = modes.find(each => each === event.target.value)
                    if (chosen !== undefined) set(index, { mode: chosen })
                  }}
                >
                  {modes.map(each => (
                    <option key={each} value={each}>
                      {sayMode(each)}
                    </option>
                  ))}
                </select>
                <button
                  type="button"
                  className="btn ghost icon"
                  aria-label={t($ => $.guards.remove, { what: String(port ?? '') })}
                  onClick={() => onModel({ ...model, ports: model.ports.filter((_, at) => at !== index) })}
                >
                  <Icon name="close" />
                </button>
              </li>
            ))}
          </ul>
          <Problems problems={problems} of={['ports']} />
          <p className="row acts">
            <button
              type="button"
              className="btn"
              onClick={() => onModel({ ...model, ports: [...model.ports, { port: null, mode: 'PERMISSIVE' }] })}
            >
              <Icon name="plus" small />
              {t($ => $.guards.port)}
            </button>
          </p>
        </fieldset>
      )}
    </>
  )
}
