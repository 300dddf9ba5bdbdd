import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { createRouter, refuseOtherMethods } from '#bff/http/serve.ts'
import { served } from '#bff/http/server.fixture.ts'
import { json, loopback, soon } from '#bff/sources/loopback.fixture.ts'
import { openUsers } from '#bff/sources/kubernetes-users.ts'
import type { MeshObjects, PodView } from '#bff/sources/source.ts'
import { LogEvent, type LogNote } from '#shared/logs/api.ts'
import { logsRoutes } from './routes.ts'

const view = (name: string, workload = 'cart', namespace = 'shop'): PodView => ({
  namespace,
  name,
  labels: {},
  serviceAccount: 'cart',
  ip: '10.0.0.1',
  phase: 'Running',
  isReady: true,
  hasSidecar: true,
  isAmbient: false,
  proxyVersion: null,
  workload: { kind: 'Deployment', name: workload },
})

interface Pod {
  restarts: number
  state: Record<string, unknown>
  lastState?: Record<string, unknown>
}

/** A cluster of a few pods whose logs the test writes by hand. */
async function world(pods: Record<string, Pod | 'gone' | 'forbidden'>) {
  const answers: { url: URL; response: ServerResponse }[] = []
  let log: (url: URL, response: ServerResponse) => unknown = (_, response) => response.writeHead(200).flushHeaders()
  const api = await loopback((request, response) => {
    const url = new URL(request.url ?? '', 'http://any')
    if (url.pathname.endsWith('/log')) {
      answers.push({ url, response })
      return log(url, response)
    }
    const pod = pods[url.pathname.split('/').at(-1) ?? ''] ?? 'gone'
    if (pod === 'gone') return json(response, { kind: 'Status', code: 404, message: 'not found' }, 404)
    if (pod === 'forbidden') return json(response, { kind: 'Status', code: 403, message: 'pods "x" is forbidden' }, 403)
    const name = url.pathname.split('/').at(-1)
    const { restarts: restartCount, state, lastState = {} } = pod
    return json(response, {
      metadata: { name, namespace: 'shop' },
      spec: { containers: [{ name: 'app' }], initContainers: [{ name: 'istio-init' }] },
      status: { containerStatuses: [{ name: 'app', restartCount, state, lastState }] },
    })
  })
  const users = openUsers(
    [{ user: 'ann', cluster: 'c', server: api.url, fresh: () => Promise.resolve({ headers: {}, tls: {} }) }],
    { isLab: false },
  )
  const views = Object.keys(pods).map(name => view(name))
  const objects = { pods: [...views, view('other', 'pay'), view('cart-9', 'cart', 'pay')] }
  const deps = {
    sources: { kubernetes: { objects: () => objects as unknown as MeshObjects } },
    users,
    now: () => 1000,
    pauses: { look: 20, again: 10 },
  }
  const { url, reported } = await served((router, http) => {
    const own = createRouter({ checksReplies: true, callers: users })
    logsRoutes(own, deps)
    refuseOtherMethods(own)
    http.use(own.express)
    void router
  })
  return {
    api,
    pods,
    objects,
    answers,
    reported,
    url,
    answerLogs: (handle: typeof log) => (log = handle),
    read: (query: string, signal?: AbortSignal) =>
      fetch(`${url}/api/logs?namespace=shop&${query}`, { signal: signal ?? null }),
  }
}

const running: Pod = { restarts: 0, state: { running: {} } }
const stamped = (second: number, text: string) =>
  `2026-11-25T14:00:${String(second).padStart(2, '0')}.000000000Z ${text}\n`

/** Takes events in as they come. */
function follow(response: Response) {
  const events: LogEvent[] = []
  const ended = (async () => {
    let rest = ''
    const decoder = new TextDecoder()
    for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
      rest += decoder.decode(piece, { stream: true })
      const lines = rest.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line !== '') events.push(LogEvent.parse(JSON.parse(line)))
    }
  })().catch(() => {})
  const texts = () => events.flatMap(event => (event.kind === 'lines' ? event.lines.map(line => line.slice(31)) : []))
  const notes = (): LogNote[] => events.filter(event => event.kind === 'note')
  return { events, texts, notes, ended }
}

