import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { KubeObject } from '#lab/contract.ts'
import { memoryStore } from '#lab/mesh/testing/memory-store.ts'
import { smallScenario } from '#lab/mesh/testing/small-mesh.ts'
import { createScenario } from '#lab/scenario/scenario.ts'
import { isDiscovered, readMeshConfig } from './mesh-config.ts'
import { refreshes, settingsOf, takeSnapshot } from './snapshot.ts'

const own = { trustDomain: 'cluster.local', rootNamespace: 'istio-system' }
const configMap = (mesh: string, name = 'istio', labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'istio-system', labels },
  data: { mesh },
})
const read = (mesh: unknown) => readMeshConfig(memoryStore([configMap(stringify(mesh))]), own, null)

// https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/
describe('the mesh config', () => {
  it('is Istio’s default where no ConfigMap exists, and where it says nothing', () => {
    const none = readMeshConfig(memoryStore([]), own, null)
    expect(none).toMatchObject({
      outboundTrafficPolicy: 'ALLOW_ANY',
      enableAutoMtls: true,
      accessLogFile: '',
      pathNormalization: 'BASE',
      sampling: 1,
    })
    expect([...none.extensionProviders.keys()]).toEqual(['prometheus', 'envoy'])
    expect(read({})).toEqual(none)
    expect(readMeshConfig(memoryStore([configMap('')]), own, null)).toEqual(none)
  })
  it('is what is written', () => {
    const config = read({
      trustDomain: 'shop.example',
      trustDomainAliases: ['old.example'],
      outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
      enableAutoMtls: false,
      accessLogEncoding: 'JSON',
      pathNormalization: { normalization: 'MERGE_SLASHES' },
      defaultConfig: { tracing: { sampling: 12.5 }, gatewayTopology: { numTrustedProxies: 2 } },
      defaultProviders: { tracing: ['jaeger'] },
      localityLbSetting: { failover: [{ from: 'eu', to: 'us' }] },
      meshMTLS: { minProtocolVersion: 'TLSV1_3' },
      discoverySelectors: [{ matchLabels: { team: 'shop' } }],
      extensionProviders: [
        { name: 'ask', envoyExtAuthzHttp: { service: 'auth.shop', port: 80, failOpen: true, statusOnError: '503' } },
        { name: 'envoy', envoyFileAccessLog: { path: '/tmp/log', logFormat: { text: '%PATH%' } } },
      ],
    })
    expect(config).toMatchObject({
      trustDomain: 'shop.example',
      trustDomainAliases: ['old.example'],
      outboundTrafficPolicy: 'REGISTRY_ONLY',
      enableAutoMtls: false,
      accessLogEncoding: 'JSON',
      pathNormalization: 'MERGE_SLASHES',
      sampling: 12.5,
      numTrustedProxies: 2,
      localityLbSetting: { enabled: true, failover: [{ from: 'eu', to: 'us' }] },
      minProtocolVersion: 'TLSV1_3',
    })
    expect(config.extensionProviders.get('ask')).toMatchObject({ failOpen: true, statusOnError: 503 })
    expect(config.extensionProviders.get('envoy')).toMatchObject({ path: '/tmp/log', logFormat: { text: '%PATH%' } })
    expect(isDiscovered(config, { team: 'shop' })).toBe(true)
    expect(isDiscovered(config, {})).toBe(false)
  })
  it.each([
    ['no YAML', 'a: [b'],
    ['no map', '- a'],
    ['an unknown mode', 'outboundTrafficPolicy: {mode: SOMETIMES}'],
    ['a wrong type', 'enableAutoMtls: 7'],
  ])('keeps the last good one when it is %s', (_, mesh) => {
    const good = read({ trustDomain: 'shop.example' })
    expect(readMeshConfig(memoryStore([configMap(mesh)]), own, good)).toBe(good)
    expect(readMeshConfig(memoryStore([configMap(mesh)]), own, null).trustDomain).toBe('cluster.local')
  })
  it('of a revision counts where `istio` is missing', () => {
    const canary = configMap('trustDomain: canary.example', 'istio-canary', { 'istio.io/rev': 'canary' })
    expect(readMeshConfig(memoryStore([canary]), own, null).trustDomain).toBe('canary.example')
    expect(readMeshConfig(memoryStore([canary, configMap('{}')]), own, null).trustDomain).toBe('cluster.local')
  })
  it('refreshes a snapshot; no other ConfigMap does', () => {
    const settings = settingsOf(smallScenario())
    const event = (object: KubeObject) =>
      refreshes({ type: 'MODIFIED', resource: 'configmaps', object, revision: 1 }, settings)
    expect(event(configMap(''))).toBe(true)
    expect(event(configMap('', 'istio-canary', { 'istio.io/rev': 'canary' }))).toBe(true)
    expect(event(configMap('', 'istio-ca-root-cert'))).toBe(false)
    const elsewhere = configMap('')
    expect(event({ ...elsewhere, metadata: { ...elsewhere.metadata, namespace: 'shop' } })).toBe(false)
  })
  it('gives workloads their trust domain', () => {
    const scenario = smallScenario()
    const store = memoryStore([...scenario.objects, configMap('trustDomain: shop.example')])
    const snapshot = takeSnapshot(store, settingsOf(scenario))
    expect(snapshot.workloads.get('shop/front')?.principal).toBe('shop.example/ns/shop/sa/front')
    store.replace(configMap('trustDomain: ['))
    expect(takeSnapshot(store, settingsOf(scenario), snapshot).config).toBe(snapshot.config)
  })
  it.each(['shop', 'thousand'] as const)('of %s names an authorizer that exists and a tracing provider', preset => {
    const scenario = createScenario(preset, 1)
    const { config, serviceEntries } = takeSnapshot(memoryStore(scenario.objects), settingsOf(scenario))
    const authorizer = config.extensionProviders.get('lab-authorizer')
    expect(authorizer).toMatchObject({ kind: 'envoyExtAuthzGrpc', failOpen: false })
    expect(serviceEntries.has(authorizer?.kind === 'envoyExtAuthzGrpc' ? authorizer.service : '')).toBe(true)
    expect(config.extensionProviders.get(config.defaultProviders.tracing[0] ?? '')?.kind).toBe('opentelemetry')
  })
})
