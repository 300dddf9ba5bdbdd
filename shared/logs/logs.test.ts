import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineOf } from './line.ts'
import { merge } from './merge.ts'

const envoy = (path: string, agent: string) =>
  `2026-11-25T14:21:00.123456789Z [2026-11-25T14:21:00.120Z] "GET ${path} HTTP/1.1" 503 UF,URX upstream_reset_before_response_started{connection_failure} - "delayed connect error: 111" 0 152 11 - "-" "${agent}" "0aa3-id" "cart.shop:8080" "10.40.1.9:8080" outbound|8080||cart.shop.svc.cluster.local - 10.96.0.4:8080 10.40.1.7:51123 - default`

describe('a line of a log', () => {
  it('keeps the text and reads the stamp of the runtime', () => {
    expect(lineOf('2026-11-25T14:21:00.123456789Z hello')).toMatchObject({
      at: Date.UTC(2026, 10, 25, 14, 21, 0, 123),
      stamp: '2026-11-25T14:21:00.123456789',
      text: 'hello',
      message: 'hello',
      level: null,
      access: null,
    })
    expect(lineOf('no stamp')).toMatchObject({ at: null, text: 'no stamp' })
  })

  it.each([
    ['"- - -" 0 - - - "-" 484 200 11 - "-" "-" "-" "-" "10.40.1.9:6379"', 'info'],
    ['"- - -" 0 UF - - "-" 0 0 11 - "-" "-" "-" "-" "10.40.1.9:6379"', 'warn'],
    ['"GET / HTTP/1.1" 0 DC downstream_remote_disconnect - "-" 0 0 11 - "-" "-" "-" "a" "10.40.1.9:80"', 'error'],
  ])('%s is %s: a connection has no code', (told, level) => {
    const line = lineOf(`[2026-11-25T14:21:00.120Z] ${told} outbound|6379||redis 10.0.0.1:1 10.0.0.2:2 10.0.0.3:3 - -`)
    expect(line.access?.code).toBe(0)
    expect(line.level).toBe(level)
  })

  it("reads Istio's access log, also where strangers wrote quotes into it", () => {
    const line = lineOf(envoy('/a "quoted" HTTP/1.1 path', 'curl "x" y'))
    expect(line.level).toBe('error')
    expect(line.access).toMatchObject({
      by: 'envoy',
      method: 'GET',
      path: '/a "quoted" HTTP/1.1 path',
      code: 503,
      flags: ['UF', 'URX'],
      details: 'upstream_reset_before_response_started{connection_failure}',
      error: 'delayed connect error: 111',
      duration: 11,
      authority: 'cart.shop:8080',
      upstreamCluster: 'outbound|8080||cart.shop.svc.cluster.local',
      requestId: '0aa3-id',
      route: 'default',
    })
  })

  it('reads a connection, which has no request', () => {
    const line = lineOf(
      '2026-11-25T14:21:00Z [2026-11-25T14:21:00.120Z] "- - -" 0 UF - - "-" 10 20 3000 - "-" "-" "-" "-" "10.0.0.1:5432" outbound|5432||postgres.data.svc.cluster.local 10.0.0.2:1 10.0.0.3:5432 10.0.0.2:2 - -',
    )
    expect(line.access).toMatchObject({ method: null, code: 0, flags: ['UF'], bytesSent: 20, requestId: null })
  })

  it('reads the same from JSON', () => {
    const json = {
      response_code: 200,
      response_flags: '-',
      method: 'GET',
      path: '/',
      duration: 4,
      trace_id: 'abc',
      route_name: null,
    }
    expect(lineOf(JSON.stringify(json))).toMatchObject({
      level: 'info',
      access: { code: 200, flags: [], duration: 4, traceId: 'abc', route: null },
    })
  })

  it('reads ztunnel', () => {
    const line = lineOf(
      '2026-11-25T14:21:00Z 2026-11-25T14:21:00.1Z\terror\taccess\tconnection complete\tsrc.addr=10.0.0.1:33 src.identity="spiffe://cluster.local/ns/a/sa/b" dst.addr=10.0.0.2:15008 dst.hbone_addr=10.0.0.2:8080 dst.service="x.y.svc.cluster.local" direction="inbound" bytes_sent=1 bytes_recv=2 duration="12ms" error="connection closed due to policy rejection: allow policies exist, but none allowed"',
    )
    expect(line).toMatchObject({
      level: 'error',
      access: { by: 'ztunnel', duration: 12, peer: 'spiffe://cluster.local/ns/a/sa/b', upstreamHost: '10.0.0.2:8080' },
    })
  })

  it.each<[string, string | null]>([
    ['{"level":"warn","msg":"x"}', 'warn'],
    ['{"level":50,"msg":"x"}', 'error'],
    ['{"severity":"NOTICE"}', 'info'],
    ['time=2026 level=error msg="x"', 'error'],
    ['E1125 14:21:00.1 1 x.go:1] failed', 'error'],
    ['2026-11-25 [WARN] slow', 'warn'],
    ['2026-11-25 14:21:00 UTC [77] LOG:  duration: 31 ms', 'info'],
    ['the word error in a sentence of people', null],
    ['[error] it is one', 'error'],
    ['terror is no level', null],
    ['', null],
  ])('%s is of level %s', (text, level) => {
    expect(lineOf(text).level).toBe(level)
  })

  it('shows no control characters, keeps them in the text, and reads nothing out of a megabyte', () => {
    const coloured = lineOf('\u001b[31mred\u001b[0m\u0000')
    expect(coloured.message).toBe('red ')
    expect(coloured.text).toContain('\u001b')
    const long = lineOf(`{"level":"error","x":"${'a'.repeat(1_000_000)}"}`)
    expect(long).toMatchObject({ level: null, fields: [] })
  })

  it('is total: any text is a line, and its text is kept', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), given => {
        const { text, stamp } = lineOf(given)
        expect(given.endsWith(text)).toBe(true)
        expect(typeof stamp).toBe('string')
      }),
    )
  })

  it('is read in time that grows with its length, whatever stands in it', () => {
    const nasty = `[2026-11-25T14:21:00.120Z] "GET ${'" "'.repeat(10_000)} HTTP/1.1" 200 - - - "`
    expect(lineOf(nasty).access).toBeNull()
  })
})

describe('logs of several containers as one', () => {
  const lines = fc
    .array(fc.record({ at: fc.option(fc.integer({ min: 0, max: 9 })), id: fc.integer() }), { maxLength: 12 })
    .map(all => all.map(({ at, id }) => ({ at, id, stamp: at === null ? '' : String(at) })))

  it('loses nothing and keeps the order of each', () => {
    fc.assert(
      fc.property(fc.array(lines, { maxLength: 4 }), streams => {
        const merged = merge(streams)
        expect(merged).toHaveLength(streams.flat().length)
        for (const stream of streams) expect(merged.filter(line => stream.includes(line))).toEqual(stream)
      }),
    )
  })

  it('is in the order of time where each of them is', () => {
    fc.assert(
      fc.property(fc.array(lines, { maxLength: 4 }), streams => {
        const sorted = streams.map(stream =>
          stream.filter(({ at }) => at !== null).sort((a, b) => (a.at ?? 0) - (b.at ?? 0)),
        )
        const times = merge(sorted).map(({ stamp }) => stamp)
        expect(times).toEqual([...times].sort())
      }),
    )
  })
})
