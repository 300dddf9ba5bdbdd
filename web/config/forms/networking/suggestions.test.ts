import { describe, expect, it } from 'vitest'
import type { Around } from '#web/config/forms/form.ts'
import {
  hosts,
  istioGateways,
  namespacesOfHost,
  portsOf,
  portsOfHost,
  secrets,
  selectorOfHost,
  subsetsOf,
} from './suggestions.ts'

const host = 'reviews.shop.svc.cluster.local'
const inventory: NonNullable<Around['inventory']> = {
  namespaces: [{ name: 'shop', labels: {} }],
  services: [
    { namespace: 'pay', name: 'bank', hosts: ['bank.pay.svc.cluster.local'], ports: [], selector: null },
    {
      namespace: 'shop',
      name: 'reviews',
      hosts: [host, '203.0.113.7'],
      ports: [{ number: 9080, name: 'http', protocol: 'HTTP' }],
      selector: { app: 'reviews' },
    },
  ],
  workloads: [],
  serviceAccounts: [],
  subsets: [
    { host, name: 'v1', namespace: 'shop' },
    { host: 'bank.pay.svc.cluster.local', name: 'old', namespace: 'pay' },
  ],
  gateways: [
    { group: 'networking.istio.io', namespace: 'edge', name: 'public', hosts: ['*'] },
    { group: 'networking.istio.io', namespace: 'shop', name: 'own', hosts: ['shop.example'] },
    { group: 'gateway.networking.k8s.io', namespace: 'shop', name: 'other', hosts: [] },
  ],
  secrets: [
    { namespace: 'edge', name: 'edge-cert' },
    { namespace: 'shop', name: 'shop-cert' },
  ],
  rootNamespace: 'istio-system',
  trustDomain: 'cluster.local',
  providers: [],
}
const around = (value: unknown, spec: Record<string, unknown> = {}): Around => ({
  value,
  object: { metadata: { namespace: 'shop', name: 'x' }, spec },
  inventory,
})
const values = (all: readonly { value: string }[]): string[] => all.map(({ value }) => value)

describe('what a routing form suggests', () => {
  it('hosts by their full names, those of the namespace first', () => {
    expect(hosts(around({}))).toEqual([
      { value: host, detail: 'shop · http 9080' },
      { value: 'bank.pay.svc.cluster.local', detail: 'pay' },
    ])
  })

  it.each(['reviews', 'reviews.shop.svc.cluster.local'])('subsets and ports of the host beside: %s', name => {
    const entry = around({ destination: { host: name } })
    expect(subsetsOf('destination', 'host')(entry)).toEqual([{ value: 'v1', detail: 'shop' }])
    expect(portsOf('destination', 'host')(entry)).toEqual([{ value: '9080', detail: 'http · HTTP' }])
    expect(portsOfHost(around({}, { host: name }))).toEqual([{ value: '9080', detail: 'http · HTTP' }])
  })

  it('nothing for a host nobody knows, or none', () => {
    expect(subsetsOf('host')(around({ host: 'gone' }))).toEqual([])
    expect(portsOf('host')(around({}))).toEqual([])
  })

  it('gateways of Istio alone, by name alone where they are near', () => {
    expect(values(istioGateways(around({})))).toEqual(['mesh', 'own', 'edge/public'])
  })

  it('secrets of every namespace, as a gateway’s pods may run elsewhere', () => {
    expect(secrets(around({}))).toEqual([
      { value: 'shop-cert', detail: 'shop' },
      { value: 'edge-cert', detail: 'edge' },
    ])
  })

  it('pods of the host’s own namespace for subsets', () => {
    expect(namespacesOfHost(around({}, { host: 'bank.pay.svc.cluster.local' }))).toEqual(['pay'])
    expect(namespacesOfHost(around({}, { host: 'reviews' }))).toEqual(['shop'])
    expect(namespacesOfHost(around({}, { host: '*.shop.example' }))).toBe('all')
  })

  it('among the pods the Service of that host selects', () => {
    expect(selectorOfHost(around({}, { host: 'reviews' }))).toEqual({ app: 'reviews' })
    expect(selectorOfHost(around({}, { host: '*.shop.example' }))).toEqual({})
  })

  it('nothing but fixed words while what exists is not known', () => {
    const unknown = { ...around({ host: 'reviews' }), inventory: null }
    expect([hosts, secrets, subsetsOf('host'), portsOf('host')].flatMap(suggest => suggest(unknown))).toEqual([])
    expect(values(istioGateways(unknown))).toEqual(['mesh'])
  })
})
