import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  authorizationPolicy,
  destinationRule,
  made,
  peerAuthentication,
  requestAuthentication,
  virtualService,
} from '#lab/mesh/testing/objects.ts'
import { envoyFilter, filterPatch, limitOf, selecting, typedStruct } from '#lab/mesh/testing/envoy-filters.ts'
import { type Inspected, inspected, valuesAt } from './fixture.ts'

const front = 'shop/front-5d4f-0'
const back = 'shop/back-v1-5d4f-0'
const backHost = 'back.shop.svc.cluster.local'

const versions = destinationRule('shop', 'back', {
  host: 'back',
  subsets: ['v1', 'v2'].map(version => ({ name: version, labels: { version } })),
})
const split = (v1: number) =>
  virtualService('shop', 'back', {
    hosts: ['back'],
    http: [
      {
        name: 'testers',
        match: [{ headers: { 'x-tester': { exact: 'yes' } }, uri: { prefix: '/items' } }],
        route: [{ destination: { host: 'back', subset: 'v2' } }],
        timeout: '1.5s',
        retries: { attempts: 4, perTryTimeout: '500ms', retryOn: '5xx' },
      },
      {
        route: [
          { destination: { host: 'back', subset: 'v1' }, weight: v1 },
          { destination: { host: 'back', subset: 'v2' }, weight: 100 - v1 },
        ],
        headers: { request: { set: { 'x-from': 'mesh' } } },
      },
    ],
  })

/** The routes of the small mesh's back, as a proxy has them. */
function backRoutes(mesh: Inspected, pod = front): unknown[] {
  const tables = mesh.dump(pod, 'Routes')['dynamic_route_configs']
  const hosts = valuesAt(tables, 'virtual_hosts').flat() as { name: string; routes: unknown[] }[]
  return hosts.find(({ name }) => name === `${backHost}:8080`)?.routes ?? []
}

describe('the routes of a sidecar', () => {
  it('are those of the VirtualService, match by match, with weights, timeouts, retries and headers', () => {
    const mesh = inspected(versions, split(90))
    expect(backRoutes(mesh)).toMatchObject([
      {
        name: 'testers',
        match: { prefix: '/items', headers: [{ name: 'x-tester', string_match: { exact: 'yes' } }] },
        metadata: {
          filter_metadata: {
            istio: { config: '/apis/networking.istio.io/v1/namespaces/shop/virtual-service/back' },
          },
        },
        route: {
          cluster: `outbound|8080|v2|${backHost}`,
          timeout: '1.500s',
          retry_policy: { retry_on: '5xx', num_retries: 4, per_try_timeout: '0.500s' },
        },
      },
      {
        name: 'default',
        match: { prefix: '/' },
        request_headers_to_add: [{ header: { key: 'x-from', value: 'mesh' } }],
        route: {
          weighted_clusters: {
            clusters: [
              { name: `outbound|8080|v1|${backHost}`, weight: 90 },
              { name: `outbound|8080|v2|${backHost}`, weight: 10 },
            ],
          },
          timeout: '0s',
        },
      },
    ])
  })

  it('follow an edit within a second, with a newer version', () => {
    const mesh = inspected(versions, split(90))
    const versionOf = () => valuesAt(mesh.dump(front, 'Routes'), 'version_info')[0]
    const before = versionOf()
    mesh.store.replace(split(25))
    mesh.run(1)
    expect(valuesAt(backRoutes(mesh), 'weight')).toEqual([25, 75])
    expect(versionOf()).not.toBe(before)
    expect(versionOf()).toBe(mesh.mesh.pushes.latest.version)
  })

  it('stay what they were while the proxy is held back; istiod tells what it would send', () => {
    const mesh = inspected(versions, split(90))
    mesh.mesh.hold('shop/front', true)
    mesh.store.replace(split(25))
    mesh.run(2)
    expect(valuesAt(backRoutes(mesh), 'weight')).toEqual([90, 10])
    const told = mesh.everywhere('/debug/config_dump?proxyID=front-5d4f-0.shop')
    expect(valuesAt(told, 'weight')).toContain(25)
    expect(valuesAt(backRoutes(mesh, 'data/db-5d4f-0'), 'weight')).toEqual([25, 75])
  })

  it('go to the service itself where nobody rules, tried again twice', () => {
    expect(backRoutes(inspected())).toMatchObject([
      { name: 'default', route: { cluster: `outbound|8080||${backHost}`, retry_policy: { num_retries: 2 } } },
    ])
  })

  it.each<[string, object, object]>([
    [
      'mirrors copy a share',
      { mirrors: [{ destination: { host: 'front' }, percentage: { value: 25 } }] },
      {
        request_mirror_policies: [
          { runtime_fraction: { default_value: { numerator: 250_000, denominator: 'MILLION' } } },
        ],
      },
    ],
    [
      'a rewrite',
      { rewrite: { uri: '/v2', authority: 'old' } },
      { prefix_rewrite: '/v2', host_rewrite_literal: 'old' },
    ],
  ])('%s', (_, rule, expected) => {
    const mesh = inspected(
      virtualService('shop', 'back', {
        hosts: ['back'],
        http: [{ match: [{ uri: { prefix: '/' } }], route: [{ destination: { host: 'back' } }], ...rule }],
      }),
    )
    expect(backRoutes(mesh)).toMatchObject([{ route: expected }])
  })

  it('leave out what is meant for others', () => {
    const mesh = inspected(
      virtualService('shop', 'back', {
        hosts: ['back'],
        http: [
          { name: 'other', match: [{ sourceLabels: { app: 'db' } }], route: [{ destination: { host: 'back' } }] },
          { name: 'rest', route: [{ destination: { host: 'back' } }] },
        ],
      }),
    )
    expect(backRoutes(mesh)).toMatchObject([{ name: 'rest' }])
    expect(backRoutes(mesh, 'data/db-5d4f-0')).toMatchObject([{ name: 'other' }, { name: 'rest' }])
  })
})

