import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCluster } from '#lab/kubernetes/client.ts'
import { at } from '#lab/kubernetes/value.ts'
import { validatorWebhook } from '#lab/scenario/webhooks.ts'
import { reviewed } from './istiod.ts'

const review = (kind: string, spec: Record<string, unknown>, name = 'x') => {
  const group = /Policy|Authentication/.test(kind) ? 'security' : 'networking'
  return reviewed({ apiVersion: `${group}.istio.io/v1`, kind, metadata: { name, namespace: 'shop' }, spec })
}
const to = (host: string, weight?: number) => ({ destination: { host }, ...(weight === undefined ? {} : { weight }) })
const server = (more: Record<string, unknown>) => ({
  hosts: ['a.com'],
  port: { number: 80, name: 'http', protocol: 'HTTP' },
  ...more,
})
const https = { number: 443, name: 'https', protocol: 'HTTPS' }

/** Each row is what Istio's reference says of the kind: https://istio.io/latest/docs/reference/config/ */
describe('istiod refuses', () => {
  it.each<[string, string, Record<string, unknown>, string]>([
    [
      'a VirtualService without routes',
      'VirtualService',
      { hosts: ['a'] },
      'http, tcp or tls must be provided in virtual service',
    ],
    [
      'weights that are all zero',
      'VirtualService',
      { hosts: ['a'], http: [{ route: [to('a'), to('b')] }] },
      'total destination weight = 0',
    ],
    ['a weight below zero', 'VirtualService', { hosts: ['a'], http: [{ route: [to('a', -1)] }] }, 'weight -1 < 0'],
    [
      'a route that leads nowhere',
      'VirtualService',
      { hosts: ['a'], http: [{}] },
      'HTTP route, redirect or direct_response is required',
    ],
    [
      'a route that forwards and redirects',
      'VirtualService',
      { hosts: ['a'], http: [{ route: [to('a')], redirect: { uri: '/' } }] },
      'HTTP route cannot contain both route and redirect',
    ],
    [
      'a redirect to nothing',
      'VirtualService',
      { hosts: ['a'], http: [{ redirect: {} }] },
      'redirect must specify URI, authority, scheme, or port',
    ],
    [
      'every host of the mesh',
      'VirtualService',
      { hosts: ['*'], http: [{ route: [to('a')] }] },
      'wildcard host * is not allowed for virtual services bound to the mesh gateway',
    ],
    [
      'a host within another one',
      'VirtualService',
      { hosts: ['*.a.com', 'b.a.com'], http: [{ route: [to('a')] }] },
      'duplicate hosts in virtual service: *.a.com & b.a.com',
    ],
    [
      'a delegate with gateways',
      'VirtualService',
      { gateways: ['g'], http: [{ route: [to('a')] }] },
      'delegate virtual service must have no gateways specified',
    ],
    [
      'a root route with a route of its own',
      'VirtualService',
      { hosts: ['a'], http: [{ name: 'r', delegate: { name: 'd' }, route: [to('a')] }] },
      'root HTTP route r must not specify route',
    ],
    [
      'a fault without an act',
      'VirtualService',
      { hosts: ['a'], http: [{ fault: {}, route: [to('a')] }] },
      'HTTP fault injection must have an abort and/or a delay',
    ],
    [
      'a reason to retry that Envoy does not know',
      'VirtualService',
      { hosts: ['a'], http: [{ retries: { attempts: 1, retryOn: 'never' }, route: [to('a')] }] },
      '"never" is not a valid retryOn policy',
    ],
    [
      'a pattern that is none',
      'VirtualService',
      { hosts: ['a'], http: [{ match: [{ uri: { regex: '(' } }], route: [to('a')] }] },
      '"uri": error parsing regexp: `(`; Istio uses RE2 style regex-based match (https://github.com/google/re2/wiki/Syntax)',
    ],
    [
      'an SNI host of somebody else',
      'VirtualService',
      { hosts: ['a.com'], tls: [{ match: [{ sniHosts: ['b.com'] }], route: [to('a')] }] },
      'SNI host "b.com" is not a compatible subset of any of the virtual service hosts: [a.com]',
    ],
    [
      'two subsets of one name',
      'DestinationRule',
      { host: 'a', subsets: [{ name: 'v1' }, { name: 'v1' }] },
      'duplicate subset names: v1',
    ],
    [
      'an empty traffic policy',
      'DestinationRule',
      { host: 'a', trafficPolicy: {} },
      'traffic policy must have at least one field',
    ],
    [
      'mutual TLS without certificates',
      'DestinationRule',
      { host: 'a', trafficPolicy: { tls: { mode: 'MUTUAL' } } },
      '2 errors occurred:\n\t* client certificate required for mutual tls\n\t* private key required for mutual tls\n\n',
    ],
    [
      'localities that are not the whole',
      'DestinationRule',
      {
        host: 'a',
        trafficPolicy: { loadBalancer: { localityLbSetting: { distribute: [{ from: 'a', to: { b: 90 } }] } } },
      },
      'total locality weight 90 != 100',
    ],
    [
      'local failures that are not told apart',
      'DestinationRule',
      { host: 'a', trafficPolicy: { outlierDetection: { consecutiveLocalOriginFailures: 1 } } },
      'outlier detection consecutive local origin failures is specified, but split external local origin errors is set to false',
    ],
    ['a Gateway without servers', 'Gateway', {}, 'gateway must have at least one server'],
    [
      'HTTPS without TLS settings',
      'Gateway',
      { servers: [server({ port: https })] },
      'server must have TLS settings for HTTPS/TLS protocols',
    ],
    [
      'TLS settings of an HTTP server',
      'Gateway',
      { servers: [server({ tls: { mode: 'SIMPLE', credentialName: 'c' } })] },
      'server cannot have TLS settings for plain text HTTP ports',
    ],
    [
      'simple TLS without a certificate',
      'Gateway',
      { servers: [server({ port: https, tls: { mode: 'SIMPLE' } })] },
      '2 errors occurred:\n\t* SIMPLE TLS requires a server certificate\n\t* SIMPLE TLS requires a private key\n\n',
    ],
    [
      'two ports of one name',
      'Gateway',
      { servers: [server({}), server({})] },
      'port names in servers must be unique: duplicate name http',
    ],
    [
      'an address that is none',
      'ServiceEntry',
      { hosts: ['a.com'], resolution: 'STATIC', endpoints: [{ address: 'b.com' }] },
      'endpoint address "b.com" is not a valid IP address',
    ],
    [
      'a wildcard to look up',
      'ServiceEntry',
      { hosts: ['*.a.com'], resolution: 'DNS' },
      'hosts must be FQDN if no endpoints are provided for resolution mode DNS',
    ],
    [
      'an endpoint of another port',
      'ServiceEntry',
      {
        hosts: ['a.com'],
        resolution: 'STATIC',
        ports: [{ name: 'http', number: 80 }],
        endpoints: [{ address: '1.2.3.4', ports: { grpc: 81 } }],
      },
      'endpoint port 81 is not defined by the service entry',
    ],
    ['an empty Sidecar', 'Sidecar', {}, 'sidecar: empty configuration provided'],
    [
      'a host without a namespace',
      'Sidecar',
      { egress: [{ hosts: ['a.com'] }] },
      'host must be of form namespace/dnsName',
    ],
    [
      'CUSTOM without a provider',
      'AuthorizationPolicy',
      { action: 'CUSTOM', rules: [{}] },
      'invalid policy x.shop: `provider.name` must not be empty',
    ],
    [
      'a provider without CUSTOM',
      'AuthorizationPolicy',
      { provider: { name: 'p' }, rules: [{}] },
      'invalid policy x.shop: `provider` must not be with non CUSTOM action, found ALLOW',
    ],
    [
      'a source that says nothing',
      'AuthorizationPolicy',
      { rules: [{ from: [{ source: {} }] }] },
      'invalid policy x.shop: `from.source` must not be empty, found at rule 0',
    ],
    [
      'an attribute that nobody knows',
      'AuthorizationPolicy',
      { rules: [{ when: [{ key: 'source.colour', values: ['red'] }] }] },
      '2 errors occurred:\n\t* invalid policy x.shop: invalid `value` for `key` source.colour: unknown attribute: source.colour\n\t* invalid policy x.shop: invalid `notValue` for `key` source.colour: unknown attribute: source.colour\n\n',
    ],
    [
      'a block that is no range',
      'AuthorizationPolicy',
      { rules: [{ from: [{ source: { ipBlocks: ['10.0.0.0/99'] } }] }] },
      'invalid policy x.shop: 10.0.0.0/99 is not a valid CIDR block',
    ],
    [
      'modes of ports without a selector',
      'PeerAuthentication',
      { portLevelMtls: { 80: { mode: 'STRICT' } } },
      'mesh/namespace peer authentication cannot have port level mTLS',
    ],
    [
      'keys that are no JSON',
      'RequestAuthentication',
      { jwtRules: [{ issuer: 'i', jwks: '{"keys": {}}' }] },
      'jwks parse error: failed to unmarshal JWK set: no keys',
    ],
    [
      'to be shown to all and to some',
      'VirtualService',
      { hosts: ['a'], http: [{ route: [to('a')] }], exportTo: ['*', 'b'] },
      'cannot have both public (*) and non-public exportTo values for a resource',
    ],
  ])('%s', (_, kind, spec, message) => {
    expect(review(kind, spec).refusal).toBe(`configuration is invalid: ${message}`)
  })
})

