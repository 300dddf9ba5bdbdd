import { expect, test } from './fixtures.ts'

interface Edge {
  source: string
  destination: string
  protocol: string
  requestRate: number
  deniedRatio: number | null
  mtlsRatio: number | null
  byteRate: number
  via: string | null
}

async function value(prometheus: string, query: string, at: number): Promise<number> {
  const reply = await fetch(`${prometheus}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query, time: String(at / 1000) }),
  })
  const { data } = (await reply.json()) as { data: { result: { value: [number, string] }[] } }
  return Number(data.result[0]?.value[1] ?? 0)
}

test.describe('the numbers of the map', () => {
  for (const level of ['namespace', 'service', 'workload'])
    test(`by ${level} add up to what Prometheus says, each hop counted once`, async ({ lab, weft }) => {
      const at = Date.now() - 1000
      const window = 60
      const reply = await fetch(`${weft.url}/api/topology?level=${level}&at=${at}&window=${window}`)
      const { edges, totals } = (await reply.json()) as {
        edges: Edge[]
        totals: { httpRate: number; grpcRate: number }
      }
      for (const protocol of ['http', 'grpc'] as const) {
        const rate = (more: string) => `rate(istio_requests_total{request_protocol="${protocol}",${more}}[${window}s])`
        const hop =
          'source_workload, source_workload_namespace, destination_service_name, destination_service_namespace'
        // Who serves is believed; who calls only where nobody served: egress, and what never arrived.
        const expected = await value(
          lab.prometheus,
          `sum(${rate('reporter=~"destination|waypoint"')}) + (sum(sum by (${hop}) (${rate('reporter="source"')}) unless on (${hop}) sum by (${hop}) (${rate('reporter=~"destination|waypoint"')})) or vector(0))`,
          at,
        )
        const sum = edges
          .filter(edge => edge.protocol === protocol)
          .reduce((total, edge) => total + edge.requestRate, 0)
        expect(expected).toBeGreaterThan(100)
        expect(Math.abs(sum / expected - 1)).toBeLessThan(1e-6)
        expect(Math.abs(totals[`${protocol}Rate`] / expected - 1)).toBeLessThan(1e-6)
      }
    })

  test('tell the refused calls of batch and the plaintext of legacy', async ({ weft }) => {
    const { edges } = (await (await fetch(`${weft.url}/api/topology?level=service`)).json()) as { edges: Edge[] }
    const refused = edges.find(
      edge => edge.source === 'outside:legacy/batch' && edge.destination === 'service:pay/ledger',
    )
    expect(refused).toMatchObject({ protocol: 'http', deniedRatio: 1, mtlsRatio: 0 })
    expect(refused?.requestRate).toBeGreaterThan(0.5)
    const plaintext = edges.filter(edge => edge.source.startsWith('outside:legacy/'))
    expect(plaintext.length).toBeGreaterThanOrEqual(3)
    for (const edge of plaintext) expect(edge.mtlsRatio).toBe(0)
    const ambient = edges.find(
      edge => edge.source === 'service:shop/checkout' && edge.destination === 'service:logistics/inventory',
    )
    expect(ambient).toMatchObject({ protocol: 'grpc', via: 'waypoint:logistics/waypoint', mtlsRatio: 1 })
  })
})
