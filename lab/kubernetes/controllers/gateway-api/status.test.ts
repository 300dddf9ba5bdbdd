import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { createCluster, namespace, service } from '#lab/kubernetes/fixture.ts'
import { at, type Fields, listOf } from '#lab/kubernetes/value.ts'

const api = 'gateway.networking.k8s.io'
const docs = 'https://gateway-api.sigs.k8s.io'

const gateway = (listeners: Fields[], spec: Fields = {}): KubeObject => ({
  apiVersion: `${api}/v1`,
  kind: 'Gateway',
  metadata: { name: 'edge', namespace: 'legacy' },
  spec: { gatewayClassName: 'istio', listeners, ...spec },
})
const http = (more: Fields = {}): Fields => ({ name: 'http', port: 80, protocol: 'HTTP', ...more })
const https = (certificateRefs: Fields[], more: Fields = {}): Fields => ({
  name: 'https',
  port: 443,
  protocol: 'HTTPS',
  tls: { mode: 'Terminate', certificateRefs },
  ...more,
})
const route = (spec: Fields = {}, kind = 'HTTPRoute', version = 'v1'): KubeObject => ({
  apiVersion: `${api}/${version}`,
  kind,
  metadata: { name: 'web', namespace: 'shop' },
  spec: { parentRefs: [parent()], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }], ...spec },
})
const parent = (more: Fields = {}): Fields => ({ name: 'edge', namespace: 'legacy', ...more })
const grant = (to: Fields, from: Fields, where = 'pay'): KubeObject => ({
  apiVersion: `${api}/v1beta1`,
  kind: 'ReferenceGrant',
  metadata: { name: 'grant', namespace: where },
  spec: { from: [{ group: api, ...from }], to: [to] },
})
const secret = (data: Fields, where = 'legacy'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'cert', namespace: where },
  type: 'kubernetes.io/tls',
  data,
})
const from = (namespaces: Fields): Fields => ({ allowedRoutes: { namespaces } })
const open = from({ from: 'All' })

function settled(...objects: KubeObject[]) {
  const cluster = createCluster()
  for (const object of [namespace('pay'), service('shop', 'web'), ...objects]) cluster.store.create(object)
  cluster.run(6)
  return cluster
}

const said = (conditions: unknown) =>
  Object.fromEntries(
    listOf(conditions).map(({ type, status, reason }) => [type, `${String(status)} ${String(reason)}`]),
  )

describe('a listener', () => {
  it.each<[string, string, Fields[], Record<string, string>, KubeObject[]]>([
    [
      'of HTTP is accepted, programmed and without conflict',
      `${docs}/reference/spec/#listenerconditiontype`,
      [http()],
      {
        Accepted: 'True Accepted',
        Conflicted: 'False NoConflicts',
        Programmed: 'True Programmed',
        ResolvedRefs: 'True ResolvedRefs',
      },
      [],
    ],
    [
      'of a protocol that Istio does not speak is not accepted',
      `${docs}/reference/spec/#listenerconditionreason`,
      [http({ protocol: 'UDP' })],
      { Accepted: 'False UnsupportedProtocol' },
      [],
    ],
    [
      'of HBONE is only for waypoints',
      'https://istio.io/latest/docs/ambient/usage/waypoint/',
      [http({ protocol: 'HBONE', port: 15008 })],
      { Accepted: 'False UnsupportedProtocol' },
      [],
    ],
    [
      'that names a Secret that is not there has no valid certificate',
      `${docs}/guides/tls/`,
      [https([{ name: 'cert' }])],
      { ResolvedRefs: 'False InvalidCertificateRef', Programmed: 'False Invalid' },
      [],
    ],
    [
      'that names a Secret without a key has no valid certificate',
      `${docs}/guides/tls/`,
      [https([{ name: 'cert' }])],
      { ResolvedRefs: 'False InvalidCertificateRef' },
      [secret({ 'tls.crt': 'eA==' })],
    ],
    [
      'that names a Secret with other text in it has no valid certificate',
      `${docs}/guides/tls/`,
      [https([{ name: 'cert' }])],
      { ResolvedRefs: 'False InvalidCertificateRef' },
      [secret({ 'tls.crt': 'eA==', 'tls.key': 'eA==' })],
    ],
    [
      'that names a Secret of another namespace needs a ReferenceGrant there',
      `${docs}/guides/tls/#cross-namespace-certificate-references`,
      [https([{ name: 'cert', namespace: 'pay' }])],
      { ResolvedRefs: 'False RefNotPermitted' },
      [secret({}, 'pay')],
    ],
    [
      'with such a ReferenceGrant is told what is wrong with the Secret itself',
      `${docs}/api-types/referencegrant/`,
      [https([{ name: 'cert', namespace: 'pay' }])],
      { ResolvedRefs: 'False InvalidCertificateRef' },
      [secret({}, 'pay'), grant({ group: '', kind: 'Secret' }, { kind: 'Gateway', namespace: 'legacy' })],
    ],
    [
      'that passes TLS through needs no certificate',
      `${docs}/guides/tls/`,
      [{ name: 'tls', port: 443, protocol: 'TLS', tls: { mode: 'Passthrough' } }],
      { ResolvedRefs: 'True ResolvedRefs' },
      [],
    ],
    [
      'that allows a kind of route that it cannot serve says so',
      `${docs}/reference/spec/#allowedroutes`,
      [http({ allowedRoutes: { kinds: [{ kind: 'TCPRoute' }] } })],
      { ResolvedRefs: 'False InvalidRouteKinds' },
      [],
    ],
  ])('%s (%s)', (_, __, listeners, wanted, objects) => {
    const { store } = settled(...objects, gateway(listeners))
    const { status } = store.get(`gateways.${api}`, 'legacy', 'edge') ?? {}
    expect(said(at(listOf(status?.['listeners'])[0], 'conditions'))).toMatchObject(wanted)
  })

  it('conflicts with an earlier one of its port and another protocol', () => {
    const { store } = settled(gateway([http(), http({ name: 'tcp', protocol: 'TCP' })]))
    const listeners = listOf(store.get(`gateways.${api}`, 'legacy', 'edge')?.status?.['listeners'])
    expect(listeners.map(listener => said(listener['conditions'])['Conflicted'])).toEqual([
      'False NoConflicts',
      'True ProtocolConflict',
    ])
  })
})

