import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { json, loopback } from '#bff/sources/loopback.fixture.ts'
import { learn } from './learn.ts'

const flow = (serviceAccount: string | null, path: string, more = {}) => ({
  id: `${serviceAccount} ${path}`,
  source: serviceAccount === null ? { principal: null } : { namespace: 'shop', serviceAccount },
  destination: { namespace: 'pay', workload: 'ledger', labels: { app: 'ledger' }, enforcedBy: 'sidecar' },
  mtls: serviceAccount !== null,
  protocol: 'http',
  http: { method: 'GET', path },
  requests: 40,
  ...more,
})
const deployment = `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ledger, namespace: pay }
spec:
  selector: { matchLabels: { app: ledger } }
  template:
    metadata: { labels: { app: ledger, sidecar.istio.io/inject: "true" } }
    spec: { containers: [{ name: app, image: app }] }
`

interface Answer {
  proposals: { policy: { spec: { rules: unknown[] } } | null; withheld: { because: string } | null; apart: unknown[] }[]
  closing: { policy: object | null }[]
}

describe('weft learn', () => {
  let place: string
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'weft-learn-'))
  })
  afterAll(() => rm(place, { recursive: true, force: true }))
  const file = async (name: string, content: string) => {
    const path = join(place, name)
    await writeFile(path, content)
    return path
  }
  const run = (...args: string[]) => learn(['--namespace', 'pay', ...args], () => undefined)
  const answerOf = async (...args: string[]) => JSON.parse((await run('-o', 'json', ...args)).output) as Answer
  const documents = (output: string) =>
    parseAllDocuments(output).flatMap(document => {
      const object: unknown = document.toJS()
      return object === null ? [] : [object]
    })

  it('grants callers the methods and path templates that were seen, and tells apart what was seen too seldom', async () => {
    const flows = await file(
      'flows.json',
      JSON.stringify([
        flow('cart', '/entries/17'),
        flow('cart', '/entries/18'),
        flow('audit', '/all', { requests: 1 }),
        flow('thief', '/all', { passed: false }),
      ]),
    )
    const [{ policy, apart }] = (await answerOf('--flows', flows)).proposals as [Answer['proposals'][number]]
    expect(policy?.spec.rules).toEqual([
      {
        from: [{ source: { principals: ['cluster.local/ns/shop/sa/cart'] } }],
        to: [{ operation: { methods: ['GET'], paths: ['/entries/{*}'] } }],
      },
    ])
    expect(JSON.stringify(apart)).toContain('sa/audit')
    expect(JSON.stringify([policy, apart])).not.toContain('thief')
  })

  it('withholds a policy that would cut off callers without an identity, and exits with 1', async () => {
    const flows = await file('flows.json', JSON.stringify([flow('cart', '/a'), flow(null, '/a')]))
    const { output, code } = await run('--flows', flows)
    expect(code).toBe(1)
    expect(output).toContain('No policy is proposed: 40 requests came without an identity')
    expect(documents(output)).toEqual([])
  })

  it('closes a namespace only where manifests tell what runs there', async () => {
    const flows = await file('flows.json', JSON.stringify([flow('cart', '/a')]))
    const now = await file('now.yaml', deployment)
    expect((await answerOf('--flows', flows)).closing).toEqual([])
    expect((await answerOf('--flows', flows, '--current', now)).closing).toMatchObject([
      { policy: { metadata: { name: 'deny-all' } } },
    ])
    expect((await answerOf('--flows', flows, '--current', now, '--workload', 'ledger')).closing).toEqual([])
  })

  it('lets no name out of the comment it stands in', async () => {
    const hostile = { namespace: 'pay', workload: 'x\n---\nkind: Secret', labels: { app: 'x' }, enforcedBy: 'sidecar' }
    const flows = await file('flows.json', JSON.stringify([flow('cart', '/a', { destination: hostile })]))
    const { output } = await run('--flows', flows)
    expect(documents(output)).toMatchObject([{ kind: 'AuthorizationPolicy' }])
  })

  it('grants callers that a Prometheus counted, and says that metrics tell no method', async () => {
    const asked: string[] = []
    const sample = {
      metric: {
        reporter: 'destination',
        source_workload: 'cart',
        source_workload_namespace: 'shop',
        source_principal: 'spiffe://cluster.local/ns/shop/sa/cart',
        destination_workload: 'ledger',
        destination_workload_namespace: 'pay',
        destination_service_name: 'ledger',
        destination_app: 'ledger',
        connection_security_policy: 'mutual_tls',
        request_protocol: 'http',
        response_flags: '-',
        part: 'requests',
      },
      value: [1, '70'],
    }
    const { url } = await loopback((request, response, body) => {
      const form = new URLSearchParams(body)
      const query = form.get('query') ?? ''
      if (!request.url?.includes('/query')) return json(response, { status: 'success', data: {} })
      asked.push(query)
      const isRange = request.url.includes('query_range')
      const isCounted = query.includes('istio_requests') && (isRange || query.includes('last_over_time'))
      const values = [[Number(form.get('end')), sample.value[1]]]
      const told = isRange ? { metric: sample.metric, values } : sample
      const result = isCounted ? [told] : []
      return json(response, { status: 'success', data: { resultType: isRange ? 'matrix' : 'vector', result } })
    })
    const { output, code } = await run('--prometheus', url, '--window', '2h')
    expect(code).toBe(0)
    expect(asked).toHaveLength(5)
    expect(output).toMatch(/# asked of Prometheus: 5 queries, \d+ ms/)
    expect(documents(output)).toMatchObject([
      { spec: { rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/cart'] } }] }] } },
    ])
    expect(output).toMatch(/Metrics tell no method.*[^]*No manifests were given[^]*No whole week/)
  })

  it.each([
    ['nothing that was seen', [], /either --flows or --prometheus/],
    ['another output', ['-o', 'xml'], /-o is yaml or json/],
    ['no window', ['--prometheus', 'http://z', '--window', '1y'], /--window is a number of/],
    ['a Prometheus that is none', ['--prometheus', 'z'], /--prometheus is an address/],
  ])('refuses %s in one sentence', async (_, args, sentence) => {
    await expect(run(...args)).rejects.toThrow(sentence)
  })
})
