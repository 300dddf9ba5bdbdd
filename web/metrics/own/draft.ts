import type { Place } from '#shared/metrics/own/api.ts'
import {
  type OwnDashboard,
  ownKey,
  ownLabel,
  type OwnPanel,
  ownText,
  type Variable,
} from '#shared/metrics/own/dashboard.ts'
import type { MeshObject } from '#shared/mesh/object.ts'

/** What a hand does to a dashboard. Pure. */

/** What one begins with: it shows something, and how variables are written. */
export const first: OwnDashboard = {
  title: 'My dashboard',
  variables: [
    {
      kind: 'values',
      name: 'namespace',
      series: 'istio_requests_total{reporter="destination"}',
      label: 'destination_service_namespace',
    },
    {
      kind: 'values',
      name: 'service',
      series: 'istio_requests_total{reporter="destination",destination_service_namespace="$namespace"}',
      label: 'destination_service_name',
      allowsAll: true,
    },
  ],
  panels: [
    {
      title: 'Requests by code',
      unit: 'perSecond',
      queries: [
        {
          promql:
            'sum by (response_code) (rate(istio_requests_total{reporter="destination",destination_service_namespace="$namespace",destination_service_name=~"$service"}[$interval]))',
          name: '{{response_code}}',
        },
      ],
    },
  ],
}

export const newPanel: OwnPanel = { title: 'Panel', unit: 'count', queries: [{ promql: 'up' }] }

/** A variable of another kind, with as much of it as stays. */
export function variableOf(kind: Variable['kind'], { name }: { name: string }): Variable {
  if (kind === 'values') return { kind, name, series: 'istio_requests_total', label: 'destination_service_namespace' }
  return kind === 'interval' ? { kind, name, values: ['auto', '1m', '5m', '1h'] } : { kind, name, values: ['a', 'b'] }
}

/** A name that no other variable has. */
export function freshName(variables: readonly Variable[]): string {
  const names = new Set(variables.map(({ name }) => name))
  for (let index = 1; ; index++) if (!names.has(`v${index}`)) return `v${index}`
}

export const replaced = <T>(all: readonly T[], index: number, item: T): T[] =>
  all.map((each, at) => (at === index ? item : each))
export const removed = <T>(all: readonly T[], index: number): T[] => all.filter((_, at) => at !== index)
/** One place up or down; at an end it stays. */
export function moved<T>(all: readonly T[], index: number, by: -1 | 1): T[] {
  const [item, other] = [all[index], all[index + by]]
  if (item === undefined || other === undefined) return [...all]
  return all.map((each, at) => (at === index ? other : at === index + by ? item : each))
}

/** The ConfigMap with the dashboard in it; what else it holds stays. */
export function objectWith(before: MeshObject | null, { namespace, name }: Place, dashboard: OwnDashboard): MeshObject {
  const bare: MeshObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace, name, labels: { [ownLabel]: 'true' } },
  }
  const kept = before ?? bare
  return { ...kept, data: { ...(kept['data'] as Record<string, unknown>), [ownKey]: ownText(dashboard) } }
}
