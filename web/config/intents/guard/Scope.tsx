import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { Scene, Target } from '#shared/config/intents/intent.ts'

/** For whom: one workload, a namespace, or the whole mesh. Another choice is another task. */
export function Scope(props: { scene: Scene; target: Target; onTarget: (patch: Partial<Target>) => void }): ReactNode {
  const { t } = useTranslation('config')
  const id = useId()
  const { scene, target } = props
  const { rootNamespace } = scene.inventory
  const workloads = scene.inventory.workloads
    .filter(({ namespace, proxy }) => namespace === target.namespace && proxy !== 'none')
    .map(({ name }) => name)
    .toSorted()
  const isMesh = target.namespace === rootNamespace
  const value = target.workload ?? ''
  return (
    <div className="intent-rule">
      <label htmlFor={id}>{t($ => $.guards.scope)}</label>
      <select
        id={id}
        className="field"
        value={value}
        onChange={event =>
          props.onTarget({
            rule: undefined,
            service: undefined,
            workload: event.target.value === '' ? undefined : event.target.value,
          })
        }
      >
        <option value="">
          {isMesh ? t($ => $.guards.mesh) : t($ => $.guards.namespace, { namespace: target.namespace })}
        </option>
        {!isMesh &&
          workloads.map(name => (
            <option key={name} value={name}>
              {t($ => $.guards.workload, { name })}
            </option>
          ))}
      </select>
      {!isMesh && (
        <button
          type="button"
          className="link s12"
          onClick={() =>
            props.onTarget({ namespace: rootNamespace, workload: undefined, service: undefined, rule: undefined })
          }
        >
          {t($ => $.guards.toMesh)}
        </button>
      )}
    </div>
  )
}
