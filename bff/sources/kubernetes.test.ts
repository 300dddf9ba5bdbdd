import { describe, expect, it, onTestFinished } from 'vitest'
import { type ApiServer, apiServer } from './api-server.fixture.ts'
import { soon } from './loopback.fixture.ts'
import { type OpenKubernetes, openKubernetes, unsetKubernetes } from './kubernetes.ts'

const pause = { least: 5, most: 20, missing: 30 }
const heartbeat = { every: 50, whenFailing: 10, timeout: 1000 }

const pod = (name: string, ip = '10.0.0.1') => ({
  metadata: { name, namespace: 'shop', labels: { app: name } },
  spec: { containers: [{ name: 'app' }] },
  status: { podIP: ip, phase: 'Running' },
})
const namespace = (name: string) => ({ metadata: { name } })

async function cluster(prepare: (server: ApiServer) => void = () => {}, pauses = pause) {
  const server = await apiServer()
  const warnings: string[] = []
  prepare(server)
  const kubernetes = openKubernetes({
    credentials: {
      server: server.loopback.url,
      cluster: 'test',
      user: 'me',
      fresh: () => Promise.resolve({ headers: { authorization: 'Bearer abc' }, tls: {} }),
    },
    now: Date.now,
    warned: warning => warnings.push(warning),
    pauses,
    heartbeat,
  })
  onTestFinished(() => kubernetes.close())
  await kubernetes.settled()
  return { server, kubernetes, warnings }
}

const podsOf = (kubernetes: OpenKubernetes) =>
  kubernetes
    .objects()
    ?.pods.map(({ name, ip }) => `${name} ${ip}`)
    .sort()
/** Lists and watches of one plural that were asked for. */
const asked = (server: ApiServer, plural: string) =>
  server.loopback.asked.filter(line => new RegExp(`/${plural}\\?`).test(line))
const lists = (server: ApiServer, plural: string) => asked(server, plural).filter(line => !line.includes('watch=true'))
const watches = (server: ApiServer, plural: string) => asked(server, plural).filter(line => line.includes('watch=true'))
const watched = (server: ApiServer, plural: string) => soon(() => expect(server.watches(plural)).toBeGreaterThan(0))

describe('the first list', () => {
  it('comes in pages and is whole', async () => {
    const { server, kubernetes } = await cluster(it => {
      for (let index = 0; index < 1203; index++) it.put('pods', pod(`p${index}`))
    })
    expect(kubernetes.objects()?.pods).toHaveLength(1203)
    expect(lists(server, 'pods')).toEqual([
      'GET /api/v1/pods?limit=500',
      'GET /api/v1/pods?limit=500&continue=500',
      'GET /api/v1/pods?limit=500&continue=1000',
    ])
  })
  it('is asked for in one piece when its pages grow too old', async () => {
    const { kubernetes } = await cluster(it => {
      for (let index = 0; index < 700; index++) it.put('pods', pod(`p${index}`))
      it.mood('pods', { kind: 'expiredPages' })
    })
    expect(kubernetes.objects()?.pods).toHaveLength(700)
  })
  it('is not told in parts: nothing is known until the core kinds are', async () => {
    const { server, kubernetes } = await cluster(it => it.mood('daemonsets', { kind: 'broken' }))
    expect(kubernetes.objects()).toBeNull()
    expect(kubernetes.state()).toMatchObject({ state: 'failing', because: expect.stringContaining('etcd is away') })
    server.mood('daemonsets', null)
    await soon(() => expect(kubernetes.state().state).toBe('ok'))
    expect(kubernetes.objects()).not.toBeNull()
  })
})

