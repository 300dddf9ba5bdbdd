import { expect, it } from 'vitest'
import { span } from '#shared/traces/trace.fixture.ts'
import { hopFactsOf } from './hop-facts.ts'

const told = (attributes: Record<string, string>, kind: 'client' | 'server') =>
  hopFactsOf(
    span('1', null, 0, 1, { kind, attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })) }),
  )

it.each([
  [
    'a call to a service that overflowed',
    told(
      {
        upstream_cluster: 'outbound|5432||postgres.data.svc.cluster.local',
        response_flags: 'UO',
        'http.status_code': '503',
        node_id: 'sidecar~10.0.0.1~ledger-1.pay~pay.svc.cluster.local',
      },
      'client',
    ),
    {
      side: 'caller',
      host: 'postgres.data.svc.cluster.local',
      pod: { namespace: 'pay', name: 'ledger-1' },
      signs: ['UO', '503'],
    },
  ],
  [
    'a refusal by gRPC, in the words of HTTP',
    told({ upstream_cluster: 'inbound|8080||', 'grpc.status_code': '7', response_flags: '-' }, 'server'),
    { side: 'callee', host: '', pod: null, signs: ['403'] },
  ],
  ['nothing', told({}, 'server'), { side: 'callee', host: '', pod: null, signs: [] }],
])('of a hop is told: %s', (_, facts, wanted) => {
  expect(facts).toEqual(wanted)
})