describe('istiod warns', () => {
  it.each<[string, string, Record<string, unknown>, string]>([
    [
      'of a rule behind one that takes all',
      'VirtualService',
      { hosts: ['a'], http: [{ route: [to('a')] }, { route: [to('b')] }] },
      'virtualService rule #1 not used (only the last rule can have no matches)',
    ],
    [
      'of a match that came before',
      'VirtualService',
      {
        hosts: ['a'],
        http: [
          { match: [{ port: 80 }], route: [to('a')] },
          { name: 'two', match: [{ port: 80 }], route: [to('b')] },
        ],
      },
      'virtualService rule "two" match #0 is not used (duplicate/overlapping match in rule #0)',
    ],
    [
      'of a gateway in old words',
      'VirtualService',
      { hosts: ['a'], gateways: ['g.shop'], http: [{ route: [to('a')] }] },
      'using legacy gatewayName format "g.shop"; prefer the <namespace>/<name> format: "shop/g"',
    ],
    [
      'of a DENY that refuses all TCP',
      'AuthorizationPolicy',
      { action: 'DENY', rules: [{ to: [{ operation: { methods: ['GET'] } }] }] },
      'configured AuthorizationPolicy will deny all traffic to TCP ports under its scope due to the use of only HTTP attributes in a DENY rule; it is recommended to explicitly specify the port',
    ],
    [
      'of a selector that selects all',
      'RequestAuthentication',
      { selector: {} },
      'workload selector specified without labels',
    ],
  ])('%s', (_, kind, spec, message) => {
    const { refusal, warnings } = review(kind, spec)
    expect(refusal).toBe('')
    expect(warnings).toContain(message)
  })

  it('of nothing where all is well, and says nothing of kinds it does not know', () => {
    const fine = { hosts: ['a'], http: [{ match: [{ uri: { prefix: '/a' } }], route: [to('a', 90), to('b', 10)] }] }
    expect(review('VirtualService', fine)).toEqual({ refusal: '', warnings: [] })
    expect(review('Surprise', {})).toEqual({ refusal: '', warnings: [] })
  })
})