describe('a watch', () => {
  it('asks for bookmarks, for a limited time, from where the list ended', async () => {
    const { server } = await cluster(it => it.put('pods', pod('a')))
    await watched(server, 'pods')
    const query = new URL(watches(server, 'pods')[0]?.replace('GET ', '') ?? '', 'http://any').searchParams
    expect(Object.fromEntries(query)).toMatchObject({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '101',
    })
    expect(Number(query.get('timeoutSeconds'))).toBeGreaterThanOrEqual(261)
    expect(Number(query.get('timeoutSeconds'))).toBeLessThanOrEqual(319)
  })
  it('tells what is added, changed and deleted', async () => {
    const { server, kubernetes } = await cluster(it => it.put('pods', pod('a')))
    await watched(server, 'pods')
    server.put('pods', pod('b'))
    server.put('pods', pod('a', '10.0.0.9'))
    await soon(() => expect(podsOf(kubernetes)).toEqual(['a 10.0.0.9', 'b 10.0.0.1']))
    server.remove('pods', 'a')
    await soon(() => expect(podsOf(kubernetes)).toEqual(['b 10.0.0.1']))
  })
  it('is resumed from the last bookmark when the server ends it', async () => {
    const { server } = await cluster(it => it.put('pods', pod('a')))
    await watched(server, 'pods')
    server.bookmark('pods')
    server.endWatches('pods')
    await soon(() => expect(watches(server, 'pods')).toHaveLength(2))
    expect(watches(server, 'pods')[1]).toContain('resourceVersion=111')
    expect(lists(server, 'pods')).toHaveLength(1)
  })
  it('that is cut in the middle of a line loses nothing and is no failure', async () => {
    const { server, kubernetes } = await cluster(it => it.put('pods', pod('a')))
    await watched(server, 'pods')
    server.put('pods', pod('b'))
    server.endWatches('pods', '{"type":"DELETED","object":{"metadata":{"na')
    server.put('pods', pod('c'))
    await soon(() => expect(podsOf(kubernetes)).toHaveLength(3))
    expect(lists(server, 'pods')).toHaveLength(1)
    expect(kubernetes.state().state).toBe('ok')
  })
  it.each(['goneByStatus', 'goneByEvent'] as const)(
    'that is too far behind (%s) lists again and tells the difference',
    async kind => {
      const { server, kubernetes } = await cluster(it => {
        it.put('pods', pod('stays'))
        it.put('pods', pod('goes'))
        it.put('pods', pod('changes'))
      })
      await watched(server, 'pods')
      // A watch that has worked, so that nothing but the 410 makes it list again.
      server.put('pods', pod('stays', '10.0.0.2'))
      await soon(() => expect(podsOf(kubernetes)).toContain('stays 10.0.0.2'))
      const before = kubernetes.objects()
      server.mood('pods', { kind, times: 1 })
      server.quietly(() => {
        server.remove('pods', 'goes')
        server.put('pods', pod('changes', '10.0.0.9'))
        server.put('pods', pod('comes'))
      })
      server.endWatches('pods')
      await soon(() => expect(podsOf(kubernetes)).toEqual(['changes 10.0.0.9', 'comes 10.0.0.1', 'stays 10.0.0.2']))
      const after = kubernetes.objects()
      const find = (objects: typeof after, name: string) => objects?.pods.find(each => each.name === name)
      expect(find(after, 'stays')).toBe(find(before, 'stays'))
      expect(after?.services).toBe(before?.services)
      expect(kubernetes.state().state).toBe('ok')
    },
  )
  it.each([
    ['what is no JSON', 'hello\n'],
    ['an object without a name', '{"type":"ADDED","object":{}}\n'],
    ['an unknown event', '{"type":"SURPRISE","object":{}}\n'],
    ['nothing at all, again and again', ''],
  ])('that sends %s is opened again until it makes sense', async (_, text) => {
    const { server, kubernetes } = await cluster(it => {
      it.put('pods', pod('a'))
      it.mood('pods', { kind: 'garbage', times: 4, text })
    })
    await watched(server, 'pods')
    server.put('pods', pod('b'))
    await soon(() => expect(podsOf(kubernetes)).toHaveLength(2))
    await soon(() => expect(kubernetes.state().state).toBe('ok'))
  })
  it('keeps only what is used: a change of anything else is no change', async () => {
    const { server, kubernetes } = await cluster(it => it.put('pods', pod('a')))
    await watched(server, 'pods')
    const before = kubernetes.objects()
    server.put('pods', { ...pod('a'), metadata: { ...pod('a').metadata, annotations: { restarted: 'yes' } } })
    server.put('namespaces', namespace('late'))
    await soon(() => expect(kubernetes.objects()?.namespaces).toHaveLength(1))
    const after = kubernetes.objects()
    expect(after?.pods).toBe(before?.pods)
    expect(after?.revision).toBeGreaterThan(before?.revision ?? 0)
    expect(kubernetes.objects()).toBe(after)
  })
})

describe('a kind the cluster does not have', () => {
  it('is no failure, is tried in its older version, and is noticed when it comes', async () => {
    const { server, kubernetes } = await cluster(it => it.mood('gateways', { kind: 'missing' }))
    expect(kubernetes.state()).toMatchObject({ state: 'ok', because: null })
    expect(kubernetes.objects()?.gateways).toEqual([])
    expect(asked(server, 'gateways').slice(0, 2)).toEqual([
      'GET /apis/gateway.networking.k8s.io/v1/gateways?limit=500',
      'GET /apis/gateway.networking.k8s.io/v1beta1/gateways?limit=500',
    ])
    server.mood('gateways', null)
    server.put('gateways', { metadata: { name: 'waypoint', namespace: 'logistics' }, spec: {} })
    await soon(() => expect(kubernetes.objects()?.gateways).toHaveLength(1))
  })
  it('is empty once it has been taken away', async () => {
    const { server, kubernetes } = await cluster(it => it.put('gateways', { metadata: { name: 'waypoint' }, spec: {} }))
    await watched(server, 'gateways')
    server.mood('gateways', { kind: 'missing' })
    server.endWatches('gateways')
    await soon(() => expect(kubernetes.objects()?.gateways).toEqual([]))
    expect(kubernetes.state().state).toBe('ok')
  })
})