describe('the clusters of a sidecar', () => {
  const clustersOf = (mesh: Inspected, pod = front) =>
    valuesAt(mesh.dump(pod, 'Clusters'), 'dynamic_active_clusters').flat() as { cluster: { name: string } }[]
  const named = (mesh: Inspected, name: string) =>
    clustersOf(mesh).find(({ cluster }) => cluster.name === name)?.cluster

  it('are one for each service and subset, and those that Istio always has', () => {
    const names = clustersOf(inspected(versions)).map(({ cluster }) => cluster.name)
    for (const name of [
      `outbound|8080||${backHost}`,
      `outbound|8080|v1|${backHost}`,
      'outbound|5432||db.data.svc.cluster.local',
      'inbound|9080||',
      'PassthroughCluster',
      'BlackHoleCluster',
    ])
      expect(names).toContain(name)
    expect(new Set(names).size).toBe(names.length)
  })

  it('carry what the DestinationRule says', () => {
    const mesh = inspected(
      destinationRule('shop', 'back', {
        host: 'back',
        trafficPolicy: {
          connectionPool: { tcp: { maxConnections: 7 }, http: { http1MaxPendingRequests: 3 } },
          outlierDetection: { consecutive5xxErrors: 2, interval: '5s' },
          loadBalancer: { simple: 'ROUND_ROBIN' },
          tls: { mode: 'DISABLE' },
        },
      }),
    )
    expect(named(mesh, `outbound|8080||${backHost}`)).toMatchObject({
      type: 'EDS',
      lb_policy: 'ROUND_ROBIN',
      circuit_breakers: { thresholds: [{ max_connections: 7, max_pending_requests: 3 }] },
      outlier_detection: { consecutive_5xx: 2, interval: '5s' },
    })
    expect(named(mesh, `outbound|8080||${backHost}`)).not.toHaveProperty('transport_socket_matches')
  })

  it('leave out what a Sidecar does not import', () => {
    const sidecar = made('networking.istio.io/v1', 'Sidecar', 'shop', 'default', { egress: [{ hosts: ['./*'] }] })
    const names = clustersOf(inspected(sidecar)).map(({ cluster }) => cluster.name)
    expect(names).toContain(`outbound|8080||${backHost}`)
    expect(names).not.toContain('outbound|5432||db.data.svc.cluster.local')
  })

  it('have the ready pods of their subset behind them', () => {
    const mesh = inspected(versions)
    const loads = valuesAt(mesh.dump(front, 'Endpoints', 'include_eds'), 'endpoint_config') as {
      cluster_name: string
    }[]
    const many = (subset: string) =>
      valuesAt(
        loads.find(({ cluster_name }) => cluster_name === `outbound|8080|${subset}|${backHost}`),
        'lb_endpoints',
      ).flat().length
    expect([many(''), many('v1'), many('v2')]).toEqual([4, 3, 1])
    expect(mesh.ask(front, 15_000, '/clusters')?.body).toContain(`outbound|8080|v2|${backHost}::`)
    expect(valuesAt(mesh.read(front, 15_000, '/clusters?format=json'), 'health_status')).toContainEqual({
      eds_health_status: 'HEALTHY',
    })
  })
})

