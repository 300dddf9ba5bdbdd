import { describe, expect, it } from 'vitest'
import type { Check } from '#web/config/forms/form.ts'
import { shop } from '#web/config/forms/inventory.fixture.ts'
import { aBind, aDefaultEndpoint, aSidecarHost } from './checks.ts'
import { sidecar } from './form.ts'
import { en, type Texts } from './text-en.ts'

const cases: [string, Check<Texts>, string, string | null][] = [
  ['the own namespace', aSidecarHost, './*', null],
  ['the whole mesh', aSidecarHost, '*/*', null],
  ['nothing', aSidecarHost, '~/*', null],
  ['one host', aSidecarHost, 'shop/cart.shop.svc.cluster.local', null],
  ['a domain of any namespace', aSidecarHost, '*/*.example.com', null],
  ['a host alone', aSidecarHost, 'cart', en.sidecar.noNamespace],
  ['a namespace in capitals', aSidecarHost, 'Shop/*', en.sidecar.noHost],
  ['a namespace alone', aSidecarHost, 'shop/', en.sidecar.noHost],
  ['an address to listen on', aBind, '127.0.0.1', null],
  ['an address of IPv6', aBind, '::1', null],
  ['a socket to listen on', aBind, 'unix:///var/run/web.sock', null],
  ['a name to listen on', aBind, 'localhost', en.sidecar.noBind],
  ['a block to listen on', aBind, '10.0.0.0/8', en.sidecar.noBind],
  ['the pod itself', aDefaultEndpoint, '127.0.0.1:8080', null],
  ['the pod itself by IPv6', aDefaultEndpoint, '[::1]:8080', null],
  ['a socket', aDefaultEndpoint, 'unix:///var/run/web.sock', null],
  ['another pod', aDefaultEndpoint, '10.0.0.1:8080', en.sidecar.noEndpoint],
  ['no port', aDefaultEndpoint, '127.0.0.1', en.sidecar.noEndpoint],
  ['a port too high', aDefaultEndpoint, '127.0.0.1:65536', en.sidecar.noEndpoint],
  ['port nothing', aDefaultEndpoint, '127.0.0.1:0', en.sidecar.noEndpoint],
]

describe('an entry of a Sidecar', () => {
  it.each(cases)('%s', (_, check, entry, said) => {
    expect(check(entry, en)).toBe(said)
  })
})

it('suggests whole namespaces first, the own one by its dot, each with its services', () => {
  const egress = sidecar.fields.find(field => field.type === 'list' && field.at.at(-1) === 'egress')
  const hosts = egress?.type === 'list' ? egress.item.find(field => field.at[0] === 'hosts') : undefined
  const object = { metadata: { name: 'default', namespace: 'shop' } }
  const suggested = hosts?.type === 'chips' ? hosts.suggest?.({ value: {}, object, inventory: shop }) : []
  expect(suggested?.map(({ value, detail }) => `${value} ${detail}`)).toEqual([
    './* shop · 1',
    '*/* 2',
    'istio-system/* 0',
    'logistics/* 1',
    './cart.shop.svc.cluster.local cart',
    'logistics/parcels.logistics.svc.cluster.local parcels',
  ])
})
