import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { beforeAll, describe, expect, it } from 'vitest'
import { readSeenFlows } from '#bff/security/flows/read-flows.ts'
import { openCoverage, recordedEvery, recordingRules } from '#bff/security/flows/recorded.ts'
import type { Prometheus } from '#bff/sources/source.ts'
import { MemoryStore } from '#lab/prometheus/memory-store.ts'
import { instantQuery, rangeQuery } from '#lab/prometheus/promql/query.ts'

/** The rules of `deploy/` as a Prometheus evaluates them, and what is read with them and without. */

interface RuleFile {
  groups: { name: string; interval: string; rules: { record: string; expr: string }[] }[]
}
const file = parse(readFileSync(new URL('../../deploy/prometheus-rules.yaml', import.meta.url), 'utf8')) as RuleFile
const rules = file.groups.flatMap(group => group.rules)

const end = Date.UTC(2026, 10, 26, 4)
const [scrape, day] = [60_000, 86_400_000]
const ends = {
  reporter: 'destination',
  source_workload: 'payments',
  source_workload_namespace: 'pay',
  source_principal: 'spiffe://cluster.local/ns/pay/sa/payments',
  destination_workload_namespace: 'pay',
  connection_security_policy: 'mutual_tls',
  response_flags: '-',
}
const http = { ...ends, destination_workload: 'ledger', destination_service_name: 'ledger', request_protocol: 'http' }
const tcp = { ...ends, destination_workload: 'redis', destination_service_name: 'redis' }

/** A day of requests by two pods, of refusals that ended nine hours ago, and of one connection that goes on. */
function storeOf(): MemoryStore {
  const store = new MemoryStore()
  for (let at = end - day - 7_200_000; at <= end; at += scrape) {
    const count = (at - end + 2 * day) / scrape
    const until = Math.min(count, (2 * day - 9 * 3_600_000) / scrape)
    for (const pod of ['ledger-1', 'ledger-2'])
      store.append({ __name__: 'istio_requests_total', ...http, pod, response_code: '200' }, at, count * 6)
    store.append({ __name__: 'istio_requests_total', ...http, pod: 'ledger-1', response_code: '403' }, at, until * 2)
    store.append({ __name__: 'istio_tcp_connections_opened_total', ...tcp, pod: 'redis-1' }, at, 1)
    store.append({ __name__: 'istio_tcp_sent_bytes_total', ...tcp, pod: 'redis-1' }, at, count * 900)
  }
  return store
}

/** What a Prometheus with these rules does every five minutes, at no round time: it spreads its groups. */
function record(store: MemoryStore, from: number): void {
  for (let at = from; at <= end; at += recordedEvery * 1000)
    for (const rule of rules) {
      const result = instantQuery(rule.expr, at, { store })
      if (result.type !== 'vector') throw new Error(`${rule.record} is no vector.`)
      for (const [index, labels] of result.labels.entries())
        store.append({ ...labels, __name__: rule.record }, at, result.values[index] ?? 0)
    }
}

function read(store: MemoryStore) {
  const prometheus: Pick<Prometheus, 'query' | 'queryRange' | 'scrapeInterval'> = {
    query: async (query, at) => {
      const result = instantQuery(query, at, { store })
      if (result.type !== 'vector') throw new Error(`${query} is no vector.`)
      return result.labels.map((metric, index) => ({ metric: { ...metric }, value: result.values[index] ?? 0 }))
    },
    queryRange: async (query, { start, end: last, step }) => {
      const result = rangeQuery(query, { start, end: last, step: step * 1000 }, { store })
      if (result.type !== 'matrix') throw new Error(`${query} is no matrix.`)
      return result.series.map(({ labels, times, values }) => ({
        metric: { ...labels },
        times: [...times],
        values: [...values],
      }))
    },
    scrapeInterval: async () => ({ interval: 60, known: true }),
  }
  const given = { prometheus, workloadsOf: () => [], workloadOfPod: new Map(), now: () => end }
  return readSeenFlows(day / 1000, { ...given, isRecorded: openCoverage(given) }, new AbortController().signal)
}
const isRecorded = ({ queries }: Awaited<ReturnType<typeof read>>) =>
  queries.some(({ name, query }) => name === 'requests' && query.includes('weft:istio_requests:increase5m'))

describe('recording rules', () => {
  const store = storeOf()
  let raw: Awaited<ReturnType<typeof read>>
  beforeAll(async () => {
    raw = await read(store)
  })

  it('are those that the console reads', () => {
    const plain = (text: string) => text.replaceAll(/\s+/g, ' ').replaceAll('( ', '(').replaceAll(' )', ')')
    expect(rules.map(({ record: name, expr }) => ({ record: name, expr: plain(expr) }))).toEqual(recordingRules())
    expect(file.groups.map(({ interval }) => interval)).toEqual(['5m'])
  })

  it('are not needed: without them a day is read from what was scraped', () => {
    expect(isRecorded(raw)).toBe(false)
    const [requests, connections] = raw.flows
    expect(raw.flows).toHaveLength(2)
    // Nobody counted a refusal: a 403 is the application's own answer.
    expect(requests?.passed).toBeCloseTo(2 * 1440 * 6 + 15 * 60 * 2, -2)
    expect(connections).toMatchObject({ passed: 1, lastSeen: end })
  })

  it('that came within the window are left alone, for they know a part of it only', async () => {
    const young = storeOf()
    record(young, end - 3_600_000 + 37_000)
    expect(isRecorded(await read(young))).toBe(false)
  })

  it('tell the same of a day as what was scraped', async () => {
    record(store, end - day - 3_600_000 + 37_000)
    const told = await read(store)
    expect(isRecorded(told)).toBe(true)
    expect(told.flows.map(({ id }) => id)).toEqual(raw.flows.map(({ id }) => id))
    for (const [index, flow] of told.flows.entries()) {
      const before = raw.flows[index]
      expect(flow.lastSeen).toBe(before?.lastSeen)
      expect(flow.passed / (before?.passed ?? 0)).toBeCloseTo(1, 2)
      for (const [step, weight] of (flow.hours ?? []).entries())
        expect(Math.abs(weight - (before?.hours?.[step] ?? 0))).toBeLessThan(15)
    }
  })
})