describe('logs of a workload', () => {
  it('are those of all its pods, and end where nobody follows', async () => {
    const { read, answerLogs, api } = await world({ 'cart-1': running, 'cart-2': running })
    answerLogs((url, response) => response.end(stamped(1, url.pathname.split('/').at(-2) ?? '')))
    const told = follow(await read('workload=cart&tail=5'))
    await told.ended
    expect(told.texts().toSorted()).toEqual(['cart-1', 'cart-2'])
    expect(told.events[0]).toMatchObject({ kind: 'containers', pods: ['cart-1', 'cart-2'], left: 0 })
    const [first] = told.events
    expect(
      first?.kind === 'containers' && first.containers.map(({ container, isRead }) => [container, isRead]),
    ).toEqual([
      ['app', true],
      ['istio-init', false],
      ['app', true],
      ['istio-init', false],
    ])
    expect(api.asked.filter(line => line.includes('/log?'))).toEqual(
      ['cart-1', 'cart-2'].map(
        pod => `GET /api/v1/namespaces/shop/pods/${pod}/log?container=app&timestamps=true&tailLines=5`,
      ),
    )
  })
  it('around a moment end with the first line after it', async () => {
    const { read, answerLogs, answers } = await world({ 'cart-1': running })
    answerLogs((_, response) => response.end([1, 2, 3, 4].map(second => stamped(second, `line ${second}`)).join('')))
    const [from, to] = [Date.UTC(2026, 10, 25, 14, 0, 0), Date.UTC(2026, 10, 25, 14, 0, 2)]
    const told = follow(await read(`pod=cart-1&from=${from}&to=${to}`))
    await told.ended
    expect(told.texts()).toEqual(['line 1', 'line 2'])
    expect(answers[0]?.url.searchParams.get('sinceTime')).toBe('2026-11-25T14:00:00.000Z')
    expect(answers[0]?.url.searchParams.has('tailLines')).toBe(false)
  })
  it.each(['namespace=SHOP', 'pod=../x', 'since=-1', 'workload=a b', 'follow=yes'])('refuse %s', async words => {
    const { url } = await world({})
    expect((await fetch(`${url}/api/logs?namespace=shop&${words}`)).status).toBe(400)
  })
})

describe('binary and endless lines', () => {
  it('arrive replaced, cut, and with their length', async () => {
    const { read, answerLogs } = await world({ 'cart-1': running })
    answerLogs((_, response) => {
      response.write(stamped(1, 'before'))
      response.write(Buffer.from([...Buffer.from('2026-11-25T14:00:02.000000000Z '), 0xff, 0xfe, 0x0a]))
      response.end(stamped(3, 'x'.repeat(1_000_000)))
    })
    const told = follow(await read('pod=cart-1'))
    await told.ended
    expect(told.texts().slice(0, 2)).toEqual(['before', '\ufffd\ufffd'])
    expect(told.texts()[2]).toHaveLength(65_536 - 31)
    expect(told.events.flatMap(event => (event.kind === 'lines' ? (event.cut ?? []) : []))).toMatchObject([
      { bytes: 1_000_031 },
    ])
  })
})

describe('a container that restarts', () => {
  it('is read on from its new life, and no line is told twice', async () => {
    const { read, answers, pods } = await world({ 'cart-1': running })
    const told = follow(await read('pod=cart-1&follow=1'))
    await soon(() => expect(answers).toHaveLength(1))
    answers[0]?.response.write(stamped(1, 'one') + stamped(2, 'two'))
    await soon(() => expect(told.texts()).toEqual(['one', 'two']))
    pods['cart-1'] = {
      restarts: 1,
      state: { running: {} },
      lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } },
    }
    answers[0]?.response.end()
    await soon(() => expect(answers).toHaveLength(2))
    expect(answers[1]?.url.searchParams.get('sinceTime')).toBe('2026-11-25T14:00:02.000000000Z')
    answers[1]?.response.write(stamped(2, 'two') + stamped(3, 'three'))
    await soon(() => expect(told.texts()).toEqual(['one', 'two', 'three']))
    expect(told.notes()).toMatchObject([{ what: 'restarted', because: 'OOMKilled, exit code 137' }])
    expect(told.events.findLast(event => event.kind === 'containers')).toMatchObject({
      containers: [{ restarts: 1, hasPrevious: true }, {}],
    })
  })
  it('that went with its pod is said to be gone, and its successor is read', async () => {
    const { read, answers, pods, objects } = await world({ 'cart-1': running })
    const told = follow(await read('workload=cart&follow=1'))
    await soon(() => expect(answers).toHaveLength(1))
    pods['cart-2'] = running
    pods['cart-1'] = 'gone'
    objects.pods = [view('cart-2')]
    answers[0]?.response.end()
    await soon(() => expect(answers.map(({ url }) => url.pathname.split('/').at(-2))).toEqual(['cart-1', 'cart-2']))
    answers[1]?.response.write(stamped(9, 'hello'))
    await soon(() => expect(told.texts()).toEqual(['hello']))
    expect(told.notes().map(({ what }) => what)).toEqual(['gone'])
  })
  it('that has not begun is asked again', async () => {
    const { read, answerLogs, answers } = await world({ 'cart-1': running })
    answerLogs((_, response) => {
      if (answers.length < 3) return json(response, { message: 'container "app" is waiting to start' }, 400)
      return response.write(stamped(1, 'up'))
    })
    const told = follow(await read('pod=cart-1&follow=1'))
    await soon(() => expect(told.texts()).toEqual(['up']))
    expect(told.notes()).toMatchObject([{ what: 'waiting', because: 'container "app" is waiting to start' }])
  })
})

