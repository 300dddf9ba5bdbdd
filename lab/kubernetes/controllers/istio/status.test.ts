import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { createCluster, service } from '#lab/kubernetes/fixture.ts'
import { at, type Fields, listOf } from '#lab/kubernetes/value.ts'

const made = (apiVersion: string, kind: string, namespace: string, name: string, spec: Fields): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
  spec,
})
const virtualService = (spec: Fields, name = 'web', namespace = 'shop') =>
  made('networking.istio.io/v1', 'VirtualService', namespace, name, spec)
const rule = (spec: Fields) => made('networking.istio.io/v1', 'DestinationRule', 'shop', 'web', spec)
const entry = (hosts: string[]) => made('networking.istio.io/v1', 'ServiceEntry', 'shop', 'partner', { hosts })
const gateway = (hosts: string[]) =>
  made('networking.istio.io/v1', 'Gateway', 'shop', 'edge', {
    servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts }],
  })
const waypoint = (labels: Record<string, string> = {}, listener: Fields = {}): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'waypoint', namespace: 'logistics', labels },
  spec: {
    gatewayClassName: 'istio-waypoint',
    listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE', ...listener }],
  },
})
const policy = (spec: Fields, annotations: Record<string, string> = {}): KubeObject => {
  const object = made('security.istio.io/v1', 'AuthorizationPolicy', 'logistics', 'policy', spec)
  return { ...object, metadata: { ...object.metadata, annotations } }
}
const asking = (
  name = 'stock',
  labels: Record<string, string> = { 'istio.io/use-waypoint': 'waypoint' },
  where = 'logistics',
) => {
  const object = service(where, name)
  return { ...object, metadata: { ...object.metadata, labels } }
}

function settled(...objects: KubeObject[]) {
  const cluster = createCluster()
  for (const object of objects) cluster.store.create(object)
  cluster.run(7)
  return cluster
}
const to = (destination: Fields): Fields => ({ hosts: ['web'], http: [{ route: [{ destination }] }] })

describe('a VirtualService', () => {
  const analysis = 'https://istio.io/latest/docs/reference/config/analysis'
  it.each<[string, string, KubeObject[], string[]]>([
    [
      'whose host is there has nothing to be told',
      analysis,
      [service('shop', 'web'), virtualService(to({ host: 'web' }))],
      [],
    ],
    ['to a host that is not there', `${analysis}/ist0101/`, [virtualService(to({ host: 'nobody' }))], ['IST0101']],
    [
      'to a host that a ServiceEntry describes',
      `${analysis}/ist0101/`,
      [entry(['*.partner.example']), virtualService(to({ host: 'api.partner.example' }))],
      [],
    ],
    [
      'to a subset that no rule has',
      `${analysis}/ist0101/`,
      [service('shop', 'web'), virtualService(to({ host: 'web', subset: 'v1' }))],
      ['IST0101'],
    ],
    [
      'to a subset that a rule has',
      `${analysis}/ist0101/`,
      [
        service('shop', 'web'),
        rule({ host: 'web', subsets: [{ name: 'v1' }] }),
        virtualService(to({ host: 'web', subset: 'v1' })),
      ],
      [],
    ],
    [
      'at a Gateway that is not there',
      `${analysis}/ist0101/`,
      [service('shop', 'web'), virtualService({ ...to({ host: 'web' }), gateways: ['edge'] })],
      ['IST0101'],
    ],
    [
      'at a Gateway that serves other hosts',
      `${analysis}/ist0132/`,
      [
        service('shop', 'web'),
        gateway(['www.shop.example']),
        virtualService({ ...to({ host: 'web' }), gateways: ['edge'] }),
      ],
      ['IST0132'],
    ],
    [
      'for a host that another one of the mesh is for',
      `${analysis}/ist0109/`,
      [
        service('shop', 'web'),
        virtualService(to({ host: 'web' })),
        virtualService(
          { ...to({ host: 'web.shop.svc.cluster.local' }), hosts: ['web.shop.svc.cluster.local'] },
          'other',
          'legacy',
        ),
      ],
      ['IST0109'],
    ],
    [
      'without a port where the Service has several',
      `${analysis}/ist0112/`,
      [
        made('v1', 'Service', 'shop', 'web', {
          ports: [
            { name: 'a', port: 1 },
            { name: 'b', port: 2 },
          ],
        }),
        virtualService(to({ host: 'web' })),
      ],
      ['IST0112'],
    ],
  ])('%s (%s)', (_, __, objects, codes) => {
    const { store } = settled(...objects)
    const messages = listOf(
      store.get('virtualservices.networking.istio.io', 'shop', 'web')?.status?.['validationMessages'],
    )
    expect(messages.map(message => at(message, 'type.code'))).toEqual(codes)
    for (const message of messages)
      expect(message['documentationUrl']).toBe(`${analysis}/${String(at(message, 'type.code')).toLowerCase()}/`)
  })

  it('is told no more once what it asks for is there', () => {
    const cluster = settled(virtualService(to({ host: 'web' })))
    const status = () => cluster.store.get('virtualservices.networking.istio.io', 'shop', 'web')?.status
    expect(listOf(status()?.['conditions'])[0]).toMatchObject({ type: 'Reconciled', status: 'False' })
    cluster.store.create(service('shop', 'web'))
    cluster.run(1)
    expect(status()).not.toHaveProperty('validationMessages')
    expect(listOf(status()?.['conditions'])[0]).toMatchObject({ type: 'Reconciled', status: 'True' })
    cluster.store.remove('services', 'shop', 'web')
    cluster.run(1)
    expect(listOf(status()?.['validationMessages'])).toHaveLength(1)
  })
})

