import { describe, expect, it } from 'vitest'
import type { Behaviour, KubeObject, Scenario } from '#lab/contract.ts'
import { createScenario } from './scenario.ts'

const presets = ['shop', 'thousand', 'tenthousand'] as const
const scenarios = new Map(presets.map(preset => [preset, createScenario(preset, 7)]))
const scenarioOf = (preset: Scenario['preset']): Scenario => scenarios.get(preset) ?? createScenario(preset, 7)

const ofKind = (scenario: Scenario, ...kinds: string[]): KubeObject[] =>
  scenario.objects.filter(object => kinds.includes(object.kind))
const workloadsOf = (scenario: Scenario) => ofKind(scenario, 'Deployment', 'StatefulSet', 'DaemonSet')
const callsOf = ({ calls, origin }: Behaviour) => [...calls, ...(origin?.calls ?? [])]
const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace}/${metadata.name}`
const matches = (selector: Record<string, string>, labels: Record<string, string>) =>
  Object.entries(selector).every(([name, value]) => labels[name] === value)

/** `service.namespace` → keys of the workloads behind it. */
function backendsOf(scenario: Scenario): Map<string, string[]> {
  const templates = Map.groupBy(workloadsOf(scenario), workload => workload.metadata.namespace)
  return new Map(
    ofKind(scenario, 'Service').map(service => {
      const selector = service.spec?.['selector'] as Record<string, string>
      const behind = (templates.get(service.metadata.namespace) ?? []).filter(workload =>
        matches(
          selector,
          (workload.spec as { template: { metadata: { labels: Record<string, string> } } }).template.metadata.labels,
        ),
      )
      return [`${service.metadata.name}.${service.metadata.namespace}`, behind.map(keyOf)]
    }),
  )
}

describe.each([
  { preset: 'shop', pods: 60, workloads: 26, namespaces: 7, edges: [35, 50] },
  { preset: 'thousand', pods: 1000, workloads: 300, namespaces: 40, edges: [1450, 1550] },
  { preset: 'tenthousand', pods: 10_000, workloads: 2500, namespaces: 200, edges: [11_800, 12_200] },
] as const)('the preset $preset', ({ preset, pods, workloads, namespaces, edges }) => {
  const scenario = scenarioOf(preset)
  const backends = backendsOf(scenario)

  it('has the size that is promised', () => {
    expect(ofKind(scenario, 'Pod')).toHaveLength(pods)
    expect(workloadsOf(scenario)).toHaveLength(workloads)
    expect(ofKind(scenario, 'Namespace')).toHaveLength(namespaces)
    const count = scenario.behaviours
      .flatMap(callsOf)
      .reduce((sum, call) => sum + (backends.get(call.host)?.length ?? 1), 0)
    expect(count).toBeGreaterThanOrEqual(edges[0])
    expect(count).toBeLessThanOrEqual(edges[1])
  })

  it('calls only what exists, at a port it has', () => {
    const ports = new Map(
      ofKind(scenario, 'Service').map(({ metadata, spec }) => [
        `${metadata.name}.${metadata.namespace}`,
        (spec as { ports: { port: number }[] }).ports.map(({ port }) => port),
      ]),
    )
    const external = new Set(scenario.externalHosts.map(({ host }) => host))
    const lost = scenario.behaviours
      .flatMap(callsOf)
      .filter(({ host, port }) => !(ports.get(host)?.includes(port) ?? external.has(host)))
    expect(lost).toEqual([])
  })

  it('never calls itself in a circle', () => {
    const next = new Map(
      scenario.behaviours.map(one => [
        `${one.namespace}/${one.workload}`,
        callsOf(one).flatMap(({ host }) => backends.get(host) ?? []),
      ]),
    )
    const done = new Set<string>()
    const open = new Set<string>()
    const circles: string[] = []
    const visit = (key: string): void => {
      if (open.has(key)) circles.push(key)
      if (done.has(key) || open.has(key)) return
      open.add(key)
      for (const other of next.get(key) ?? []) visit(other)
      open.delete(key)
      done.add(key)
    }
    for (const key of next.keys()) visit(key)
    expect(circles).toEqual([])
  })

  it('lets traffic reach every workload that is not a root', () => {
    const called = new Set(scenario.behaviours.flatMap(callsOf).flatMap(({ host }) => backends.get(host) ?? []))
    const idle = scenario.behaviours.filter(
      one =>
        one.origin === undefined &&
        !called.has(`${one.namespace}/${one.workload}`) &&
        // A waypoint and an egress gateway stand in the way of calls; nobody names them.
        !['waypoint', 'egress-gateway'].includes(one.workload),
    )
    expect(idle.map(one => one.workload)).toEqual([])
  })

  it('keeps the traffic in proportion: no fan-out explodes', () => {
    const total = hopRate(scenario, backends)
    const [least, most] = preset === 'shop' ? [1000, 3000] : [10_000, 40_000]
    expect(total).toBeGreaterThan(least)
    expect(total).toBeLessThan(most)
  })

  it('gives every pod, node and Service an address of its own', () => {
    const addresses = scenario.objects.flatMap(({ kind, spec, status }) =>
      kind === 'Pod'
        ? [String(status?.['podIP'])]
        : kind === 'Service'
          ? [String(spec?.['clusterIP'])]
          : kind === 'Node'
            ? [(status as { addresses: { address: string }[] }).addresses[0]?.address ?? '']
            : [],
    )
    expect(addresses.every(address => /^(\d{1,3}\.){3}\d{1,3}$/.test(address))).toBe(true)
    expect(addresses.every(address => address.split('.').every(part => Number(part) < 256))).toBe(true)
    expect(new Set(addresses).size).toBe(addresses.length)
  })

  it('names every object once, by the rules of Kubernetes', () => {
    const names = scenario.objects.map(object => `${object.apiVersion} ${object.kind} ${keyOf(object)}`)
    expect(new Set(names).size).toBe(names.length)
    const uids = scenario.objects.map(({ metadata }) => metadata.uid)
    expect(new Set(uids).size).toBe(uids.length)
    expect(
      uids.every(uid => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(uid ?? '')),
    ).toBe(true)
    // DNS-1123: labels for namespaces, Services and pods of StatefulSets, subdomains for the rest; here all are labels.
    const bad = scenario.objects.filter(({ metadata }) => !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(metadata.name))
    expect(bad.map(keyOf)).toEqual([])
    const labels = scenario.objects.flatMap(({ metadata }) => Object.entries(metadata.labels ?? {}))
    const wrong = labels.filter(
      ([name, value]) =>
        !/^([a-z0-9.-]+\/)?[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?$/.test(name) ||
        !/^([A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?)?$/.test(value),
    )
    expect(wrong).toEqual([])
  })

  it('selects pods by every Service, and has every namespace and ServiceAccount that is named', () => {
    expect([...backends].filter(([, behind]) => behind.length === 0)).toEqual([])
    const spaces = new Set(ofKind(scenario, 'Namespace').map(({ metadata }) => metadata.name))
    expect(scenario.objects.filter(({ metadata }) => metadata.namespace && !spaces.has(metadata.namespace))).toEqual([])
    const accounts = new Set(ofKind(scenario, 'ServiceAccount').map(keyOf))
    const orphans = ofKind(scenario, 'Pod').filter(
      pod => !accounts.has(`${pod.metadata.namespace}/${String(pod.spec?.['serviceAccountName'])}`),
    )
    expect(orphans.map(keyOf)).toEqual([])
  })

  it('gives every pod an owner that exists and counts it', () => {
    const owners = new Map(
      ofKind(scenario, 'ReplicaSet', 'StatefulSet', 'DaemonSet').map(owner => [owner.metadata.uid, owner]),
    )
    const pods = Map.groupBy(ofKind(scenario, 'Pod'), pod => pod.metadata.ownerReferences?.[0]?.uid)
    for (const [uid, group] of pods) {
      const owner = owners.get(uid)
      expect(owner, `owner of ${group[0]?.metadata.name}`).toBeDefined()
      const ready = owner?.kind === 'DaemonSet' ? owner.status?.['numberReady'] : owner?.status?.['readyReplicas']
      expect(ready, owner?.metadata.name).toBe(group.length)
      const spec = owner?.spec as { selector: { matchLabels: Record<string, string> } } | undefined
      expect(group.every(pod => matches(spec?.selector.matchLabels ?? {}, pod.metadata.labels ?? {}))).toBe(true)
    }
  })

  it('describes the behaviour of workloads that exist, with shares that sum to one', () => {
    const known = new Set(workloadsOf(scenario).map(keyOf))
    const behaviours = scenario.behaviours.map(one => `${one.namespace}/${one.workload}`)
    expect(new Set(behaviours).size).toBe(behaviours.length)
    expect(behaviours.filter(key => !known.has(key))).toEqual([])
    for (const call of scenario.behaviours.flatMap(callsOf)) {
      expect(call.classes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9)
      expect(call.perRequest).toBeGreaterThan(0)
      expect(call.protocol === 'tcp').toBe(call.tcp !== undefined)
    }
  })

  it('is the same for the same arguments, to the byte', { timeout: 60_000 }, () => {
    expect(JSON.stringify(createScenario(preset, 7)) === JSON.stringify(scenario)).toBe(true)
  })

  it('dates everything before its start', () => {
    const startedAt = Date.UTC(2030, 0, 2)
    const late = createScenario(preset, 7, startedAt).objects.filter(
      ({ metadata }) => !(Date.parse(metadata.creationTimestamp ?? '') < startedAt),
    )
    expect(late.map(keyOf)).toEqual([])
  })
})

/** Requests per second over all hops, by walking every call from the roots. Versions share by their number of pods. */
function hopRate(scenario: Scenario, backends: Map<string, string[]>): number {
  const behaviours = new Map(scenario.behaviours.map(one => [`${one.namespace}/${one.workload}`, one]))
  const memo = new Map<string, number>()
  const causedBy = (key: string): number => {
    const known = memo.get(key)
    if (known !== undefined) return known
    const hops =
      behaviours.get(key)?.calls.reduce((sum, call) => sum + call.perRequest * (1 + behind(call.host)), 0) ?? 0
    memo.set(key, hops)
    return hops
  }
  const behind = (host: string): number => {
    const keys = backends.get(host) ?? []
    return keys.length === 0 ? 0 : keys.reduce((sum, key) => sum + causedBy(key), 0) / keys.length
  }
  return scenario.behaviours.reduce(
    (total, { origin }) =>
      total +
      (origin
        ? origin.rate * origin.calls.reduce((sum, call) => sum + call.perRequest * (1 + behind(call.host)), 0)
        : 0),
    0,
  )
}

describe('a generated mesh', () => {
  it('differs from seed to seed', () => {
    expect(JSON.stringify(createScenario('thousand', 8))).not.toBe(JSON.stringify(scenarioOf('thousand')))
  })

  it.each([1, 2, 3, 4, 5, 6])('keeps its size with seed %i', seed => {
    const scenario = createScenario('thousand', seed)
    expect(ofKind(scenario, 'Pod')).toHaveLength(1000)
    expect(workloadsOf(scenario)).toHaveLength(300)
    expect(ofKind(scenario, 'Namespace')).toHaveLength(40)
    expect(hopRate(scenario, backendsOf(scenario))).toBeGreaterThan(10_000)
  })

  it.each(['thousand', 'tenthousand'] as const)('%s has every kind of neighbour a console must tell apart', preset => {
    const scenario = scenarioOf(preset)
    const labels = ofKind(scenario, 'Namespace').map(({ metadata }) => metadata.labels ?? {})
    expect(labels.some(label => label['istio-injection'] === 'enabled')).toBe(true)
    expect(labels.some(label => label['istio.io/use-waypoint'] === 'waypoint')).toBe(true)
    expect(
      labels.some(label => label['istio.io/dataplane-mode'] === 'ambient' && !label['istio.io/use-waypoint']),
    ).toBe(true)
    expect(labels.some(label => Object.keys(label).length === 1)).toBe(true)
    expect(scenario.behaviours.some(one => one.errorRatio > 0)).toBe(true)
    const entries = ofKind(scenario, 'ServiceEntry').flatMap(({ spec }) => spec?.['hosts'] as string[])
    expect(scenario.externalHosts.some(({ host }) => entries.includes(host))).toBe(true)
    expect(scenario.externalHosts.some(({ host }) => !entries.includes(host))).toBe(true)
    for (const kind of ['AuthorizationPolicy', 'PeerAuthentication', 'DestinationRule', 'VirtualService', 'HTTPRoute'])
      expect(ofKind(scenario, kind).length, kind).toBeGreaterThan(0)
  })
})
