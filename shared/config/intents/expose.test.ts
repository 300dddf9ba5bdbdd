import { describe, expect, it } from 'vitest'
import { items } from '#shared/config/world/read.ts'
import { type MeshObject, refOf } from '#shared/mesh/object.ts'
import { expose } from './expose.ts'
import type { Exposure } from './exposure.ts'
import { isNothing, isProblem, type Scene, type Target } from './intent.ts'
import { after, made, sceneWith, service, workload } from './scene.fixture.ts'

const target: Target = { namespace: 'shop', service: 'web' }
const gateway = (name: string, listeners: Record<string, unknown>[], namespace = 'edge'): MeshObject => ({
  ...made('Gateway', name, { gatewayClassName: 'istio', listeners }, namespace),
  apiVersion: 'gateway.networking.k8s.io/v1',
})
const http = { name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }
const istioGateway = made(
  'Gateway',
  'old',
  {
    selector: { istio: 'ingressgateway' },
    servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*.example.com'] }],
  },
  'edge',
)
const ingress = {
  ...workload('ingress', null),
  namespace: 'edge',
  proxy: 'gateway' as const,
  labels: { istio: 'ingressgateway' },
}
const workloads = [workload('web', 'v1'), ingress]
const scene = (...objects: MeshObject[]) => sceneWith([service('web'), ...objects], workloads)

