import { parser } from '@prometheus-io/lezer-promql'
import { describe, expect, it } from 'vitest'
import { oneOf, quote, range } from '#bff/sources/promql.ts'
import { defaultWindow, graphQueries } from './queries.ts'

/** Parsed by Prometheus' own grammar: the number of places it could not read. */
function errorsIn(promql: string): number {
  let errors = 0
  parser.parse(promql).iterate({
    enter: node => {
      if (node.type.isError) errors += 1
    },
  })
  return errors
}

describe('the queries of a reading', () => {
  it('are at most eight, however many namespaces are asked for', () => {
    for (const count of [0, 1, 3, 20, 21, 500]) {
      const namespaces = Array.from({ length: count }, (_, index) => `team-${index}`)
      expect(Object.keys(graphQueries(namespaces, 60)).length).toBeLessThanOrEqual(8)
    }
  })

  it.each([[[]], [['shop']], [['pay', 'shop']]])('are PromQL for %j', namespaces => {
    for (const promql of Object.values(graphQueries(namespaces, 60)))
      expect([errorsIn(promql), promql]).toEqual([0, promql])
  })

  it('ask for both reporters at once, by what names a hop and its outcome', () => {
    expect(graphQueries([], 60).requests).toBe(
      'sum by (reporter, source_workload, source_workload_namespace, destination_workload, ' +
        'destination_workload_namespace, destination_service_name, destination_service_namespace, ' +
        'source_canonical_service, destination_canonical_service, destination_version, request_protocol, ' +
        'response_code, grpc_response_status, response_flags, connection_security_policy, destination_principal) ' +
        '(rate(istio_requests_total[60s]))',
    )
  })

  it('narrow to hops with either end in one of the namespaces', () => {
    expect(graphQueries(['pay', 'shop'], 90).requests).toContain(
      '(rate(istio_requests_total{source_workload_namespace=~"pay|shop"}[90s])' +
        ' or rate(istio_requests_total{destination_service_namespace=~"pay|shop"}[90s])' +
        ' or rate(istio_requests_total{destination_workload_namespace=~"pay|shop"}[90s]))',
    )
    expect(graphQueries(['pay'], 60).connections).toContain('{source_workload_namespace="pay"}')
  })

  it('read everything where matchers would cost more than they save', () => {
    const many = Array.from({ length: 21 }, (_, index) => `team-${index}`)
    expect(graphQueries(many, 60).requests).toBe(graphQueries([], 60).requests)
  })

  it('count refusals without rate, which would drop the names that tell listeners apart', () => {
    const { refusals } = graphQueries([], 60)
    expect(refusals).not.toContain('rate(')
    expect(refusals).toContain(' offset 60s')
  })

  it('see refusals everywhere: a caller of the scope may be refused outside of it', () => {
    expect(graphQueries(['legacy'], 60).refusals).toBe(graphQueries([], 60).refusals)
  })

  it('look back over four scrapes, and at least a minute', () => {
    expect(defaultWindow(5)).toBe(60)
    expect(defaultWindow(15)).toBe(60)
    expect(defaultWindow(30)).toBe(120)
  })
})

describe('text on its way into PromQL', () => {
  it.each([
    ['plain', '"plain"'],
    ['say "hi"', '"say \\"hi\\""'],
    ['back\\slash', '"back\\\\slash"'],
    ['line\nbreak', '"line\\nbreak"'],
    ['"} or vector(1) #', '"\\"} or vector(1) #"'],
  ])('%j becomes a literal that cannot end early', (text, literal) => {
    expect(quote(text)).toBe(literal)
    expect(errorsIn(`m{a=${quote(text)}}`)).toBe(0)
  })

  it('means itself inside a list', () => {
    expect(oneOf('host', ['a.b', 'c|d'])).toBe('host=~"a\\\\.b|c\\\\|d"')
    expect(oneOf('host', ['a.b'])).toBe('host="a.b"')
  })

  it('says windows to the millisecond', () => {
    expect(range(60)).toBe('[60s]')
    expect(range(1.5)).toBe('[1500ms]')
  })
})
