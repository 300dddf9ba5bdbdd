import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Inventory } from '#shared/config/api.ts'
import { hasLabels } from '#shared/config/world/labels.ts'
import { isRecord, type Shown } from '#web/config/forms/engine.ts'
import { removeName, setPair } from '#web/config/forms/engine-acts.ts'
import type { LabelsField, Suggestion } from '#web/config/forms/form.ts'
import { namespaceOf } from '#web/config/forms/what-exists.ts'
import { ChipList } from './ChipList.tsx'
import { useForm } from './context.ts'
import { FieldBox } from './FieldBox.tsx'
import { marksWithin } from './marks.ts'

/** Labels that select, with the workloads and pods they fit now. */
export function LabelsControl({ shown }: { shown: Shown<never, LabelsField<never>> }): ReactNode {
  const { t } = useTranslation('config')
  const { act, isLocked, marks, inventory } = useForm()
  const labels = isRecord(shown.value) ? (shown.value as Record<string, string>) : {}
  const there = inventory === null ? null : workloadsIn(inventory, shown)
  const fit = there?.filter(workload => hasLabels(workload.labels, labels)) ?? []
  const add = (written: readonly string[]): string | null => {
    const pairs = written.map(pairIn)
    const bad = pairs.findIndex(pair => pair === null)
    if (bad >= 0) return t($ => $.form.problem.label, { detail: written[bad] ?? '' })
    act(pairs.flatMap(pair => (pair === null ? [] : setPair(shown, pair[0], pair[1]))))
    return null
  }
  return (
    <FieldBox
      shown={shown}
      detail={
        there === null ? undefined : (
          <span className={fit.length === 0 ? 'c-degraded' : undefined}>
            {t($ => $.editor.workloads, { count: fit.length })},{' '}
            {t($ => $.editor.pods, { count: fit.reduce((sum, { pods }) => sum + pods, 0) })}
          </span>
        )
      }
    >
      {ids => (
        <ChipList
          ids={ids}
          chips={Object.entries(labels).map(([name, value]) => ({
            key: `${name}=${value}`,
            text: `${name} = ${value}`,
            level: marksWithin(marks, [...shown.path, name])[0]?.level,
          }))}
          suggestions={there === null ? [] : labelsOf(there)}
          placeholder="app=web"
          isLocked={isLocked}
          split={text => text.split(/[\s,;]+/).filter(each => each !== '')}
          onAdd={add}
          onRemove={index => act(removeName(shown, Object.keys(labels)[index] ?? ''))}
        />
      )}
    </FieldBox>
  )
}

type Workload = Inventory['workloads'][number]

/** Those the object can reach: of its namespace, or of the whole mesh where that is the root namespace. */
function workloadsIn(inventory: Inventory, { field, around }: Shown<never, LabelsField<never>>): Workload[] {
  const own = namespaceOf(around.object)
  const where = field.namespaces?.(around) ?? (own === inventory.rootNamespace ? 'all' : [own])
  const among = field.among?.(around) ?? {}
  return inventory.workloads.filter(
    ({ namespace, labels }) => (where === 'all' || where.includes(namespace)) && hasLabels(labels, among),
  )
}

function labelsOf(workloads: readonly Workload[]): Suggestion[] {
  const pods = new Map<string, number>()
  for (const { labels, pods: count } of workloads)
    for (const [name, value] of Object.entries(labels)) {
      const label = `${name}=${value}`
      pods.set(label, (pods.get(label) ?? 0) + count)
    }
  return [...pods]
    .toSorted(([a, most], [b, count]) => count - most || a.localeCompare(b))
    .map(([value, count]) => ({ value, detail: `${count} pods` }))
}

/** `name=value`, `name: value`; a name alone has an empty value. */
function pairIn(text: string): [string, string] | null {
  const found = /^([A-Za-z0-9]([\w./-]*[A-Za-z0-9])?)\s*[=:]\s*(.*)$/.exec(text)
  return found === null ? null : [found[1] ?? '', found[3] ?? '']
}
