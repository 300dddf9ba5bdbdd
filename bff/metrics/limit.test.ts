import { parser } from '@prometheus-io/lezer-promql'
import { describe, expect, it } from 'vitest'
import { hostMatchers } from './hosts.ts'
import { limited } from './limit.ts'

const shop = new Set(['shop'])
const ends =
  'source_workload_namespace=~"shop|unknown|",destination_workload_namespace=~"shop|unknown|",destination_service_namespace=~"shop|unknown|"'
const other = [`namespace="shop",${ends}`, ...hostMatchers(['shop'])].join(',')

describe("somebody's own PromQL", () => {
  it.each([
    ['istio_requests_total', `istio_requests_total{${ends}}`],
    ['up{}', `up{${other}}`],
    ['up{job="a",}', `up{job="a",${other}}`],
    [
      'rate(istio_requests_total{code="}{"}[5m] offset 1h)',
      `rate(istio_requests_total{code="}{",${ends}}[5m] offset 1h)`,
    ],
    ['{__name__=~"istio.*"}', `{__name__=~"istio.*",${other}}`],
    ['sum by (istio_requests_total) (up) / vector(1)', `sum by (istio_requests_total) (up{${other}}) / vector(1)`],
    ['label_replace(up, "namespace", "shop", "", "")', `label_replace(up{${other}}, "namespace", "shop", "", "")`],
    ['a or b unless c', `a{${other}} or b{${other}} unless c{${other}}`],
    ['max_over_time(rate(up[1m])[1h:1m])', `max_over_time(rate(up{${other}}[1m])[1h:1m])`],
  ])('is limited in every selector: %s', (asked, want) => {
    expect(limited(asked, shop)).toBe(want)
    const faults: number[] = []
    parser.parse(limited(asked, shop)).iterate({ enter: node => void (node.type.isError && faults.push(node.from)) })
    expect(faults).toEqual([])
  })

  it('is left as it is for whoever sees everything', () => {
    expect(limited('sum(up)', 'everything')).toBe('sum(up)')
  })

  it('finds nothing for whoever sees nothing', () => {
    expect(limited('up', new Set())).toContain('namespace="",namespace!=""')
  })

  it.each(['sum(', 'up{', 'up{a=b}', 'rate(up[5m]'])('is refused where it cannot be read, with the place: %s', text => {
    expect(() => limited(text, shop)).toThrow(/cannot be read from character \d+/)
  })
})
