import { describe, expect, it } from 'vitest'
import { served } from '#bff/http/server.fixture.ts'
import { cluster } from '#bff/mesh/objects.fixture.ts'
import { openUsers } from '#bff/sources/kubernetes-users.ts'
import { json, loopback } from '#bff/sources/loopback.fixture.ts'
import { type Ladder, reasonIn } from '#shared/mesh/ladder.ts'
import type { Statement } from '#shared/mesh/statement.ts'
import { logsRoutes } from './routes.ts'

const pod = 'cart-7c9d8f6b5-x2x40'
const objects = cluster([{ name: 'shop/cart' }, { name: 'shop/asleep', pods: 0 }])
const waiting = { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "cart:2"' } }

async function asking(given: { state?: unknown; log?: string; lacks?: string; restarts?: number } = {}) {
  const { state = { running: {} }, log = '', lacks } = given
  const api = await loopback((request, response) => {
    const url = new URL(request.url ?? '', 'http://any')
    if (url.pathname.endsWith('/log')) return response.end(log)
    return json(response, {
      metadata: { name: pod, namespace: 'shop' },
      spec: { containers: [{ name: 'app' }] },
      status: { containerStatuses: [{ name: 'app', restartCount: 0, state }] },
    })
  })
  const users = openUsers(
    [{ user: 'ann', cluster: 'c', server: api.url, fresh: () => Promise.resolve({ headers: {}, tls: {} }) }],
    { isLab: false },
  )
  const { url } = await served(router =>
    logsRoutes(
      { ...router, callers: users },
      {
        sources: { kubernetes: { objects: () => objects } },
        users,
        now: Date.now,
        may: async (_, { plural }) => plural !== lacks,
      },
    ),
  )
  const read = async (words: string) => {
    const response = await fetch(`${url}/api/logs/empty?${words}`, { headers: { 'weft-user': 'ann' } })
    return (await response.json()) as Ladder
  }
  return { read, asked: api.asked }
}

describe('why there is no line', () => {
  it.each<[string, Parameters<typeof asking>[0], string, string, ...Statement[]]>([
    [
      'no right',
      { lacks: 'pods/log' },
      '',
      'rights',
      { says: 'mayNotRead', facts: { user: 'ann', grants: ['get pods/log'], namespace: 'shop' } },
    ],
    [
      'no replicas',
      {},
      '&workload=asleep',
      'podsThere',
      { says: 'noReplicas', facts: { workloads: ['Deployment asleep'] } },
    ],
    [
      'no such workload',
      {},
      '&workload=nope',
      'podsThere',
      { says: 'noSuchWorkload', facts: { workloads: ['nope'], namespace: 'shop' } },
    ],
    ['no such pod', {}, '&pod=cart-9', 'podsThere', { says: 'podGone', facts: { pod: 'cart-9', namespace: 'shop' } }],
    [
      'not started, and why in the kubelet’s words',
      { state: waiting },
      '',
      'containersStarted',
      { says: 'notStarted', facts: { container: 'app', pod } },
      {
        says: 'quoted',
        facts: { source: 'kubernetes', words: 'ImagePullBackOff: Back-off pulling image "cart:2"' },
      },
    ],
    [
      'no such container',
      {},
      '&container=web',
      'containersStarted',
      { says: 'noSuchContainer', facts: { container: 'web' } },
    ],
    ['none before', {}, '&previous=1', 'containersStarted', { says: 'neverRestarted', facts: {} }],
    ['nothing written', {}, '', 'linesThere', { says: 'nothingWritten', facts: {} }],
    [
      'nothing in the time',
      { log: '2026-11-26T01:00:00.000Z hello' },
      '&since=300',
      'linesThere',
      { says: 'nothingInTime', facts: { at: Date.UTC(2026, 10, 26, 1) } },
    ],
  ])('%s', async (_, given, words, rung, ...detail) => {
    const ladder = await (await asking(given)).read(`namespace=shop${words}`)
    expect(reasonIn(ladder)).toMatchObject({ rung, detail })
  })

  it('says when the last line was, with what showed it', async () => {
    const { read } = await asking({ log: '2026-11-26T01:00:00.000Z hello' })
    const ladder = await read('namespace=shop&since=300')
    expect(ladder.lastAt).toBe(Date.UTC(2026, 10, 26, 1))
    expect(reasonIn(ladder)?.query).toContain('tailLines=1')
  })

  it('asks nothing for who may not read, and names no pod', async () => {
    const { read, asked } = await asking({ lacks: 'pods' })
    const ladder = await read('namespace=shop')
    expect(JSON.stringify(ladder)).not.toContain('cart')
    expect(asked).toEqual([])
  })
})
