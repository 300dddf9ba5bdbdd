import {
  destinationRule,
  envoyFilter,
  gateway,
  namespace,
  pod,
  secret,
  service,
  sidecar,
  virtualService,
} from '#shared/config/analyze/weft/cases/objects.ts'
import type { Json, MeshObject } from '#shared/mesh/object.ts'

/** Messages of Istio that its published cases do not show. Of each: objects, and what is said of them, `IST0110 Kind namespace/name path`. */
export type FurtherCase = readonly [claim: string, objects: readonly MeshObject[], says: readonly string[]]

const selecting = { workloadSelector: { labels: { app: 'web' } } }
const patch = (applyTo: string, operation: string): Json => ({
  configPatches: [{ applyTo, patch: { operation, value: {} } }],
})
const edge = pod('edge/g')
const tls = (credentialName: string) =>
  gateway('shop/a', {
    selector: { app: 'g' },
    servers: [
      {
        port: { number: 443, protocol: 'HTTPS', name: 'x' },
        hosts: ['a.com'],
        tls: { mode: 'SIMPLE', credentialName },
      },
    ],
  })
const leading = service('edge/g', [service.port('https', 443)])
const holding = (data: Json): MeshObject => ({ ...secret('edge/cert'), data })
/** Good from 2026-11-25T15:23:11Z until 2027-11-25T15:23:11Z. */
const certificate =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJpVENDQVMrZ0F3SUJBZ0lVWFIyRk50dHhKcm1RNjR3UzBUSXFMbmgweW8wd0NnWUlLb1pJemowRUF3SXdHakVZTUJZR0ExVUVBd3dQZDJWaUxtVjRZVzF3YkdVdVkyOXRNQjRYRFRJMk1URXlOVEUxTWpNeE1Wb1hEVEkzTVRFeU5URTFNak14TVZvd0dqRVlNQllHQTFVRUF3d1BkMlZpTG1WNFlXMXdiR1V1WTI5dE1Ga3dFd1lIS29aSXpqMENBUVlJS29aSXpqMERBUWNEUWdBRXhxQyt6dTc4Z2MyYU9MTEt3Zi9nek1MQnR2VGhXc3U5MzdpRExMWWMvOUhKYisvSUFTaXI3QlAybEo1cHB5dkVLUkpNaUZGODRkVmpjV1RWZ21CNnZLTlRNRkV3SFFZRFZSME9CQllFRk1POHE1OFRFMEJycHVFYk45YVgrTEFNQ0lvbU1COEdBMVVkSXdRWU1CYUFGTU84cTU4VEUwQnJwdUViTjlhWCtMQU1DSW9tTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3Q2dZSUtvWkl6ajBFQXdJRFNBQXdSUUlnSEpGT0VDLzNsYU5yUHlxazdlZEdIQkpNM0EvWFBLeWM4WVllbDVwdWZxY0NJUUNMdmRlMWcxWDRVZ1BRQzdvRjhXMlkwRmFyV3VSdXNzdVZFRVZabmFKMk53PT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo='
/** When the cases are judged: half a day into that certificate. */
export const judgedAt = Date.parse('2026-11-25T15:23:11Z') + 43_200_000

const injector: MeshObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'istio-system', name: 'istio-sidecar-injector' },
  data: { values: JSON.stringify({ sidecarInjectorWebhook: { enableNamespacesByDefault: true } }) },
}
const invalid = ['IST0161 Gateway shop/a spec.servers[0].tls.credentialName']

export const furtherCases: readonly FurtherCase[] = [
  [
    'two Sidecars for one pod',
    [pod('shop/web'), sidecar('shop/a', selecting), sidecar('shop/b', selecting)],
    ['IST0110 Sidecar shop/a', 'IST0110 Sidecar shop/b'],
  ],
  ['one Sidecar for a pod', [pod('shop/web'), sidecar('shop/a', selecting)], []],
  ['a namespace that is injected by default', [namespace('shop'), injector], ['IST0148 Namespace shop']],
  [
    'a port of an ExternalName Service without its protocol',
    [service('shop/web', [service.port('x', 80)], {}, { type: 'ExternalName', externalName: 'a.com' })],
    ['IST0150 Service shop/web spec.ports[0].name'],
  ],
  [
    'REPLACE of a cluster',
    [envoyFilter('shop/a', patch('CLUSTER', 'REPLACE'))],
    ['IST0152 EnvoyFilter shop/a spec.configPatches[0].patch.operation'],
  ],
  [
    'REMOVE of a route',
    [envoyFilter('shop/a', patch('HTTP_ROUTE', 'REMOVE'))],
    ['IST0154 EnvoyFilter shop/a spec.configPatches[0].patch.operation'],
  ],
  [
    'a subset without pods',
    [
      service('shop/web'),
      pod('shop/web'),
      destinationRule('shop/a', { host: 'web', subsets: [{ name: 'v9', labels: { version: 'v9' } }] }),
    ],
    ['IST0173 DestinationRule shop/a spec.subsets[0].labels'],
  ],
  [
    'a split inside the mesh that callers from outside do not see',
    [
      edge,
      service('edge/g'),
      service('shop/web'),
      gateway('shop/g', {
        selector: { app: 'g' },
        servers: [{ port: { number: 80, protocol: 'HTTP', name: 'x' }, hosts: ['web'] }],
      }),
      destinationRule('shop/a', { host: 'web', subsets: [] }),
      virtualService('shop/inside', {
        hosts: ['web'],
        http: [{ route: [{ destination: { host: 'web', subset: 'v1' } }] }],
      }),
      virtualService('shop/outside', {
        hosts: ['web'],
        gateways: ['g'],
        http: [{ route: [{ destination: { host: 'web' } }] }],
      }),
    ],
    [
      'IST0101 VirtualService shop/inside spec.http[0].route[0].destination.subset',
      'IST0140 VirtualService shop/outside spec.http[0].route[0].destination.host',
    ],
  ],
  ['a credential that is whole', [edge, leading, holding({ 'tls.crt': certificate, 'tls.key': 'x' }), tls('cert')], []],
  [
    'a credential in plain text, which the server has yet to take in',
    [edge, leading, { ...secret('edge/cert'), stringData: { cert: 'x' } }, tls('cert')],
    [],
  ],
  ['a credential without its key', [edge, leading, holding({ 'tls.crt': certificate }), tls('cert')], invalid],
  ['a credential under other names', [edge, leading, holding({ certificate, 'tls.key': 'x' }), tls('cert')], invalid],
  [
    'a credential that is no certificate',
    [edge, leading, holding({ cert: 'aGVsbG8=', key: 'x' }), tls('cert')],
    invalid,
  ],
]