describe('the listeners of a sidecar', () => {
  const inboundOf = (mesh: Inspected) => {
    const all = valuesAt(mesh.dump(back, 'Listeners'), 'listener') as { name: string }[]
    return all.find(({ name }) => name === 'virtualInbound')
  }
  const policies = (mesh: Inspected) =>
    valuesAt(inboundOf(mesh), 'policies').flatMap(found => Object.keys(Object(found)))

  it('name the policies as the decision does', () => {
    const mesh = inspected(
      authorizationPolicy('shop', 'closed', {
        action: 'DENY',
        rules: [{ to: [{ operation: { paths: ['/admin*'] } }] }, { from: [{ source: { namespaces: ['legacy'] } }] }],
      }),
      authorizationPolicy('shop', 'open', { rules: [{}] }),
      authorizationPolicy('data', 'elsewhere', { rules: [{}] }),
      authorizationPolicy('shop', 'trial', { rules: [{}] }, { 'istio.io/dry-run': 'true' }),
    )
    expect(new Set(policies(mesh))).toEqual(
      new Set([
        'ns[shop]-policy[closed]-rule[0]',
        'ns[shop]-policy[closed]-rule[1]',
        'ns[shop]-policy[open]-rule[0]',
        'ns[shop]-policy[trial]-rule[0]',
      ]),
    )
    expect(valuesAt(inboundOf(mesh), 'shadow_rules_stat_prefix')).toContain('istio_dry_run_allow_')
  })

  it('say what a rule asks for in Envoy’s terms', () => {
    const mesh = inspected(
      authorizationPolicy('shop', 'open', {
        rules: [
          {
            from: [{ source: { principals: ['cluster.local/ns/shop/sa/front'], notNamespaces: ['legacy'] } }],
            to: [{ operation: { methods: ['GET'], paths: ['/items/*'] } }],
            when: [{ key: 'request.headers[x-a]', values: ['b'] }],
          },
        ],
      }),
    )
    expect(valuesAt(inboundOf(mesh), 'ns[shop]-policy[open]-rule[0]')[0]).toEqual({
      permissions: [
        {
          and_rules: {
            rules: [
              { or_rules: { rules: [{ header: { name: ':method', string_match: { exact: 'GET' } } }] } },
              { or_rules: { rules: [{ url_path: { path: { prefix: '/items/' } } }] } },
            ],
          },
        },
      ],
      principals: [
        {
          and_ids: {
            ids: [
              {
                or_ids: {
                  ids: [{ authenticated: { principal_name: { exact: 'spiffe://cluster.local/ns/shop/sa/front' } } }],
                },
              },
              {
                not_id: {
                  or_ids: {
                    ids: [{ authenticated: { principal_name: { safe_regex: { regex: '.*/ns/legacy/.*' } } } }],
                  },
                },
              },
              { or_ids: { ids: [{ header: { name: 'x-a', string_match: { exact: 'b' } } }] } },
            ],
          },
        },
      ],
    })
  })

  it.each([
    ['STRICT', ['tls']],
    ['PERMISSIVE', ['tls', 'raw_buffer']],
    ['DISABLE', [undefined]],
  ])('%s opens chains for %j', (mode, expected) => {
    const mesh = inspected(peerAuthentication('shop', 'default', { mtls: { mode } }))
    const chains = valuesAt(inboundOf(mesh), 'filter_chain_match') as Record<string, unknown>[]
    expect(chains.filter(one => one['destination_port'] === 9080).map(one => one['transport_protocol'])).toEqual(
      expected,
    )
  })

  it('validate tokens, and limit rates, where somebody says so', () => {
    const mesh = inspected(
      requestAuthentication('shop', 'tokens', { jwtRules: [{ issuer: 'https://a.example', audiences: ['b'] }] }),
      envoyFilter('shop', 'limit', [filterPatch(typedStruct(limitOf(5)))], selecting('back')),
    )
    expect(valuesAt(inboundOf(mesh), 'providers')[0]).toMatchObject({
      'origins-0': { issuer: 'https://a.example', audiences: ['b'] },
    })
    expect(valuesAt(inboundOf(mesh), 'token_bucket')[0]).toMatchObject({ max_tokens: 5 })
  })

  it('remember what was rejected, and go on with what they had', () => {
    const mesh = inspected()
    const before = mesh.mesh.pushes.latest.version
    const strange = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.nothing.v3.Nothing' }
    mesh.write(envoyFilter('shop', 'limit', [filterPatch(strange)], selecting('back')))
    const dump = mesh.dump(back, 'Listeners')
    expect(dump['version_info']).toBe(before)
    expect(valuesAt(dump, 'error_state')[0]).toMatchObject({
      details: expect.stringContaining('envoy.extensions.filters.http.nothing.v3.Nothing'),
      version_info: mesh.mesh.pushes.latest.version,
    })
    expect(valuesAt(mesh.dump(front, 'Listeners'), 'error_state')).toEqual([])
  })
})