describe('the validating webhook', () => {
  let cluster: Awaited<ReturnType<typeof startCluster>>
  beforeAll(async () => {
    cluster = await startCluster()
  })
  afterAll(() => cluster.server.close())

  const path = '/apis/networking.istio.io/v1/namespaces/shop/virtualservices'
  const body = (name: string, http: unknown[]) => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name },
    spec: { hosts: ['a'], http },
  })

  it('is asked as long as its configuration is there', async () => {
    expect((await cluster.call({ method: 'POST', path, body: body('before', [{}]) })).status).toBe(201)
    cluster.store.create(validatorWebhook())
    const refused = await cluster.call({ method: 'POST', path, body: body('bad', [{}]) })
    expect(refused.status).toBe(400)
    expect(refused.body).toMatchObject({
      status: 'Failure',
      code: 400,
      message:
        'admission webhook "validation.istio.io" denied the request: configuration is invalid: HTTP route, redirect or direct_response is required',
    })
    expect(at(refused.body, 'reason')).toBeUndefined()
    const patch = { method: 'PATCH', path: `${path}/before`, type: 'application/merge-patch+json' }
    expect((await cluster.call({ ...patch, body: { metadata: { labels: { a: 'b' } } } })).status).toBe(400)
  })

  it('tells whoever counts what it said', async () => {
    const told: boolean[] = []
    cluster.server.tellReviews(({ resource, isValid }) => void (resource === 'virtualservices' && told.push(isValid)))
    await cluster.call({ method: 'POST', path, body: body('counted', [{ route: [to('a')] }]) })
    await cluster.call({ method: 'POST', path, body: body('bad', [{}]) })
    expect(told).toEqual([true, false])
  })

  it('hands its warnings on', async () => {
    const http = [{ route: [to('a')] }, { route: [to('b')] }]
    const { status, headers } = await cluster.call({ method: 'POST', path, body: body('warned', http) })
    expect(status).toBe(201)
    expect(headers['warning']).toContain('virtualService rule #1 not used')
  })
})