describe('a route', () => {
  type Row = [string, string, Fields, string, string, KubeObject[]?, Fields?]
  const accepted = 'True Accepted'
  const resolved = 'True ResolvedRefs'
  it.each<Row>([
    ['that a listener lets in is accepted', `${docs}/concepts/api-overview/`, {}, accepted, resolved],
    [
      'to a section that the Gateway does not have has no matching parent',
      `${docs}/reference/spec/#routeconditionreason`,
      { parentRefs: [parent({ sectionName: 'other' })] },
      'False NoMatchingParent',
      resolved,
    ],
    [
      'to a port that the Gateway does not have has no matching parent',
      `${docs}/reference/spec/#routeconditionreason`,
      { parentRefs: [parent({ port: 81 })] },
      'False NoMatchingParent',
      resolved,
    ],
    [
      'of other hosts than the listener has no matching host name',
      `${docs}/reference/spec/#httproutespec`,
      { hostnames: ['www.other.example'] },
      'False NoMatchingListenerHostname',
      resolved,
      [],
      { hostname: '*.shop.example', ...open },
    ],
    [
      'of a host under the listener’s wildcard is accepted',
      `${docs}/reference/spec/#httproutespec`,
      { hostnames: ['www.shop.example'] },
      accepted,
      resolved,
      [],
      { hostname: '*.shop.example', ...open },
    ],
    [
      'from a namespace that the listener does not let in is not allowed',
      `${docs}/guides/multiple-ns/`,
      {},
      'False NotAllowedByListeners',
      resolved,
      [],
      from({ from: 'Same' }),
    ],
    [
      'from a namespace whose labels the listener selects is accepted',
      `${docs}/guides/multiple-ns/`,
      {},
      accepted,
      resolved,
      [],
      from({ from: 'Selector', selector: { matchLabels: { 'istio-injection': 'enabled' } } }),
    ],
    [
      'of a kind that the listener does not take is not allowed',
      `${docs}/reference/spec/#allowedroutes`,
      {},
      'False NotAllowedByListeners',
      resolved,
      [],
      { allowedRoutes: { namespaces: { from: 'All' }, kinds: [{ kind: 'GRPCRoute' }] } },
    ],
    [
      'to a Service that is not there has no backend',
      `${docs}/reference/spec/#httpbackendref`,
      { rules: [{ backendRefs: [{ name: 'nobody', port: 80 }] }] },
      accepted,
      'False BackendNotFound',
    ],
    [
      'to a Service of another namespace needs a ReferenceGrant there',
      `${docs}/api-types/referencegrant/`,
      { rules: [{ backendRefs: [{ name: 'ledger', namespace: 'pay', port: 80 }] }] },
      accepted,
      'False RefNotPermitted',
      [service('pay', 'ledger')],
    ],
    [
      'with such a ReferenceGrant finds it',
      `${docs}/api-types/referencegrant/`,
      { rules: [{ backendRefs: [{ name: 'ledger', namespace: 'pay', port: 80 }] }] },
      accepted,
      resolved,
      [service('pay', 'ledger'), grant({ group: '', kind: 'Service' }, { kind: 'HTTPRoute', namespace: 'shop' })],
    ],
    [
      'to something that takes no requests is of an invalid kind',
      `${docs}/reference/spec/#backendobjectreference`,
      { rules: [{ backendRefs: [{ kind: 'ConfigMap', name: 'web', port: 80 }] }] },
      accepted,
      'False InvalidKind',
    ],
    [
      'that mirrors to a Service that is not there has no backend',
      `${docs}/reference/spec/#httprequestmirrorfilter`,
      {
        rules: [
          {
            filters: [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'nobody', port: 80 } } }],
            backendRefs: [{ name: 'web', port: 80 }],
          },
        ],
      },
      accepted,
      'False BackendNotFound',
    ],
    [
      'of a Service of the mesh is accepted',
      `${docs}/mesh/`,
      { parentRefs: [{ group: '', kind: 'Service', name: 'web' }] },
      accepted,
      resolved,
    ],
    [
      'of a Service that is not there has no matching parent',
      `${docs}/mesh/`,
      { parentRefs: [{ group: '', kind: 'Service', name: 'nobody' }] },
      'False NoMatchingParent',
      resolved,
    ],
  ])('%s (%s)', (_, __, spec, isAccepted, isResolved, objects = [], listener = open) => {
    const { store } = settled(gateway([http(listener)]), ...objects, route(spec))
    const parents = listOf(store.get(`httproutes.${api}`, 'shop', 'web')?.status?.['parents'])
    expect(parents.map(item => item['controllerName'])).toEqual(['istio.io/gateway-controller'])
    expect(said(parents[0]?.['conditions'])).toEqual({ Accepted: isAccepted, ResolvedRefs: isResolved })
  })

  it.each([
    ['GRPCRoute', 'v1', http(open)],
    ['TCPRoute', 'v1alpha2', http({ protocol: 'TCP', ...open })],
    ['TLSRoute', 'v1alpha3', http({ protocol: 'TLS', tls: { mode: 'Passthrough' }, ...open })],
  ])('%s has a status, too', (kind, version, listener) => {
    const { store } = settled(gateway([listener]), route({}, kind, version))
    const [parentStatus] = listOf(store.get(`${kind.toLowerCase()}s.${api}`, 'shop', 'web')?.status?.['parents'])
    expect(said(parentStatus?.['conditions'])).toEqual({ Accepted: accepted, ResolvedRefs: resolved })
    const { status } = store.get(`gateways.${api}`, 'legacy', 'edge') ?? {}
    expect(listOf(status?.['listeners'])[0]).toMatchObject({ attachedRoutes: 1 })
  })

  it('follows its backend, its Gateway and its grant as they come and go', () => {
    const cluster = settled(
      gateway([http(open)]),
      route({ rules: [{ backendRefs: [{ name: 'ledger', namespace: 'pay', port: 80 }] }] }),
    )
    const read = () => {
      cluster.run(1)
      const [first] = listOf(cluster.store.get(`httproutes.${api}`, 'shop', 'web')?.status?.['parents'])
      return said(first?.['conditions'])
    }
    expect(read()).toMatchObject({ ResolvedRefs: 'False RefNotPermitted' })
    cluster.store.create(grant({ group: '', kind: 'Service' }, { kind: 'HTTPRoute', namespace: 'shop' }))
    expect(read()).toMatchObject({ ResolvedRefs: 'False BackendNotFound' })
    cluster.store.create(service('pay', 'ledger'))
    expect(read()).toMatchObject({ ResolvedRefs: resolved })
    cluster.store.remove('services', 'pay', 'ledger')
    expect(read()).toMatchObject({ ResolvedRefs: 'False BackendNotFound' })
    cluster.store.remove(`gateways.${api}`, 'legacy', 'edge')
    expect(read()).toEqual({})
  })

  it('keeps the time of a condition until its status turns', () => {
    const cluster = settled(gateway([http(open)]), route())
    const first = () => {
      const [item] = listOf(cluster.store.get(`httproutes.${api}`, 'shop', 'web')?.status?.['parents'])
      return listOf(item?.['conditions'])
    }
    const before = first()
    cluster.run(20)
    const present = cluster.store.get(`httproutes.${api}`, 'shop', 'web') as KubeObject
    cluster.store.replace({ ...present, spec: { ...present.spec, hostnames: ['a.example'] } })
    cluster.run(1)
    expect(first().map(item => item['lastTransitionTime'])).toEqual(before.map(item => item['lastTransitionTime']))
    expect(first().map(item => item['observedGeneration'])).toEqual([2, 2])
  })

  it('leaves what other controllers said of it', () => {
    const cluster = settled(gateway([http(open)]))
    const other = { controllerName: 'example.com/other', parentRef: parent(), conditions: [] }
    cluster.store.create({ ...route(), status: { parents: [other] } })
    cluster.run(1)
    const parents = listOf(cluster.store.get(`httproutes.${api}`, 'shop', 'web')?.status?.['parents'])
    expect(parents[0]).toEqual(other)
    expect(parents).toHaveLength(2)
  })
})
