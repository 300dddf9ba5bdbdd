import { describe, expect, it } from 'vitest'
import type { KubeObject, ObjectStore } from '#lab/contract.ts'
import { createMesh } from '#lab/mesh/mesh.ts'
import { createPacker, type Packed } from '#lab/mesh/requests/pack.ts'
import { memoryStore } from '#lab/mesh/testing/memory-store.ts'
import { made, peerAuthentication, virtualService } from '#lab/mesh/testing/objects.ts'
import { smallScenario, startedAt } from '#lab/mesh/testing/small-mesh.ts'
import { spansOf } from '#lab/tracing/spans.ts'
import { tagsOf } from '#lab/tracing/tags.ts'
import { createLogStore } from './store.ts'

const meshConfig: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'istio', namespace: 'istio-system' },
  data: { mesh: 'accessLogFile: /dev/stdout' },
}

/** The small mesh with its logs, a minute long. */
function live(
  objects: KubeObject[] = [],
  options: { limit?: number; containerLimit?: number } = {},
  sampling: { traceShare: number | null } = { traceShare: 0.05 },
) {
  const scenario = smallScenario()
  // Containers that run, as the kubelet tells of them.
  const store: ObjectStore = memoryStore([...scenario.objects.map(running), meshConfig])
  for (const object of objects) store.create(object)
  const logs = createLogStore({ store, scenario, startedAt, ...options })
  const packer = createPacker()
  const thrown: Packed[] = []
  const mesh = createMesh({
    scenario,
    store,
    seed: 1,
    startedAt,
    historyHours: 0.1,
    sampling: { history: 0, logShare: 0.2, ...sampling },
    sink: {
      add(root, marks) {
        const packed = packer.pack(root, marks)
        thrown.push(packed)
        logs.keep(packed)
      },
    },
  })
  const advance = (from: number, to: number) => {
    for (let second = from; second < to; second++) {
      mesh.advanceTo(startedAt + second * 1000)
      logs.advanceTo(startedAt + second * 1000)
    }
  }
  advance(1, 61)
  const read = (namespace: string, workload: string, container: string) =>
    store
      .list('pods', namespace)
      .filter(pod => pod.metadata.name.startsWith(`${workload}-`))
      .flatMap(pod => logs.read(pod, container, undefined)?.lines ?? [])
      .map(line => line.text())
  return { mesh, store, logs, thrown, read, advance }
}

function running(object: KubeObject): KubeObject {
  if (object.kind !== 'Pod') return object
  const containers = (object.spec?.['containers'] ?? []) as { name: string }[]
  return {
    ...object,
    status: {
      ...object.status,
      containerStatuses: containers.map(({ name }) => ({
        name,
        restartCount: 0,
        state: { running: { startedAt: '2026-11-20T08:00:00Z' } },
      })),
    },
  }
}

const abort = {
  hosts: ['back.shop.svc.cluster.local'],
  http: [
    {
      fault: { abort: { percentage: { value: 20 }, httpStatus: 503 } },
      route: [{ destination: { host: 'back.shop.svc.cluster.local' } }],
    },
  ],
}