function reading(where: Scene, asked = target): Exposure {
  const read = expose.read(where, asked)
  if (isProblem(read)) throw new Error(read.code)
  return read.model
}
const open: Exposure = {
  isOn: true,
  api: 'gateway-api',
  gateway: '',
  host: 'web.example.com',
  path: '/',
  port: 8080,
  secret: '',
}
const keyOfGateway = 'gateway.networking.k8s.io/Gateway/edge/front'
const kindsOf = (objects: readonly MeshObject[]) =>
  objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`)

describe('a service is exposed', () => {
  // https://gateway-api.sigs.k8s.io/api-types/httproute/, /api-types/referencegrant/
  it.each<[claim: string, objects: MeshObject[], model: Exposure, created: string[], edited: number]>([
    ['with a Gateway of its own', [], open, ['Gateway shop/web-gateway', 'HTTPRoute shop/web'], 0],
    [
      'at a listener that takes its host',
      [gateway('front', [http])],
      { ...open, gateway: keyOfGateway },
      ['HTTPRoute shop/web'],
      0,
    ],
    [
      'at a new listener where none lets its namespace in',
      [gateway('front', [{ ...http, allowedRoutes: { namespaces: { from: 'Same' } } }])],
      { ...open, gateway: keyOfGateway },
      ['HTTPRoute shop/web'],
      1,
    ],
    [
      'with a certificate of another namespace, which is granted',
      [gateway('front', [http])],
      { ...open, gateway: keyOfGateway, secret: 'shop/web-cert' },
      ['ReferenceGrant shop/edge-front', 'HTTPRoute shop/web'],
      1,
    ],
    [
      'with a certificate of its own namespace, without a grant',
      [],
      { ...open, secret: 'shop/web-cert' },
      ['Gateway shop/web-gateway', 'HTTPRoute shop/web'],
      0,
    ],
    ['by Istio’s own API', [], { ...open, api: 'istio' }, ['Gateway shop/web-gateway', 'VirtualService shop/web'], 0],
    [
      'by Istio’s API at a server that takes its host',
      [istioGateway],
      { ...open, api: 'istio', gateway: 'networking.istio.io/Gateway/edge/old' },
      ['VirtualService shop/web'],
      0,
    ],
    [
      'by Istio’s API with a certificate where the gateway’s pods are',
      [],
      { ...open, api: 'istio', secret: 'edge/web-cert' },
      ['Gateway shop/web-gateway', 'VirtualService shop/web'],
      0,
    ],
  ])('%s, and reads back so', (_, objects, model, created, edited) => {
    const before = [service('web'), ...objects]
    const there = sceneWith(before, workloads)
    expect(expose.check(there, target, model)).toEqual([])
    const change = expose.write(there, target, model)
    expect(kindsOf(change.create)).toEqual(created)
    expect(change.edit).toHaveLength(edited)
    const next = after(there, before, change)
    const { gateway: named, ...rest } = reading(next.scene)
    const { gateway: asked, ...wanted } = model
    expect(rest).toEqual(wanted)
    expect(named).toBe(asked === '' ? expect.stringContaining('/shop/web-gateway') && named : asked)
    expect(named).not.toBe('')
    // Written again nothing changes; other objects stay as they were.
    expect(isNothing(expose.write(next.scene, target, reading(next.scene)))).toBe(true)
    for (const object of before)
      if (!change.edit.some(each => each.object.name === object.metadata.name)) expect(next.objects).toContain(object)
    // Turned off, what was made for it goes with it.
    const off = expose.write(next.scene, target, { ...reading(next.scene), isOn: false })
    const gone = off.delete.map(({ kind, name }) => `${kind} ${name}`)
    expect(gone).toContain(model.api === 'istio' ? 'VirtualService web' : 'HTTPRoute web')
    expect(gone.includes('Gateway web-gateway')).toBe(asked === '')
    const last = after(next.scene, next.objects, off)
    expect(reading(last.scene).isOn).toBe(false)
    expect(last.objects).toEqual(before)
  })

  const route = made('HTTPRoute', 'mine', {
    parentRefs: [{ name: 'front', namespace: 'edge' }],
    hostnames: ['a.example.com', 'b.example.com'],
    rules: [
      { matches: [{ path: { type: 'PathPrefix', value: '/other' } }], backendRefs: [{ name: 'other', port: 80 }] },
      {
        matches: [{ path: { type: 'PathPrefix', value: '/web' }, method: 'GET' }],
        backendRefs: [
          { name: 'other', port: 80 },
          { name: 'web', port: 8080, weight: 3 },
        ],
        timeouts: { request: '2s' },
      },
    ],
  })
  it('by a route that is there: host, path and port are changed in place, the rest of it stays', () => {
    const all = [
      service(
        'web',
        { app: 'web' },
        {
          ports: [
            { name: 'http', port: 8080 },
            { name: 'http-admin', port: 9090 },
          ],
        },
      ),
      gateway('front', [http]),
      route,
    ]
    const there = sceneWith(all, workloads)
    const model = { ...reading(there), host: 'c.example.com', path: '/shop', port: 9090 }
    expect(expose.check(there, target, model)).toEqual([])
    const { objects } = after(there, all, expose.write(there, target, model))
    const spec = objects.find(({ metadata }) => metadata.name === 'mine')?.spec
    expect(spec).toEqual({
      parentRefs: [{ name: 'front', namespace: 'edge' }],
      hostnames: ['c.example.com', 'b.example.com'],
      rules: [
        { matches: [{ path: { type: 'PathPrefix', value: '/other' } }], backendRefs: [{ name: 'other', port: 80 }] },
        {
          matches: [{ path: { type: 'PathPrefix', value: '/shop' }, method: 'GET' }],
          backendRefs: [
            { name: 'other', port: 80 },
            { name: 'web', port: 9090, weight: 3 },
          ],
          timeouts: { request: '2s' },
        },
      ],
    })
  })
  it('and turned off there: one rule goes, the route stays for the others', () => {
    const there = scene(gateway('front', [http]), route)
    expect(expose.write(there, target, { ...reading(there), isOn: false })).toMatchObject({
      create: [],
      delete: [],
      edit: [{ object: refOf(route), edits: [{ op: 'remove', path: ['spec', 'rules', 1] }] }],
    })
  })
  const secret = 'shop/web-cert'
  const atFront = { ...open, gateway: keyOfGateway, secret }
  const shown = (host: string, parent: Record<string, unknown>) =>
    made('HTTPRoute', 'other', {
      parentRefs: [{ name: 'front', namespace: 'edge', ...parent }],
      hostnames: [host],
      rules: [],
    })
  it.each<
    [claim: string, more: MeshObject[], change: (object: MeshObject) => MeshObject, gone: string[], edited: number]
  >([
    ['all that was added goes', [], object => object, ['HTTPRoute shop/web', 'ReferenceGrant shop/edge-front'], 1],
    [
      'a listener stays that another route names',
      [shown('b.example.com', { sectionName: 'https-web-example-com' })],
      object => object,
      ['HTTPRoute shop/web'],
      0,
    ],
    [
      'a listener stays whose host another route takes',
      [shown('web.example.com', {})],
      object => object,
      ['HTTPRoute shop/web'],
      0,
    ],
    [
      'a listener goes that a route of another host passes by',
      [shown('b.example.com', {})],
      object => object,
      ['HTTPRoute shop/web', 'ReferenceGrant shop/edge-front'],
      1,
    ],
    [
      'a listener stays that somebody has changed',
      [],
      object =>
        object.kind === 'Gateway'
          ? {
              ...object,
              spec: {
                ...object.spec,
                listeners: items(object.spec?.['listeners']).map(each => ({
                  ...each,
                  hostname: '*.example.com',
                })),
              },
            }
          : object,
      ['HTTPRoute shop/web'],
      0,
    ],
    [
      'a grant stays by which another Gateway reads the certificate',
      [
        gateway('back', [
          {
            name: 'https',
            port: 443,
            protocol: 'HTTPS',
            tls: { certificateRefs: [{ name: 'web-cert', namespace: 'shop' }] },
          },
        ]),
      ],
      object => object,
      ['HTTPRoute shop/web'],
      1,
    ],
  ])('and turned off, %s', (_, more, change, gone, edited) => {
    const before = [service('web'), gateway('front', [http])]
    const there = sceneWith(before, workloads)
    const { objects } = after(there, before, expose.write(there, target, atFront))
    const later = sceneWith([...objects.map(change), ...more], workloads)
    const off = expose.write(later, target, { ...reading(later), isOn: false })
    expect(off.delete.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`)).toEqual(gone)
    expect(off.edit).toHaveLength(edited)
  })
  it('and turned off, a route that is for the mesh too stays for it', () => {
    const both = made('VirtualService', 'web', {
      hosts: ['web.example.com', 'web'],
      gateways: ['mesh', 'edge/old'],
      http: [{ route: [{ destination: { host: 'web' } }] }],
    })
    const there = scene(istioGateway, both)
    expect(expose.write(there, target, { ...reading(there), isOn: false })).toEqual({
      create: [],
      delete: [],
      edit: [{ object: refOf(both), edits: [{ op: 'set', path: ['spec', 'gateways'], value: ['mesh'] }] }],
    })
  })

  const policy = (spec: Record<string, unknown>, namespace = 'shop') =>
    made('AuthorizationPolicy', 'guard', spec, namespace)
  const named = (source: Record<string, unknown>) => [{ from: [{ source }] }]
  const gatewayAccount = 'edge/front-istio'
  // https://istio.io/latest/docs/reference/config/security/authorization-policy/
  it.each<[claim: string, policy: MeshObject, isRefused: boolean]>([
    ['allows nothing', policy({}), true],
    ['allows somebody else', policy({ rules: named({ principals: ['cluster.local/ns/shop/sa/cart'] }) }), true],
    ['allows it', policy({ rules: named({ principals: ['cluster.local/ns/edge/sa/front-istio'] }) }), false],
    ['allows its namespace', policy({ rules: named({ namespaces: ['edge'] }) }), false],
    ['allows its account', policy({ rules: named({ serviceAccounts: [gatewayAccount] }) }), false],
    ['allows addresses, of which nothing is known', policy({ rules: named({ ipBlocks: ['10.0.0.0/8'] }) }), false],
    ['allows some paths to all', policy({ rules: [{ to: [{ operation: { paths: ['/web'] } }] }] }), false],
    ['denies its namespace', policy({ action: 'DENY', rules: named({ namespaces: ['edge'] }) }), true],
    ['denies all but another', policy({ action: 'DENY', rules: named({ notNamespaces: ['shop'] }) }), true],
    ['denies some paths', policy({ action: 'DENY', rules: [{ to: [{ operation: { paths: ['/x'] } }] }] }), false],
    ['is of the whole mesh', policy({}, 'istio-system'), true],
    ['is of other workloads', policy({ selector: { matchLabels: { app: 'cart' } } }), false],
    [
      'only tries',
      { ...policy({}), metadata: { ...policy({}).metadata, annotations: { 'istio.io/dry-run': 'true' } } },
      false,
    ],
  ])('with a warning where a policy would refuse the gateway: one that %s', (_, guard, isRefused) => {
    const there = scene(gateway('front', [http]), guard)
    const warned = expose.warn?.(there, target, { ...open, gateway: keyOfGateway }) ?? []
    expect(warned).toEqual(
      isRefused
        ? [
            {
              field: null,
              code: 'gatewayRefused',
              values: {
                policies: `AuthorizationPolicy ${guard.metadata.namespace ?? ''}/guard`,
                account: gatewayAccount,
              },
            },
          ]
        : [],
    )
  })

  it.each<[field: string, model: Partial<Exposure>, code: string]>([
    ['host', { host: 'no host' }, 'hostname'],
    ['host', { host: '' }, 'hostname'],
    ['path', { path: 'web' }, 'slash'],
    ['port', { port: 1 }, 'noSuchPort'],
    ['secret', { secret: 'web' }, 'secretName'],
    ['gateway', { gateway: 'gateway.networking.k8s.io/Gateway/edge/gone' }, 'noGateway'],
    ['secret', { api: 'istio', secret: 'shop/web-cert' }, 'secretPlace'],
  ])('not with a wrong %s', (field, model, code) => {
    expect(expose.check(scene(), target, { ...open, ...model })).toMatchObject([{ field, code }])
  })
})
