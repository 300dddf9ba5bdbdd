import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { loadUsers } from '#bff/sources/kubernetes-credentials.ts'
import { type ObjectKind, type ObjectsWatch, openObjects } from '#bff/sources/kubernetes-objects.ts'
import { keyOf } from '#shared/mesh/object.ts'
import { watchedKinds } from './kinds.ts'
import { type Cluster, cluster, type Manifest, namespace, pod, service, virtualService } from './lab.fixture.ts'
import { type Mirror, openMirror } from './mirror.ts'

const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 8000, interval: 10 })

async function objectsOf(
  { kubeconfig }: Pick<Cluster, 'kubeconfig'>,
  kinds: readonly ObjectKind[],
  context: string | null = null,
): Promise<ObjectsWatch> {
  const [credentials] = await loadUsers({ kubeconfig, context })
  if (!credentials) throw new Error('no user')
  const pauses = { least: 10, most: 50, missing: 100 }
  const objects = openObjects({ credentials, kinds, now: Date.now, random: () => 0.5, pauses, discoverEvery: 100 })
  onTestFinished(() => objects.close())
  return objects
}

async function mirrorOf(
  given: Pick<Cluster, 'kubeconfig'>,
  context: string | null = null,
): Promise<{ mirror: Mirror }> {
  const objects = await objectsOf(given, watchedKinds, context)
  const faults: unknown[] = []
  const mirror = openMirror(objects, fault => faults.push(fault))
  onTestFinished(async () => {
    await mirror.close()
    expect(faults).toEqual([])
  })
  await mirror.ready
  return { mirror }
}

const row = (mirror: Mirror, name: string, kind = 'VirtualService') =>
  mirror.rows().find(({ ref }) => ref.name === name && ref.kind === kind)
const names = (mirror: Mirror, kind = 'VirtualService') =>
  mirror.rows().flatMap(({ ref }) => (ref.kind === kind ? [ref.name] : []))