describe('the secrets of a proxy', () => {
  it('are real certificates with its SPIFFE name; keys are not shown', () => {
    const mesh = inspected()
    const dump = mesh.dump(back, 'Secrets')
    const [chain] = valuesAt(dump, 'certificate_chain') as { inline_bytes: string }[]
    const pem = Buffer.from(chain?.inline_bytes ?? '', 'base64').toString()
    const read = new X509Certificate(pem)
    expect(read.subjectAltName).toBe('URI:spiffe://cluster.local/ns/shop/sa/back')
    const [root] = valuesAt(dump, 'trusted_ca') as { inline_bytes: string }[]
    const authority = new X509Certificate(Buffer.from(root?.inline_bytes ?? '', 'base64').toString())
    expect(read.verify(authority.publicKey)).toBe(true)
    expect(valuesAt(dump, 'private_key')).toEqual([{ inline_bytes: Buffer.from('[redacted]').toString('base64') }])
    expect(JSON.stringify(mesh.read(back, 15_000, '/config_dump'))).not.toContain('PRIVATE KEY')
    expect(valuesAt(mesh.read(back, 15_000, '/certs'), 'uri')).toContain('spiffe://cluster.local/ns/shop/sa/back')
  })
})

describe('the agent', () => {
  it('tells how long the certificate still is valid that the dump shows', () => {
    const mesh = inspected()
    mesh.run(15)
    const told = /^istio_agent_cert_expiry_seconds\{resource_name="default"\} (\d+)$/m
    const left = Number(told.exec(mesh.ask(back, 15_020, '/stats/prometheus')?.body ?? '')?.[1])
    const [until] = valuesAt(mesh.read(back, 15_000, '/certs'), 'expiration_time')
    expect(left).toBe(Math.floor((Date.parse(String(until)) - mesh.mesh.time) / 1000))
  })
})

describe('a gateway', () => {
  const edge = 'gates/edge-5d4f-0'
  it('has a table for each port, with the hosts that it has routes for', () => {
    const mesh = inspected()
    const [table] = valuesAt(mesh.dump(edge, 'Routes'), 'route_config')
    expect(table).toMatchObject({
      name: 'http.80',
      virtual_hosts: [
        {
          name: 'www.example.com:80',
          domains: ['www.example.com'],
          routes: [{ route: { cluster: 'outbound|8080||front.shop.svc.cluster.local' } }],
        },
      ],
    })
    expect(mesh.ask(edge, 15_000, '/listeners')?.body).toBe('0.0.0.0_80::0.0.0.0:80\n')
  })
})

describe('a waypoint', () => {
  it('has a chain for each of its services, with the policies of that service alone', () => {
    const policy = (name: string, service: string) =>
      authorizationPolicy('amb', name, { targetRefs: [{ group: '', kind: 'Service', name: service }], rules: [{}] })
    const mesh = inspected(policy('mine', 'stock'), policy('other', 'bare'))
    const dump = mesh.dump('amb/waypoint-5d4f-0', 'Listeners')
    const chains = valuesAt(dump, 'filter_chains').flat() as { name: string }[]
    expect(chains.map(({ name }) => name)).toEqual(['inbound-vip|9090|http|stock.amb.svc.cluster.local'])
    expect(JSON.stringify(dump)).toContain('ns[amb]-policy[mine]-rule[0]')
    expect(JSON.stringify(dump)).not.toContain('policy[other]')
  })
})

