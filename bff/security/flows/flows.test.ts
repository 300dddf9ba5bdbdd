import { describe, expect, it } from 'vitest'
import type { Sample } from '#bff/sources/source.ts'
import type { Workload } from '#shared/security/landscape.ts'
import { flowsOf, portOf } from './flows.ts'
import { flowQueries } from './queries.ts'

const call = (from: string, to: string, value: number, more: Record<string, string> = {}): Sample => {
  const [sourceNamespace = '', source = ''] = from.split('/')
  const [namespace = '', destination = ''] = to.split('/')
  return {
    metric: {
      reporter: 'destination',
      source_workload: source,
      source_workload_namespace: sourceNamespace,
      source_principal: `spiffe://cluster.local/ns/${sourceNamespace}/sa/${source}`,
      destination_workload: destination,
      destination_workload_namespace: namespace,
      destination_service_name: destination,
      connection_security_policy: 'mutual_tls',
      response_flags: '-',
      request_protocol: 'http',
      ...more,
    },
    value,
  }
}
const plain = { source_principal: 'unknown', connection_security_policy: 'none' }
const ledger: Workload = {
  namespace: 'pay',
  name: 'ledger',
  kind: 'Deployment',
  labels: { app: 'ledger' },
  serviceAccounts: ['ledger'],
  pods: 1,
  guarded: 1,
  enforcedBy: 'sidecar',
  role: null,
  ports: [
    { service: 'ledger', name: 'http', port: 8080, protocol: 'http' },
    { service: 'ledger', name: 'grpc', port: 9090, protocol: 'grpc' },
  ],
}
const around = { workloads: [ledger], workloadOfPod: new Map([['pay/ledger-1', 'pay/ledger']]) }
const counted: Sample = { metric: { namespace: 'pay', pod: 'ledger-1' }, value: 4 }
const read = (requests: Sample[], refusals: Sample[] = [], connections: Sample[] = []) =>
  flowsOf({ requests, connections, refusals }, around)