describe('a Service', () => {
  const docs = 'https://istio.io/latest/docs/ambient/usage/waypoint/'
  it.each<[string, KubeObject[], string | undefined]>([
    [`that asks for no waypoint is told nothing (${docs})`, [waypoint(), asking('stock', {})], undefined],
    [`whose waypoint is ready is attached (${docs})`, [waypoint(), asking()], 'True WaypointAccepted'],
    [`whose waypoint is not there waits (${docs})`, [asking()], 'False WaypointIsNotReady'],
    [
      `whose waypoint is for workloads only is refused (${docs}#waypoint-traffic-types)`,
      [waypoint({ 'istio.io/waypoint-for': 'workload' }), asking()],
      'False UnsupportedTrafficType',
    ],
    [
      `of another namespace that the waypoint does not let in is refused (${docs}#usewaypointnamespace)`,
      [
        waypoint(),
        asking(
          'stock',
          { 'istio.io/use-waypoint': 'waypoint', 'istio.io/use-waypoint-namespace': 'logistics' },
          'legacy',
        ),
      ],
      'False AttachmentDenied',
    ],
    [
      `of another namespace that the waypoint lets in is attached (${docs}#usewaypointnamespace)`,
      [
        waypoint({}, { allowedRoutes: { namespaces: { from: 'All' } } }),
        asking(
          'stock',
          { 'istio.io/use-waypoint': 'waypoint', 'istio.io/use-waypoint-namespace': 'logistics' },
          'legacy',
        ),
      ],
      'True WaypointAccepted',
    ],
  ])('%s', (_, objects, wanted) => {
    const { store } = settled(...objects)
    const found = store.list('services').find(item => item.metadata.name === 'stock')
    const condition = listOf(found?.status?.['conditions']).find(item => item['type'] === 'istio.io/WaypointBound')
    expect(condition && `${String(condition['status'])} ${String(condition['reason'])}`).toBe(wanted)
  })

  it('follows its label, its namespace’s and its waypoint', () => {
    const cluster = settled(waypoint(), asking('stock', {}))
    const bound = () => {
      cluster.run(7)
      return listOf(cluster.store.get('services', 'logistics', 'stock')?.status?.['conditions'])[0]?.['status']
    }
    expect(bound()).toBeUndefined()
    const room = cluster.store.get('namespaces', undefined, 'logistics') as KubeObject
    const labels = { 'istio.io/use-waypoint': 'waypoint' }
    cluster.store.replace({ ...room, metadata: { ...room.metadata, labels } })
    expect(bound()).toBe('True')
    cluster.store.remove('gateways.gateway.networking.k8s.io', 'logistics', 'waypoint')
    expect(bound()).toBe('False')
    cluster.store.create(waypoint())
    expect(bound()).toBe('True')
    cluster.store.replace({ ...room, metadata: { ...room.metadata, labels: {} } })
    expect(bound()).toBeUndefined()
  })
})

