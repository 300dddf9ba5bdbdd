import { describe, expect, it } from 'vitest'
import type { KubeObject, Scenario } from '#lab/contract.ts'
import { createScenario } from './scenario.ts'

interface Rule {
  from?: { source: { principals?: string[]; namespaces?: string[] } }[]
}
interface PolicySpec {
  selector?: { matchLabels: Record<string, string> }
  targetRefs?: { kind: string; name: string }[]
  action?: string
  rules?: Rule[]
}

/** Calls between workloads with an identity that the ALLOW policies of the destination do not admit by that identity. */
function shutOut(scenario: Scenario): string[] {
  const pods = new Map(
    scenario.objects
      .filter(({ kind }) => ['Deployment', 'StatefulSet'].includes(kind))
      .map(workload => [`${workload.metadata.namespace}/${workload.metadata.name}`, templateOf(workload)]),
  )
  const spaces = new Map(
    scenario.objects
      .filter(({ kind }) => kind === 'Namespace')
      .map(({ metadata }) => [metadata.name, metadata.labels ?? {}]),
  )
  const inMesh = (namespace: string) => {
    const labels = spaces.get(namespace) ?? {}
    return labels['istio-injection'] === 'enabled' || labels['istio.io/dataplane-mode'] === 'ambient'
  }
  const policies = Map.groupBy(
    scenario.objects.filter(({ kind }) => kind === 'AuthorizationPolicy'),
    ({ metadata }) => metadata.namespace,
  )
  const services = new Map(
    scenario.objects
      .filter(({ kind }) => kind === 'Service')
      .map(({ metadata, spec }) => [`${metadata.name}.${metadata.namespace}`, { metadata, spec }]),
  )
  return scenario.behaviours
    .filter(({ namespace }) => inMesh(namespace))
    .flatMap(caller => {
      const principal = `cluster.local/ns/${caller.namespace}/sa/${pods.get(`${caller.namespace}/${caller.workload}`)?.account}`
      return [...caller.calls, ...(caller.origin?.calls ?? [])].flatMap(({ host }) => {
        const service = services.get(host)
        if (service === undefined) return []
        const selector = service.spec?.['selector'] as Record<string, string>
        const allows = (policies.get(service.metadata.namespace) ?? [])
          .map(({ spec }) => spec as PolicySpec)
          .filter(spec => (spec.action ?? 'ALLOW') === 'ALLOW' && applies(spec, service.metadata.name, selector))
        if (allows.length === 0) return []
        const isAdmitted = allows
          .flatMap(({ rules }) => rules ?? [])
          .flatMap(({ from }) => from ?? [])
          .some(({ source }) => source.principals?.includes(principal) || source.namespaces?.includes(caller.namespace))
        return isAdmitted ? [] : [`${principal} → ${host}`]
      })
    })
}

const applies = ({ selector, targetRefs }: PolicySpec, service: string, labels: Record<string, string>): boolean =>
  targetRefs
    ? targetRefs.some(({ kind, name }) => kind === 'Service' && name === service)
    : Object.entries(selector?.matchLabels ?? {}).every(([name, value]) => labels[name] === value)

const templateOf = (workload: KubeObject) => {
  const { template } = workload.spec as { template: { spec: { serviceAccountName: string } } }
  return { account: template.spec.serviceAccountName }
}

describe('the policies of a preset', () => {
  it.each(['shop', 'thousand', 'tenthousand'] as const)(
    'admit in %s whoever is meant to call, by its identity',
    preset => {
      expect(shutOut(createScenario(preset, 3))).toEqual([])
    },
  )

  it('would be found wanting if one of them named nobody', () => {
    const shop = createScenario('shop', 3)
    const objects = shop.objects.map(object =>
      object.kind === 'AuthorizationPolicy' && object.metadata.name === 'allow-ledger-clients'
        ? { ...object, spec: { ...object.spec, rules: [] } }
        : object,
    )
    expect(shutOut({ ...shop, objects })).toEqual(['cluster.local/ns/pay/sa/payments → ledger.pay'])
  })
})