describe('calls that were seen', () => {
  it('have the identity that the destination proved, and the only port that fits', () => {
    expect(read([call('pay/payments', 'pay/ledger', 100)])).toMatchObject([
      {
        source: { principal: 'cluster.local/ns/pay/sa/payments', workload: 'payments' },
        destination: { namespace: 'pay', workload: 'ledger' },
        protocol: 'http',
        mtls: true,
        port: 8080,
        passed: 100,
        refused: 0,
      },
    ])
  })

  it('are counted once where both ends tell of them, as the destination tells', () => {
    const told = read([
      call('pay/payments', 'pay/ledger', 100),
      call('pay/payments', 'pay/ledger', 120, { reporter: 'source', connection_security_policy: 'unknown' }),
    ])
    expect(told.map(({ passed }) => passed)).toEqual([100])
  })

  it('tell when they came as they tell how many: the best witness of all', () => {
    const when = (sample: Sample, lastSeen: number, hours: number[]) => ({ ...sample, lastSeen, hours })
    const told = read([
      when(call('pay/payments', 'pay/ledger', 100), 50, [60, 40]),
      when(call('pay/payments', 'pay/ledger', 4, { response_code: '404' }), 90, [0, 4]),
      when(call('pay/payments', 'pay/ledger', 120, { reporter: 'source' }), 99, [70, 50]),
    ])
    expect(told).toMatchObject([{ passed: 104, lastSeen: 90, hours: [60, 44] }])
  })

  it('of a caller whose destination says nothing have no proven identity', () => {
    const [flow] = read([call('shop/cart', 'data/redis', 5, { reporter: 'source' })])
    expect(flow?.source).toEqual({ namespace: 'shop', workload: 'cart', isHidden: false })
    expect(flow).not.toHaveProperty('mtls')
  })

  it('over plaintext bring no identity', () => {
    expect(read([call('legacy/batch', 'pay/ledger', 7, plain)])).toMatchObject([
      { source: { principal: null }, mtls: false },
    ])
  })

  it.each<[string, Sample, boolean, boolean]>([
    ['a 403 of a workload that counted refusals', call('a/b', 'pay/ledger', 4, { response_code: '403' }), true, true],
    [
      'a 403 that no filter counted is the application’s',
      call('a/b', 'pay/ledger', 4, { response_code: '403' }),
      false,
      false,
    ],
    [
      'gRPC 7 of a workload that counted refusals',
      call('a/b', 'pay/ledger', 4, { grpc_response_status: '7' }),
      true,
      true,
    ],
    ['an external authorizer’s no', call('a/b', 'pay/ledger', 4, { response_flags: 'UAEX' }), false, true],
    ['anything else', call('a/b', 'pay/ledger', 4), true, false],
  ])('are refused or not: %s', (_, sample, isCounted, isRefused) => {
    expect(read([sample], isCounted ? [counted] : [])).toMatchObject([
      isRefused ? { refused: 4, passed: 0 } : { refused: 0, passed: 4 },
    ])
  })

  describe('of which policies refused some, and the application some itself', () => {
    const no = (from: string, value: number, more: Record<string, string> = {}) =>
      call(from, 'pay/ledger', value, { response_code: '403', ...more })
    const refusing = (value: number): Sample => ({ ...counted, value })
    const told = (requests: Sample[], value: number) =>
      read(requests, [refusing(value)])
        .map(({ source, passed, refused, isUnsettled, refusedShare }) =>
          [source.workload, passed, refused, ...(isUnsettled ? ['unsettled', refusedShare] : [])].join(' '),
        )
        .toSorted()

    it.each<[says: string, requests: Sample[], counted: number, flows: string[]]>([
      ['all are refused where as many were counted', [no('a/b', 60), no('a/c', 40)], 100, ['b 0 60', 'c 0 40']],
      ['or but for a scrape', [no('a/b', 60), no('a/c', 40)], 97, ['b 0 60', 'c 0 40']],
      [
        'of several callers it is not known whose they are, but how many',
        [no('a/b', 60), no('a/c', 40), call('a/c', 'pay/ledger', 7)],
        80,
        ['b 60 0 unsettled 0.8', 'c 40 0 unsettled 0.8', 'c 7 0'],
      ],
      ['of one caller it is', [no('a/b', 100), call('a/c', 'pay/ledger', 7)], 25, ['b 75 25', 'c 7 0']],
      [
        'where the metric says whose answer it is, nothing is open',
        [
          no('a/b', 60, { response_code_details: 'rbac_access_denied_matched_policy[none]' }),
          no('a/c', 40, { response_code_details: 'via_upstream' }),
        ],
        60,
        ['b 0 60', 'c 40 0'],
      ],
      [
        'and what it says is taken off what was counted',
        [no('a/b', 60, { response_code_details: 'rbac_access_denied_matched_policy[none]' }), no('a/c', 40)],
        60,
        ['b 0 60', 'c 40 0'],
      ],
      [
        'a caller’s own word is not counted twice',
        [no('a/b', 60), no('a/c', 40), no('a/b', 60, { reporter: 'source' })],
        100,
        ['b 0 60', 'c 0 40'],
      ],
    ])('%s', (_, requests, value, flows) => {
      expect(told(requests, value)).toEqual(flows)
    })
  })

  it.each<[string, Record<string, string>, boolean, boolean]>([
    ['a 401 where tokens are looked at', { response_code: '401' }, true, true],
    ['a 401 where nobody does is the application’s', { response_code: '401' }, false, false],
    ['gRPC 16 where tokens are looked at', { grpc_response_status: '16', request_protocol: 'grpc' }, true, true],
    ['another answer there', { response_code: '404' }, true, false],
  ])('may be refused or not: %s', (_, more, readsTokens, isUnsettled) => {
    const samples = [call('a/b', 'pay/ledger', 9), call('a/b', 'pay/ledger', 4, more)]
    const told = flowsOf(
      { requests: samples, connections: [], refusals: [] },
      { ...around, readsTokens: () => readsTokens },
    )
    expect(told.reduce((sum, { passed }) => sum + passed, 0)).toBe(13)
    expect(told.filter(flow => flow.isUnsettled).map(({ passed }) => passed)).toEqual(isUnsettled ? [4] : [])
  })

  it('of ztunnel are refused where it says DENY', () => {
    const connections = [call('a/b', 'pay/ledger', 3, { response_flags: 'DENY' }), call('a/b', 'pay/ledger', 9)]
    expect(read([], [], connections)).toMatchObject([{ protocol: 'tcp', passed: 9, refused: 3 }])
  })

  it('keep a caller that nobody knows', () => {
    const [flow] = read([call('unknown/unknown', 'pay/ledger', 2, plain)])
    expect(flow?.source).toMatchObject({ namespace: '', workload: '', principal: null })
  })

  it('take names as they are, whatever they hold', () => {
    const [flow] = read([call('shop/"}<img src=x>', 'pay/ledger', 2)])
    expect(flow?.source.workload).toBe('"}<img src=x>')
  })
})

describe('the port of a call', () => {
  const to = (protocol: 'http' | 'grpc' | 'tcp', service = 'ledger') => ({
    destination: { namespace: 'pay', workload: 'ledger', service },
    protocol,
  })
  it.each([
    ['the one of its protocol', ledger, to('grpc'), 9090],
    [
      'none where two fit',
      { ...ledger, ports: [...ledger.ports, { ...ledger.ports[0]!, port: 81 }] },
      to('http'),
      null,
    ],
    [
      'none where one may be anything',
      { ...ledger, ports: [...ledger.ports, { ...ledger.ports[0]!, protocol: 'unknown' as const }] },
      to('http'),
      null,
    ],
    ['that of the only one', { ...ledger, ports: ledger.ports.slice(0, 1) }, to('tcp'), 8080],
    ['none of another Service', ledger, to('http', 'other'), null],
    ['none of a workload that is gone', undefined, to('http'), null],
  ])('is %s', (_, workload, flow, port) => {
    expect(portOf(workload, flow)).toBe(port)
  })
})

it('three queries read the whole mesh, one for each metric', () => {
  const queries = flowQueries(3600)
  expect(Object.keys(queries)).toEqual(['requests', 'connections', 'refusals'])
  for (const query of Object.values(queries)) expect(query).toContain('3600s')
})