const access = /^\[(\S+)\] "(\S+) (\S+) (\S+)" (\d+) (\S+) (\S+) .*? (\d+) (\d+) (\d+) (\S+) "[^"]*" "[^"]*" "(\S+)"/

interface Line {
  start: number
  code: string
  flags: string
  duration: number
  requestId: string
}

const parse = (text: string): Line[] => {
  const [, start = '', , , protocol, code = '', flags = '', , , , duration, , requestId = ''] = access.exec(text) ?? []
  return protocol === undefined || protocol === '-'
    ? []
    : [{ start: Date.parse(start), code, flags, duration: Number(duration), requestId }]
}

describe('logs of a living mesh', { timeout: 60_000 }, () => {
  const fault = virtualService('shop', 'back', {
    hosts: ['back.shop.svc.cluster.local'],
    http: [
      {
        fault: { abort: { percentage: { value: 20 }, httpStatus: 503 } },
        route: [{ destination: { host: 'back.shop.svc.cluster.local' } }],
        timeout: '0.02s',
      },
    ],
  })
  const { mesh, read, thrown } = live([fault])
  const proxies: [string, string][] = [
    ['gates', 'edge'],
    ['shop', 'front'],
    ['shop', 'back-v1'],
    ['amb', 'waypoint'],
  ]

  it('tell code and flags that the metrics count on the same way', () => {
    const counted = new Set<string>()
    for (const piece of mesh.samples.exposition())
      for (const line of piece.split('\n')) {
        if (!line.startsWith('istio_requests_total{')) continue
        const of = (name: string) => new RegExp(`[{,]${name}="([^"]*)"`).exec(line)?.[1] ?? ''
        const at = of('reporter') === 'source' ? 'source_workload' : 'destination_workload'
        const who = of('reporter') === 'waypoint' ? 'waypoint' : of(at)
        counted.add(`${who} ${of('response_code')} ${of('response_flags')}`)
      }
    const strange = proxies.flatMap(([namespace, workload]) =>
      read(namespace, workload, 'istio-proxy')
        .flatMap(parse)
        .map(({ code, flags }) => `${workload} ${code} ${flags}`)
        .filter(key => !counted.has(key)),
    )
    expect(new Set(strange)).toEqual(new Set())
    const front = read('shop', 'front', 'istio-proxy').flatMap(parse)
    expect(new Set(front.map(({ code, flags }) => `${code} ${flags}`))).toEqual(
      new Set(['200 -', '503 FI', '503 -', '504 UT', '504 -']),
    )
  })

  it('tell of each traced request what its spans tell: when, how long, with which code and flags', () => {
    const spans = thrown.filter(([{ exchange }]) => exchange.isTraced).flatMap(spansOf)
    const keyOf = (service: string, line: Line) =>
      `${service} ${line.requestId} ${line.start} ${line.duration} ${line.code} ${line.flags}`
    const told = new Set(
      spans.map(({ reporter, requestId, start, duration, code, flags }) =>
        keyOf(reporter.workload, {
          start: Math.floor(start / 1000),
          duration: Math.floor(duration / 1000),
          code: String(code),
          flags,
          requestId,
        }),
      ),
    )
    const traced = new Set(spans.map(({ requestId }) => requestId))
    let seen = 0
    // A gateway writes two spans and one line, which has the code of one and the time of the other.
    for (const [namespace, workload] of proxies.slice(1))
      for (const line of read(namespace, workload, 'istio-proxy').flatMap(parse)) {
        if (!traced.has(line.requestId)) continue
        seen++
        expect(told).toContain(keyOf(workload, line))
      }
    expect(seen).toBeGreaterThan(50)
  })

  it('are written in the order of their times', () => {
    const { store, logs } = live()
    for (const pod of store.list('pods'))
      for (const container of ['app', 'istio-proxy']) {
        const times = logs.read(pod, container, undefined)?.lines.map(line => line.time) ?? []
        expect(times).toEqual(times.toSorted((one, other) => one - other))
      }
  })

  it('hold what applications, ztunnel and proxies say, each in its own way', () => {
    expect(read('shop', 'back-v1', 'app').some(line => line.includes('"msg":"request served"'))).toBe(true)
    expect(read('shop', 'front', 'app').some(line => /answered 50[34]/.test(line))).toBe(true)
    expect(read('istio-system', 'ztunnel', 'istio-proxy').some(line => line.includes('direction="inbound"'))).toBe(true)
    expect(read('data', 'db', 'istio-proxy').some(line => line.includes('"- - -" 0 - - -'))).toBe(true)
    expect(read('shop', 'front', 'istio-proxy')[0]).toContain('FLAG: --domain="shop.svc.cluster.local"')
  })

  it('show plaintext that STRICT does not let in only where it was closed', () => {
    const strict = live([peerAuthentication('shop', 'default', { mtls: { mode: 'STRICT' } })])
    const closed = strict
      .read('shop', 'back-v1', 'istio-proxy')
      .filter(line => line.includes('NR filter_chain_not_found'))
    expect(closed.length).toBeGreaterThan(2)
    expect(strict.read('legacy', 'batch', 'app').some(line => line.includes('failed'))).toBe(true)
  })

  it('are the same for the same seed', () => {
    const [one, other] = [live(), live()]
    for (const [namespace, workload] of proxies)
      expect(one.read(namespace, workload, 'istio-proxy')).toEqual(other.read(namespace, workload, 'istio-proxy'))
  })

  it('hold no more than they may, however long it goes on', () => {
    const { logs, advance } = live([], { limit: 40_000, containerLimit: 8000 })
    for (let minute = 1; minute < 4; minute++) {
      advance(minute * 60 + 1, minute * 60 + 61)
      expect(logs.bytes).toBeLessThanOrEqual(40_000)
      expect(logs.bytes).toBeGreaterThan(10_000)
    }
  })
})

describe('a Telemetry acts within one tick', { timeout: 60_000 }, () => {
  const telemetry = (name: string, spec: Record<string, unknown>): KubeObject =>
    made('telemetry.istio.io/v1', 'Telemetry', 'shop', name, spec)
  const seriesOf = ({ mesh }: ReturnType<typeof live>, metric: string) => {
    const found: string[] = []
    for (const piece of mesh.samples.exposition())
      for (const line of piece.split('\n')) if (line.startsWith(`${metric}{`)) found.push(line)
    return found
  }
  const ofFront = (line: string) => /source_workload="front"/.test(line) && /reporter="source"/.test(line)

  it('on access logs: off, and with a filter', () => {
    const lab = live()
    const before = lab.read('shop', 'front', 'istio-proxy').length
    lab.store.create(
      telemetry('front', { selector: { matchLabels: { app: 'front' } }, accessLogging: [{ disabled: true }] }),
    )
    lab.advance(61, 71)
    expect(lab.read('shop', 'front', 'istio-proxy').length).toBe(before)
    const expression = 'response.code >= 500'
    lab.store.replace(
      telemetry('front', { selector: { matchLabels: { app: 'front' } }, accessLogging: [{ filter: { expression } }] }),
    )
    lab.store.create(virtualService('shop', 'back', abort))
    lab.advance(71, 91)
    const since = lab
      .read('shop', 'front', 'istio-proxy')
      .flatMap(parse)
      .filter(({ start }) => start >= startedAt + 71_000)
    expect(since.length).toBeGreaterThan(5)
    expect(new Set(since.map(({ code }) => code))).toEqual(new Set(['503']))
  })

  it('on the share that is traced', () => {
    const lab = live([], {}, { traceShare: null })
    const traced = () => lab.thrown.filter(([{ exchange }]) => exchange.isTraced).length
    expect(traced()).toBeGreaterThan(10)
    lab.store.create(
      made('telemetry.istio.io/v1', 'Telemetry', 'istio-system', 'off', { tracing: [{ randomSamplingPercentage: 0 }] }),
    )
    const before = traced()
    lab.advance(61, 81)
    expect(traced()).toBe(before)
  })

  it('on spans: those of one side only, with a header as a tag', () => {
    const lab = live([
      telemetry('all', {
        tracing: [
          { match: { mode: 'SERVER' }, disableSpanReporting: true },
          { match: { mode: 'CLIENT' }, customTags: { team: { literal: { value: 'shop' } } } },
        ],
      }),
    ])
    const spans = lab.thrown.filter(([{ exchange }]) => exchange.isTraced).flatMap(spansOf)
    const front = spans.filter(({ reporter }) => reporter.namespace === 'shop')
    expect(front.length).toBeGreaterThan(10)
    for (const span of front) {
      expect(span.kind).toBe('CLIENT')
      expect(tagsOf(span)).toContainEqual({ key: 'team', type: 'string', value: 'shop' })
    }
  })

  it('on metrics: a label goes, another comes, a metric is no longer reported', () => {
    const lab = live()
    expect(
      seriesOf(lab, 'istio_requests_total')
        .filter(ofFront)
        .every(line => line.includes('response_flags=')),
    ).toBe(true)
    lab.store.create(
      telemetry('metrics', {
        metrics: [
          {
            overrides: [
              { tagOverrides: { response_flags: { operation: 'REMOVE' }, verb: { value: 'request.method' } } },
              { match: { metric: 'REQUEST_SIZE' }, disabled: true },
            ],
          },
        ],
      }),
    )
    lab.advance(61, 63)
    const front = seriesOf(lab, 'istio_requests_total').filter(ofFront)
    expect(front.length).toBeGreaterThan(0)
    for (const line of front) {
      expect(line).not.toContain('response_flags=')
      expect(line).toMatch(/verb="(GET|POST)"/)
    }
    const names = (line: string) => line.slice(0, line.lastIndexOf(' '))
    expect(new Set(front.map(names)).size).toBe(front.length)
    expect(seriesOf(lab, 'istio_request_bytes_count').filter(ofFront)).toEqual([])
    expect(seriesOf(lab, 'istio_response_bytes_count').filter(ofFront).length).toBeGreaterThan(0)
  })
})