describe('the state', () => {
  it('says what may not be read: of a core kind it is a failure, of another a remark', async () => {
    const remark = await cluster(it => it.mood('peerauthentications', { kind: 'forbidden' }))
    expect(remark.kubernetes.state()).toMatchObject({
      state: 'ok',
      because: expect.stringContaining('peerauthentications is forbidden: User "weft"'),
    })
    const failure = await cluster(it => it.mood('pods', { kind: 'forbidden' }))
    expect(failure.kubernetes.state()).toMatchObject({
      state: 'failing',
      because: expect.stringContaining('does not let us list and watch pods'),
    })
  })
  it('says that we are not known', async () => {
    const { kubernetes } = await cluster(it => it.mood('pods', { kind: 'unknown' }))
    expect(kubernetes.state().because).toMatch(/does not know us \(401\)/)
  })
  it('is failing while the server is away, keeps what was known, and recovers by itself', async () => {
    const { server, kubernetes } = await cluster(it => it.put('pods', pod('a')))
    await watched(server, 'pods')
    await server.loopback.away()
    await soon(() => expect(kubernetes.state().state).toBe('failing'))
    expect(kubernetes.state()).toMatchObject({ because: expect.stringContaining('Kubernetes at http://127.0.0.1') })
    expect(kubernetes.state().lastGoodAt).not.toBeNull()
    expect(podsOf(kubernetes)).toEqual(['a 10.0.0.1'])
    server.quietly(() => server.put('pods', pod('b')))
    server.mood('pods', { kind: 'goneByStatus', times: 1 })
    await server.loopback.back()
    await soon(() => expect(kubernetes.state().state).toBe('ok'))
    await soon(() => expect(podsOf(kubernetes)).toEqual(['a 10.0.0.1', 'b 10.0.0.1']))
  })
  it('recovers as soon as the heartbeat does, however long the pauses have become', async () => {
    const never = 3_600_000
    const { server, kubernetes } = await cluster(() => {}, { least: never, most: never, missing: never })
    await watched(server, 'pods')
    await server.loopback.away()
    await soon(() => expect(kubernetes.state().state).toBe('failing'))
    await server.loopback.back()
    await watched(server, 'pods')
    await soon(() => expect(kubernetes.state().state).toBe('ok'))
  })
  it('keeps what the server warns of, and tells it once', async () => {
    const { kubernetes, warnings } = await cluster(it => {
      it.headers['warning'] = '299 - "v1beta1 is \\"old\\"", 299 - "and so are you"'
    })
    expect(kubernetes.warnings()).toEqual(['v1beta1 is "old"', 'and so are you'])
    expect(warnings).toEqual(kubernetes.warnings())
  })
  it('tells version, cluster and user', async () => {
    const { kubernetes } = await cluster()
    expect(kubernetes.state().version).toBe('Kubernetes v1.33.1')
    expect([kubernetes.cluster(), kubernetes.user()]).toEqual(['test', 'me'])
  })
  it('is failing before the first word when nothing listens', async () => {
    const server = await apiServer()
    await server.loopback.away()
    const kubernetes = openKubernetes({
      credentials: {
        server: server.loopback.url,
        cluster: 'test',
        user: 'me',
        fresh: () => Promise.resolve({ headers: {}, tls: {} }),
      },
      now: Date.now,
      pauses: pause,
      heartbeat,
    })
    onTestFinished(() => kubernetes.close())
    await kubernetes.settled()
    expect(kubernetes.state()).toMatchObject({ state: 'failing', lastGoodAt: null })
    expect(kubernetes.objects()).toBeNull()
  })
  it('is failing when the credentials cannot be had, without their words', async () => {
    const kubernetes = openKubernetes({
      credentials: {
        server: 'http://127.0.0.1:9',
        cluster: 'test',
        user: 'me',
        fresh: () => Promise.reject(new Error('token abc')),
      },
      now: Date.now,
      pauses: pause,
      heartbeat,
    })
    onTestFinished(() => kubernetes.close())
    await kubernetes.settled()
    expect(kubernetes.state()).toMatchObject({ state: 'failing', because: expect.stringContaining('credentials') })
    expect(kubernetes.state().because).not.toContain('abc')
  })
  it('is unset where nobody gave a cluster', () => {
    expect(unsetKubernetes().state().state).toBe('unset')
    expect(unsetKubernetes().objects()).toBeNull()
  })
})