describe('an AuthorizationPolicy', () => {
  const l4 = 'https://istio.io/latest/docs/ambient/usage/l4-policy/'
  const l7 = 'https://istio.io/latest/docs/ambient/usage/l7-features/'
  const service1 = { group: '', kind: 'Service', name: 'stock' }
  it.each<[string, string, KubeObject[], string, string, string]>([
    [
      'of addresses and identities is attached to ztunnel',
      l4,
      [policy({ rules: [{ from: [{ source: { namespaces: ['shop'] } }] }] })],
      'ZtunnelAccepted',
      'True Accepted',
      'attached to ztunnel',
    ],
    [
      'of HTTP is enforced by ztunnel without it',
      l4,
      [policy({ rules: [{ to: [{ operation: { methods: ['GET'], paths: ['/a'] } }] }] })],
      'ZtunnelAccepted',
      'True UnsupportedValue',
      'found: methods, paths',
    ],
    [
      'of tokens, denying, is enforced without them',
      l4,
      [policy({ action: 'DENY', rules: [{ when: [{ key: 'request.auth.claims[iss]', values: ['a'] }] }] })],
      'ZtunnelAccepted',
      'True UnsupportedValue',
      'DENY policy with HTTP attributes',
    ],
    [
      'for an external authorizer is not for ztunnel',
      l4,
      [policy({ action: 'CUSTOM', provider: { name: 'a' }, rules: [{}] })],
      'ZtunnelAccepted',
      'False UnsupportedValue',
      'CUSTOM',
    ],
    [
      'on trial is not for ztunnel',
      l4,
      [policy({ rules: [{}] }, { 'istio.io/dry-run': 'true' })],
      'ZtunnelAccepted',
      'False UnsupportedValue',
      'dry-run',
    ],
    [
      'for a Service behind a waypoint is bound to it',
      l7,
      [waypoint(), asking(), policy({ targetRefs: [service1], rules: [{}] })],
      'WaypointAccepted',
      'True Accepted',
      'bound to logistics/waypoint',
    ],
    [
      'for a Service without a waypoint is bound to nothing',
      l7,
      [asking('stock', {}), policy({ targetRefs: [service1], rules: [{}] })],
      'WaypointAccepted',
      'False AncestorNotBound',
      'Service logistics/stock is not bound to a waypoint',
    ],
    [
      'for a Service that is not there finds no target',
      l7,
      [policy({ targetRefs: [service1], rules: [{}] })],
      'WaypointAccepted',
      'False TargetNotFound',
      'Service logistics/stock was not found',
    ],
    [
      'for a waypoint is bound to it',
      l7,
      [
        waypoint(),
        policy({
          targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' }],
          rules: [{}],
        }),
      ],
      'WaypointAccepted',
      'True Accepted',
      'bound to logistics/waypoint',
    ],
    [
      'for a class of Gateways must be in the root namespace',
      l7,
      [
        policy({
          targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: 'istio-waypoint' }],
          rules: [{}],
        }),
      ],
      'WaypointAccepted',
      'False Invalid',
      'root namespace',
    ],
    [
      'for one Service that is bound and one that is not is partly valid',
      l7,
      [waypoint(), asking(), policy({ targetRefs: [service1, { ...service1, name: 'nobody' }], rules: [{}] })],
      'WaypointAccepted',
      'True PartiallyInvalid',
      'nobody was not found',
    ],
  ])('%s (%s)', (_, __, objects, type, wanted, words) => {
    const { store } = settled(...objects)
    const { status } = store.get('authorizationpolicies.security.istio.io', 'logistics', 'policy') ?? {}
    const conditions = listOf(status?.['conditions'])
    expect(conditions.map(item => item['type'])).toEqual([type])
    expect(conditions.map(item => `${String(item['status'])} ${String(item['reason'])}`)).toEqual([wanted])
    expect(String(conditions[0]?.['message'])).toContain(words)
    expect(conditions[0]?.['observedGeneration']).toBe('1')
  })
})