describe('the mirror', () => {
  it('shows each object with its findings, hosts, pods and the labels of the mesh', async () => {
    const given = await cluster([
      service('shop', 'web'),
      pod('shop', 'web', 'web-1'),
      pod('shop', 'web', 'web-2'),
      virtualService('shop', 'web'),
      virtualService('shop', 'lost'),
      namespace('team', { 'istio-injection': 'enabled', owner: 'us' }),
      {
        apiVersion: 'security.istio.io/v1',
        kind: 'AuthorizationPolicy',
        metadata: { name: 'rules', namespace: 'shop', annotations: { 'istio.io/dry-run': 'true' } },
        spec: { selector: { matchLabels: { app: 'web' } } },
      },
    ])
    const { mirror } = await mirrorOf(given)
    expect(row(mirror, 'web')).toMatchObject({
      apiVersion: 'networking.istio.io/v1',
      hosts: ['web.shop.svc.cluster.local'],
      pods: null,
      findings: { Error: 0 },
    })
    expect(row(mirror, 'lost')?.findings.Error).toBe(1)
    expect(row(mirror, 'rules', 'AuthorizationPolicy')).toMatchObject({ pods: 2, workloads: 2, isDryRun: true })
    expect(row(mirror, 'team', 'Namespace')?.meshLabels).toEqual({ 'istio-injection': 'enabled' })
    const keys = mirror.rows().map(({ ref }) => keyOf(ref))
    expect(keys).toEqual([...keys].sort((a, b) => (a < b ? -1 : 1)))
  })

  it('follows changes, also of what an object leads to', async () => {
    const given = await cluster([virtualService('shop', 'web')])
    const { mirror } = await mirrorOf(given)
    expect(row(mirror, 'web')?.findings.Error).toBe(1)
    given.put(service('shop', 'web'))
    await soon(() => expect(row(mirror, 'web')?.findings.Error).toBe(0))
    given.put(virtualService('shop', 'b'))
    await soon(() => expect(names(mirror)).toEqual(['b', 'web']))
    given.remove(virtualService('shop', 'web'))
    await soon(() => expect(names(mirror)).toEqual(['b']))
  })

  it('tells what it found at first, and later each change with what was before', async () => {
    const given = await cluster([virtualService('shop', 'web')])
    const { mirror } = await mirrorOf(given)
    const told: string[] = []
    mirror.subscribe(changes => {
      for (const { ref, before, after } of changes)
        if (ref.kind === 'VirtualService') told.push(`${ref.name} ${before !== null} ${after !== null}`)
    })
    given.put(virtualService('shop', 'b'))
    await soon(() => expect(told).toEqual(['b false true']))
    given.put(virtualService('shop', 'b', { hosts: ['c'] }))
    await soon(() => expect(told).toEqual(['b false true', 'b true true']))
    given.remove(virtualService('shop', 'b'))
    await soon(() => expect(told.at(-1)).toBe('b true false'))
  })

  it.each(['event', 'status'] as const)(
    'recovers when the server has forgotten where it was (410 as %s)',
    async goneAs => {
      const given = await cluster([virtualService('shop', 'a')], { window: 2, goneAs })
      const { mirror } = await mirrorOf(given)
      given.kubernetes.server.setAvailable(false)
      given.remove(virtualService('shop', 'a'))
      for (let index = 0; index < 20; index++) given.put(virtualService('shop', `v${index}`))
      given.kubernetes.server.setAvailable(true)
      await soon(() => expect(names(mirror)).toHaveLength(20))
      expect(names(mirror)).not.toContain('a')
    },
  )

  it('says that the cluster is away, keeps what it knows, and goes on when it is back', async () => {
    const given = await cluster([virtualService('shop', 'a')])
    const { mirror } = await mirrorOf(given)
    expect(() => mirror.check()).not.toThrow()
    given.kubernetes.server.setAvailable(false)
    await soon(() => expect(() => mirror.check()).toThrow(/^Kubernetes at http:\/\/127\.0\.0\.1/))
    expect(names(mirror)).toEqual(['a'])
    given.kubernetes.server.setAvailable(true)
    given.put(virtualService('shop', 'b'))
    await soon(() => expect(names(mirror)).toEqual(['a', 'b']))
    await soon(() => expect(() => mirror.check()).not.toThrow())
  })

  it('as somebody who may not read Secrets takes none for missing', async () => {
    const gateway: Manifest = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: 'g', namespace: 'shop' },
      spec: {
        selector: { app: 'web' },
        servers: [
          {
            hosts: ['a.example'],
            port: { number: 443, name: 'https', protocol: 'HTTPS' },
            tls: { mode: 'SIMPLE', credentialName: 'certificate' },
          },
        ],
      },
    }
    const given = await cluster([gateway, pod('shop', 'web', 'web-1')])
    const codes = async ({ mirror }: { mirror: Mirror }) =>
      mirror.ask(analysis =>
        analysis
          .findings()
          .map(({ message }) => message)
          .filter(text => text.includes('certificate')),
      )
    expect(await codes(await mirrorOf(given))).toHaveLength(1)
    const viewer = await mirrorOf(given, 'viewer@lab')
    expect(await codes(viewer)).toEqual([])
    expect(viewer.mirror.kinds().find(({ kind }) => kind === 'Secret')?.state).toBe('forbidden')
  })

  it('holds ten thousand objects without keeping anybody waiting', async () => {
    const objects = Array.from({ length: 5000 }, (_, index) => [
      service('shop', `s${index}`),
      virtualService('shop', `s${index}`),
    ])
    const given = await cluster(objects.flat())
    const { mirror } = await mirrorOf(given)
    expect(names(mirror)).toHaveLength(5000)
    const revision = mirror.revision()
    given.remove(service('shop', 's7'))
    await soon(() => expect(row(mirror, 's7')?.findings.Error).toBe(1))
    // One change is one row, not ten thousand.
    expect(mirror.revision() - revision).toBeLessThan(5)
  }, 30_000)
})

describe('a kind', () => {
  const tariffs: ObjectKind = {
    group: 'shop.example',
    kind: 'Tariff',
    plural: 'tariffs',
    versions: ['v1'],
    namespaced: true,
  }
  const tariff = { apiVersion: 'shop.example/v1', kind: 'Tariff', metadata: { name: 'night', namespace: 'shop' } }
  const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  const definition: Manifest = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'tariffs.shop.example' },
    spec: {
      group: 'shop.example',
      scope: 'Namespaced',
      names: { kind: 'Tariff', listKind: 'TariffList', plural: 'tariffs', singular: 'tariff' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  }

  it('is picked up when the cluster begins to serve it, and given up when it ends', async () => {
    const given = await cluster()
    const objects = await objectsOf(given, [tariffs])
    const state = () => objects.kinds()[0]?.state
    await soon(() => expect(state()).toBe('missing'))
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
    await given.as('mesh-admin', 'POST', path, definition)
    await soon(() => expect(state()).toBe('ok'))
    given.put(tariff)
    await soon(() => expect([...objects.items(tariffs).keys()]).toEqual(['shop/night']))
    await given.as('mesh-admin', 'DELETE', `${path}/tariffs.shop.example`)
    await soon(() => expect(state()).toBe('missing'))
    expect(objects.items(tariffs).size).toBe(0)
  })
})