describe('who may not read', () => {
  const forbidden = (_: URL, response: ServerResponse) => json(response, { message: 'pods "x" is forbidden' }, 403)
  it('logs hears which right it takes', async () => {
    const { read, answerLogs } = await world({ 'cart-1': running })
    answerLogs(forbidden)
    const response = await read('pod=cart-1')
    expect(response.status).toBe(403)
    expect(((await response.json()) as { detail: string }).detail).toBe(
      'ann may not read logs in shop: it takes the right to get pods/log there.',
    )
  })
  it('pods hears which right it takes', async () => {
    const { read, answers } = await world({ 'cart-1': 'forbidden' })
    const response = await read('follow=1')
    expect(response.status).toBe(403)
    expect(((await response.json()) as { detail: string }).detail).toContain('the right to get pods there')
    expect(answers).toEqual([])
  })
  it('one of several reads the others', async () => {
    const { read, answerLogs } = await world({ 'cart-1': running, 'cart-2': running })
    answerLogs((url, response) =>
      url.pathname.includes('cart-1') ? forbidden(url, response) : response.end(stamped(1, 'mine')),
    )
    const told = follow(await read('workload=cart'))
    await told.ended
    expect(told.texts()).toEqual(['mine'])
    expect(told.notes()).toMatchObject([{ what: 'refused' }])
  })
})

describe('a reader', () => {
  it('that leaves ends what was read for it', async () => {
    const { read, answers, reported } = await world({ 'cart-1': running, 'cart-2': running })
    const reader = new AbortController()
    const told = follow(await read('workload=cart&follow=1', reader.signal))
    await soon(() => expect(answers).toHaveLength(2))
    const closed = Promise.all(answers.map(({ response }) => once(response, 'close')))
    reader.abort()
    await Promise.all([closed, told.ended])
    expect(reported).toEqual([])
  })
  it('that does not read is not read for: the API server is held back', async () => {
    const { read, answers } = await world({ 'cart-1': running })
    const response = await read('pod=cart-1&follow=1')
    await soon(() => expect(answers).toHaveLength(1))
    const line = stamped(1, 'x'.repeat(10_000))
    let written = 0
    const most = 64 * 1024 * 1024
    const source = answers[0]?.response
    // Writes as fast as it may until it may not for a second.
    while (source !== undefined && written < most) {
      written += line.length
      if (source.write(line)) continue
      const isTaken = await Promise.race([
        once(source, 'drain').then(() => true),
        new Promise<boolean>(resolve => setTimeout(() => resolve(false), 1000)),
      ])
      if (!isTaken) break
    }
    expect(written).toBeLessThan(most)
    const told = follow(response)
    await soon(() => expect(told.texts().length).toBeGreaterThan(Math.floor(written / line.length) - 2))
    source?.end()
  })
  it('hears of a source that breaks off, and of its coming back', async () => {
    const { read, answers, api } = await world({ 'cart-1': running })
    const told = follow(await read('pod=cart-1&follow=1'))
    await soon(() => expect(answers).toHaveLength(1))
    await api.away()
    await soon(() => expect(told.notes().map(({ what }) => what)).toContain('failed'))
    await api.back()
    await soon(() => expect(answers.length).toBeGreaterThan(1))
    answers.at(-1)?.response.write(stamped(5, 'back'))
    await soon(() => expect(told.texts()).toEqual(['back']))
  })
})
