import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startCluster } from '#lab/kubernetes/client.ts'
import { workload } from '#lab/kubernetes/fixture.ts'
import { at, listOf } from '#lab/kubernetes/value.ts'
import { createLogStore, type LogStore } from '#lab/logs/store.ts'

type Running = Awaited<ReturnType<typeof startCluster>>

/** One pod with an application and a proxy; the application counts. */
describe('pods/log', () => {
  let cluster: Running
  let logs: LogStore
  let name = ''
  const where = () => ({ namespace: 'shop', pod: name, container: 'app' })
  const path = (query = 'container=app') => `/api/v1/namespaces/shop/pods/${name}/log?${query}`
  const write = (...texts: string[]) => {
    for (const text of texts) logs.write(where(), cluster.clock.now(), text)
  }
  const read = async (query?: string) => (await cluster.call({ path: path(query) })).text
  const pod = () => {
    const found = cluster.store.get('pods', 'shop', name)
    if (!found) throw new Error('The pod is gone.')
    return found
  }
  const change = (next: Record<string, unknown>) => {
    const object = pod()
    const statuses = listOf(at(object, 'status.containerStatuses')).map(status =>
      status['name'] === 'app' ? { ...status, ...next } : status,
    )
    cluster.store.replace({ ...object, status: { ...object.status, containerStatuses: statuses } })
  }

  const time = () => new Date(cluster.clock.now()).toISOString()
  const ended = () => ({ terminated: { exitCode: 1, reason: 'Error', startedAt: time(), finishedAt: time() } })
  /** Ends the container, and starts it again. */
  const restart = () => change({ restartCount: 1, lastState: ended(), state: { running: { startedAt: time() } } })

  beforeEach(async () => {
    cluster = await startCluster()
    logs = createLogStore({
      store: cluster.store,
      scenario: { trustDomain: 'cluster.local', externalHosts: [] },
      startedAt: cluster.clock.now(),
      containerLimit: 600_000,
    })
    cluster.server.showLogs(logs)
    cluster.store.create(workload('Deployment', 'shop', 'web'))
    cluster.run(1)
    name = cluster.store.list('pods', 'shop')[0]?.metadata.name ?? ''
  })
  afterEach(async () => {
    logs.close()
    cluster.controllers.close()
    await cluster.server.close()
  })

  it.each<[string, () => Promise<void> | void, string, number, () => string]>([
    [
      'no container named where there are several',
      () => cluster.run(5),
      '',
      400,
      () =>
        `a container name must be specified for pod ${name}, choose one of: [app istio-proxy] or one of the init containers: [istio-validation]`,
    ],
    [
      'a container that is not there',
      () => cluster.run(5),
      'container=x',
      400,
      () => `container x is not valid for pod ${name}`,
    ],
    [
      'a container that does not run yet',
      () => undefined,
      'container=app',
      400,
      () => `container "app" in pod "${name}" is waiting to start: PodInitializing`,
    ],
    [
      'a previous container where there was none',
      () => cluster.run(5),
      'container=app&previous=true',
      400,
      () => `previous terminated container "app" in pod "${name}" not found`,
    ],
    [
      'fewer lines than none',
      () => cluster.run(5),
      'container=app&tailLines=-1',
      422,
      () => `PodLogOptions "${name}" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0`,
    ],
    [
      'no bytes at all',
      () => cluster.run(5),
      'container=app&limitBytes=0',
      422,
      () => `PodLogOptions "${name}" is invalid: limitBytes: Invalid value: 0: must be greater than 0`,
    ],
    [
      'a stream of its own invention',
      () => cluster.run(5),
      'container=app&stream=Both',
      422,
      () =>
        `PodLogOptions "${name}" is invalid: stream: Unsupported value: "Both": supported values: "All", "Stdout", "Stderr"`,
    ],
  ])('refuses %s in the server’s words', async (_, prepare, query, code, message) => {
    await prepare()
    const reply = await cluster.call({ path: path(query) })
    expect(reply.status).toBe(code)
    expect(reply.body).toMatchObject({ kind: 'Status', message: message() })
  })

  it('answers 404 for a pod that is not there, and 405 for anything but GET', async () => {
    expect((await cluster.call({ path: '/api/v1/namespaces/shop/pods/none/log' })).body).toMatchObject({
      message: 'pods "none" not found',
    })
    expect((await cluster.call({ method: 'DELETE', path: path() })).status).toBe(405)
  })

  it('is listed by discovery', async () => {
    const { body } = await cluster.call({ path: '/api/v1' })
    expect(JSON.stringify(body)).toContain(
      '{"name":"pods/log","singularName":"","namespaced":true,"kind":"Pod","verbs":["get"]}',
    )
  })

  it('reads what a container wrote, whole or in part', async () => {
    cluster.run(5)
    write('one', 'two')
    cluster.clock.pass(10)
    write('three')
    expect((await read()).endsWith('one\ntwo\nthree\n')).toBe(true)
    expect(await read('container=app&tailLines=2')).toBe('two\nthree\n')
    expect(await read('container=app&tailLines=0')).toBe('')
    expect(await read('container=app&sinceSeconds=5')).toBe('three\n')
    const since = new Date(cluster.clock.now() - 1000).toISOString()
    expect(await read(`container=app&sinceTime=${since}`)).toBe('three\n')
    expect(await read('container=app&tailLines=1&limitBytes=3')).toBe('thr')
    expect(await read('container=app&tailLines=1&stream=Stderr')).toBe('')
    expect(await read('container=app&tailLines=1&timestamps=true')).toMatch(/^2026-11-23T08:00:16\.000000000Z three\n$/)
  })

  it('begins with the lines of the start, as time lets them come', async () => {
    cluster.run(1)
    logs.advanceTo(cluster.clock.now())
    expect(await read('container=istio-proxy')).not.toContain('Envoy proxy is ready')
    cluster.run(2)
    logs.advanceTo(cluster.clock.now())
    expect(await read('container=istio-proxy')).toMatch(/Proxy role[^]*Envoy proxy is ready\n$/)
  })

  it('keeps what was written before a restart as the previous log', async () => {
    cluster.run(5)
    write('last words')
    restart()
    write('hello again')
    expect(await read()).not.toContain('last words')
    expect((await read('container=app&previous=true')).endsWith('last words\n')).toBe(true)
  })

  it('reads the last life’s log while the container waits for the next', async () => {
    cluster.run(5)
    write('last words')
    change({ lastState: ended(), state: { waiting: { reason: 'CrashLoopBackOff' } } })
    expect((await read()).endsWith('last words\n')).toBe(true)
    expect((await read('container=app&previous=true')).endsWith('last words\n')).toBe(true)
    change({ state: { waiting: { reason: 'ImagePullBackOff' } }, lastState: undefined })
    expect(await read()).toContain('is waiting to start: trying and failing to pull image')
  })

  it('follows: each line once and in order, after the tail, until the pod is gone', async () => {
    cluster.run(5)
    write('a', 'b', 'c')
    const response = await fetch(cluster.address + path('container=app&follow=true&tailLines=2'))
    const text = response.text()
    for (const each of ['d', 'e', 'f']) {
      write(each)
      await new Promise(resolve => setImmediate(resolve))
    }
    cluster.store.remove('pods', 'shop', name)
    expect(await text).toBe('b\nc\nd\ne\nf\n')
  })

  it('ends a follower’s stream with the container it followed', async () => {
    cluster.run(5)
    write('a')
    const response = await fetch(cluster.address + path('container=app&follow=true&tailLines=1'))
    const text = response.text()
    write('b')
    restart()
    write('c')
    expect(await text).toBe('a\nb\n')
  })

  it('cuts off a reader that does not read, rather than remember for it or leave lines out', async () => {
    cluster.run(5)
    const socket = connect(Number(new URL(cluster.address).port), '127.0.0.1')
    socket.write(`GET ${path('container=app&follow=true&tailLines=0')} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
    await once(socket, 'readable')
    const line = 'x'.repeat(1000)
    const heap = process.memoryUsage().arrayBuffers
    // Far more than the kernel's buffers, ours and the container's own log hold together.
    for (let round = 0; round < 400 && !socket.destroyed; round++) {
      for (let count = 0; count < 100; count++) write(line)
      await new Promise(resolve => setImmediate(resolve))
    }
    expect(process.memoryUsage().arrayBuffers - heap).toBeLessThan(8_000_000)
    const got: Buffer[] = []
    socket.on('data', (piece: Buffer) => got.push(piece))
    await once(socket, 'close')
    expect(Buffer.concat(got).length).toBeLessThan(20_000_000)
  })
})