describe('Envoy’s administration', () => {
  const mesh = inspected(versions)
  it.each<[number, string, number | null]>([
    [15_000, '/config_dump', 200],
    [15_000, '/clusters', 200],
    [15_000, '/listeners', 200],
    [15_000, '/certs', 200],
    [15_000, '/server_info', 200],
    [15_000, '/stats', 200],
    [15_000, '/stats/prometheus', 200],
    [15_000, '/ready', 200],
    [15_000, '/nothing', 404],
    [15_000, '/__proto__', 404],
    [15_020, '/stats/prometheus', 200],
    [15_020, '/healthz/ready', 200],
    [15_020, '/config_dump', 404],
    [15_021, '/healthz/ready', 200],
    [15_090, '/stats/prometheus', 200],
    [8080, '/', null],
  ])('on %i answers %s with %j', (port, path, code) => {
    expect(mesh.ask(front, port, path)?.code ?? null).toBe(code)
  })

  it('is for reading', () => {
    expect(mesh.ask(front, 15_000, '/quitquitquit', 'POST')?.code).toBe(405)
  })

  it('gives a part of the dump where one is asked for', () => {
    const { configs } = mesh.read(front, 15_000, '/config_dump?resource=dynamic_route_configs') as {
      configs: { '@type': string }[]
    }
    expect(new Set(configs.map(part => part['@type']))).toEqual(
      new Set(['type.googleapis.com/envoy.admin.v3.RoutesConfigDump.DynamicRouteConfig']),
    )
    expect(mesh.ask(front, 15_000, '/config_dump?resource=constructor')?.code).toBe(404)
  })

  it('tells its own series without what a scrape adds', () => {
    mesh.run(15)
    const text = mesh.ask(front, 15_090, '/stats/prometheus')?.body ?? ''
    expect(text).toMatch(
      /^# HELP istio_requests_total .*\n# TYPE istio_requests_total counter\nistio_requests_total\{/m,
    )
    expect(text).toMatch(/^envoy_cluster_manager_cds_update_success \d+$/m)
    expect(text).not.toMatch(/[{,](pod|instance|job)="/)
    expect(text).not.toContain('container_')
  })

  it('is not there in pods without a proxy', () => {
    expect(mesh.ask('legacy/batch-5d4f-0', 15_000, '/config_dump')).toBeNull()
    expect(mesh.ask('amb/bare-5d4f-0', 15_000, '/config_dump')).toBeNull()
  })
})

describe('connections', () => {
  it('go by server name and address where routes say so, and else to the service', () => {
    const mesh = inspected(
      virtualService('data', 'db', {
        hosts: ['db'],
        tcp: [
          {
            match: [{ destinationSubnets: ['10.0.0.0/8'] }],
            route: [{ destination: { host: 'back.shop.svc.cluster.local' } }],
          },
          {
            match: [{ sourceLabels: { app: 'nobody' } }],
            route: [{ destination: { host: 'front.shop.svc.cluster.local' } }],
          },
        ],
      }),
      made('v1', 'Service', 'data', 'db', {
        selector: { app: 'db' },
        ports: [{ name: 'tcp-sql', port: 5432, targetPort: 5432 }],
      }),
    )
    const all = valuesAt(mesh.dump(front, 'Listeners'), 'listener') as { name: string; filter_chains: object[] }[]
    const chains = all.find(({ name }) => name === '0.0.0.0_5432')?.filter_chains
    expect(chains).toMatchObject([
      { filter_chain_match: { prefix_ranges: [{ address_prefix: '10.0.0.0', prefix_len: 8 }] } },
      { filters: [{ typed_config: { cluster: 'outbound|5432||db.data.svc.cluster.local' } }] },
    ])
  })

  it('that a gateway hands through have a chain for each name', () => {
    const mesh = inspected(
      made('networking.istio.io/v1', 'Gateway', 'gates', 'secure', {
        selector: { app: 'edge' },
        servers: [{ port: { number: 443, name: 'tls', protocol: 'TLS' }, hosts: ['*'], tls: { mode: 'PASSTHROUGH' } }],
      }),
      virtualService('gates', 'secure', {
        hosts: ['*'],
        gateways: ['secure'],
        tls: ['a', 'b'].map(name => ({
          match: [{ port: 443, sniHosts: [`${name}.example`] }],
          route: [{ destination: { host: 'front.shop.svc.cluster.local', port: { number: 8080 } } }],
        })),
      }),
    )
    const all = valuesAt(mesh.dump('gates/edge-5d4f-0', 'Listeners'), 'listener') as { name: string }[]
    const chains = valuesAt(
      all.find(({ name }) => name === '0.0.0.0_443'),
      'server_names',
    )
    expect(chains).toEqual([['a.example'], ['b.example']])
  })
})
