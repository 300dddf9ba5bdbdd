import type { Behaviour, Call, KubeObject, Scenario } from '#lab/contract.ts'
import type { FaultKind } from '#lab/faults/world.ts'

const namespace = 'reporting'
const name = 'nightly-report'

/** Somebody's script outside the mesh, which asks without a certificate. */
export const plaintextCaller: FaultKind = {
  name: 'plaintext-caller',
  about: 'A new workload without a proxy calls into the mesh in plaintext.',
  isByHandOnly: false,
  targets: ({ scenario }) => (calledBy(scenario) === null ? [] : [`${namespace}/${name}`]),
  begin({ store }) {
    const made: [string, KubeObject][] = []
    const create = (resource: string, object: KubeObject) => {
      if (store.get(resource, object.metadata.namespace, object.metadata.name)) return
      store.create(object)
      made.push([resource, object])
    }
    create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    create('deployments.apps', deployment())
    return {
      end: () => {
        for (const [resource, { metadata }] of made.toReversed())
          if (resource !== 'namespaces') store.remove(resource, metadata.namespace, metadata.name)
      },
    }
  },
}

/** How the caller behaves once it exists. Until then it is no part of the traffic. */
export function reportBehaviour(scenario: Scenario): Behaviour | null {
  const call = calledBy(scenario)
  if (call === null) return null
  return {
    namespace,
    workload: name,
    latency: { median: 40, p99: 300 },
    errorRatio: 0,
    clientErrorRatio: 0,
    capacity: 50,
    calls: [],
    origin: { rate: 3, daily: 0, calls: [{ ...call, perRequest: 1, optional: true, parallel: false }] },
    startup: 3,
  }
}

/** The HTTP service that most others call. */
function calledBy({ behaviours }: Scenario): Call | null {
  const callers = new Map<string, { call: Call; count: number }>()
  for (const { calls } of behaviours)
    for (const call of calls) {
      if (call.protocol !== 'http' || call.port === 80 || call.port === 443) continue
      const key = `${call.host}:${call.port}`
      const known = callers.get(key) ?? { call, count: 0 }
      callers.set(key, { ...known, count: known.count + 1 })
    }
  const [most] = [...callers].toSorted(([a, left], [b, right]) => right.count - left.count || (a < b ? -1 : 1))
  return most?.[1].call ?? null
}

function deployment(): KubeObject {
  const labels = { app: name, version: 'v1' }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { ...labels, 'sidecar.istio.io/inject': 'false' } },
        spec: { containers: [{ name: 'report', image: 'registry.shop.example/reporting/nightly-report:1.0.3' }] },
      },
    },
  }
}
