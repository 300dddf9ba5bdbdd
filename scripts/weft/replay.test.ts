import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { json, loopback } from '#bff/sources/loopback.fixture.ts'
import { replay } from './replay.ts'

const policy = (name: string, spec: string) => `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: pay }
spec: ${spec}
`
const only = (account: string, selector = '') =>
  policy(
    'ledger',
    `{ ${selector}rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/${account}] } }] }] }`,
  )
const flow = (serviceAccount: string, more = {}) => ({
  id: serviceAccount,
  source: { namespace: 'shop', serviceAccount },
  destination: { namespace: 'pay', workload: 'ledger', labels: { app: 'ledger' }, enforcedBy: 'sidecar' },
  mtls: true,
  protocol: 'http',
  ...more,
})

const running = (namespace: string, name: string, app = name, account = name) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${app} } }
  template:
    metadata: { labels: { app: ${app}, sidecar.istio.io/inject: "true" } }
    spec: { serviceAccountName: ${account}, containers: [{ name: app, image: app }] }
`
const deployment = (app: string) => running('pay', 'ledger', app)

interface Answer {
  totals: Record<string, { requests: number; callers: number }>
  calls: { id: string; effect: string; after: { missing: string[] } }[]
  blindSpots: string[]
  queries: { query: string }[]
  duration: number
  window: { seconds: number } | null
}

describe('weft replay', () => {
  let place: string
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'weft-replay-'))
  })
  afterAll(() => rm(place, { recursive: true, force: true }))
  const file = async (name: string, content: string) => {
    const path = join(place, name)
    await writeFile(path, content)
    return path
  }
  const run = (...args: string[]) => replay(args, () => undefined)
  const answerOf = async (...args: string[]) => JSON.parse((await run('-o', 'json', ...args)).output) as Answer
  const effects = ({ calls }: Answer) => Object.fromEntries(calls.map(({ id, effect }) => [id, effect]))

  it('judges what was seen by the policies of now and by those that would be', async () => {
    const flows = await file(
      'flows.json',
      JSON.stringify([flow('cart', { requests: 90 }), flow('audit'), flow('thief')]),
    )
    const now = await file('now.yaml', only('cart'))
    const then = await file('then.yaml', only('audit'))
    const answer = await answerOf('--policies', then, '--current', now, '--flows', flows)
    expect(effects(answer)).toEqual({ cart: 'newlyRefused', audit: 'newlyAllowed', thief: 'stillRefused' })
    expect(answer.totals['newlyRefused']).toMatchObject({ requests: 90, callers: 1 })
    const { code } = await run('--policies', then, '--current', now, '--flows', flows, '--strict')
    expect(code).toBe(1)
  })

  it('applies the new policies over those of now, or lets them be all there are', async () => {
    const flows = await file('flows.json', JSON.stringify([flow('cart'), flow('audit')]))
    const now = await file(
      'now.yaml',
      only('cart') + policy('too', '{ rules: [{ from: [{ source: { namespaces: [shop] } }] }] }'),
    )
    const then = await file('then.yaml', only('audit'))
    const over = await answerOf('--policies', then, '--current', now, '--flows', flows)
    expect(effects(over)).toEqual({ cart: 'unchanged', audit: 'unchanged' })
    const alone = await answerOf('--policies', then, '--current', now, '--flows', flows, '--prune')
    expect(effects(alone)).toEqual({ cart: 'newlyRefused', audit: 'unchanged' })
  })

  it('follows a workload that the bundle labels otherwise: a policy leaves it, or finds it', async () => {
    const selecting = only('cart', 'selector: { matchLabels: { app: ledger } }, ')
    const flows = await file('flows.json', JSON.stringify([flow('cart'), flow('thief')]))
    const now = await file('now.yaml', deployment('ledger') + selecting)
    const then = await file('then.yaml', deployment('books'))
    const answer = await answerOf('--policies', then, '--current', now, '--flows', flows)
    expect(effects(answer)).toEqual({ cart: 'unchanged', thief: 'newlyAllowed' })
    const closed = await file('now.yaml', deployment('ledger') + selecting + policy('deny-all', '{}'))
    expect(effects(await answerOf('--policies', then, '--current', closed, '--flows', flows))).toEqual({
      cart: 'newlyRefused',
      thief: 'stillRefused',
    })
  })

  describe('of files that have a workload in another namespace', () => {
    const inbound = [flow('cart', { requests: 90 }), flow('thief', { passed: false })]
    const policies = (place: string) => only('cart').replace('namespace: pay', `namespace: ${place}`)
    const replayed = async (now: string, then: string, ...args: string[]) => {
      const [flows, a, b] = [
        await file('flows.json', JSON.stringify(inbound)),
        await file('now.yaml', now),
        await file('then.yaml', then),
      ]
      return answerOf('--policies', b, '--current', a, '--flows', flows, ...args)
    }

    it('puts it under the policies of where it goes', async () => {
      const answer = await replayed(policies('pay') + deployment('ledger'), running('books', 'ledger'), '--prune')
      expect(effects(answer)).toEqual({ cart: 'unchanged', thief: 'newlyAllowed' })
      const closed = `${running('books', 'ledger')}${policies('books').replace('sa/cart', 'sa/thief')}`
      expect(effects(await replayed(policies('pay') + deployment('ledger'), closed, '--prune'))).toEqual({
        cart: 'newlyRefused',
        thief: 'newlyAllowed',
      })
    })

    it('calls by the name that its caller has there', async () => {
      const now = policies('pay') + deployment('ledger')
      const answer = await replayed(now + running('shop', 'cart'), now + running('store', 'cart'), '--prune')
      expect(effects(answer)).toEqual({ cart: 'newlyRefused', thief: 'stillRefused' })
    })

    it('is uncertain of callers where only some with their account move', async () => {
      const now = policies('pay') + deployment('ledger')
      const both = now + running('shop', 'cart') + running('shop', 'cart-jobs', 'jobs', 'cart')
      const then = now + running('store', 'cart') + running('shop', 'cart-jobs', 'jobs', 'cart')
      const answer = await replayed(both, then, '--prune')
      expect(answer.calls.find(({ id }) => id === 'cart')).toMatchObject({
        effect: 'uncertain',
        after: { missing: ['source.principal'] },
      })
    })

    it('moves nothing unless files are all there is, and says that it would run twice', async () => {
      const answer = await replayed(policies('pay') + deployment('ledger'), running('books', 'ledger'))
      expect(effects(answer)).toEqual({ cart: 'unchanged', thief: 'stillRefused' })
      expect(answer.blindSpots.join()).toContain('pay/ledger would run in books too')
    })
  })

  it('sends what servers would take: who has a proxy follows a mode that changes', async () => {
    const peer = (mode: string) => `---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: ledger, namespace: pay }
spec: { mtls: { mode: ${mode} } }
`
    const flows = await file('flows.json', JSON.stringify([flow('cart', { mtls: false })]))
    const now = await file('now.yaml', deployment('ledger') + peer('DISABLE'))
    const then = await file('then.yaml', peer('STRICT'))
    expect(effects(await answerOf('--policies', then, '--current', now, '--flows', flows))).toEqual({
      cart: 'unchanged',
    })
  })

  it('follows a namespace that joins the mesh, and says that sidecars come with new pods', async () => {
    const place = (labels: string) => `---
apiVersion: v1
kind: Namespace
metadata: { name: pay, labels: { ${labels} } }
`
    const plain = deployment('ledger').replace(', sidecar.istio.io/inject: "true"', '')
    const outside = { destination: { ...flow('x').destination, enforcedBy: 'none' } }
    const flows = await file('flows.json', JSON.stringify([flow('cart', outside), flow('thief', outside)]))
    const now = await file('now.yaml', place('') + plain + only('cart'))
    const ambient = await file('ambient.yaml', place('istio.io/dataplane-mode: ambient'))
    const injecting = await file('injecting.yaml', place('istio-injection: enabled'))
    const [a, b] = [
      await answerOf('--policies', ambient, '--current', now, '--flows', flows),
      await answerOf('--policies', injecting, '--current', now, '--flows', flows),
    ]
    expect([a, b].map(effects)).toEqual([
      { cart: 'unchanged', thief: 'newlyRefused' },
      { cart: 'unchanged', thief: 'newlyRefused' },
    ])
    expect([a, b].map(({ blindSpots }) => blindSpots.join().includes('Sidecars come and go with pods'))).toEqual([
      false,
      true,
    ])
  })

  it('goes by what was seen where nobody gives the policies of now, and prints its blind spots', async () => {
    const seen = [flow('cart', { requests: 1500 }), flow('thief', { passed: false })]
    const flows = await file('flows.json', JSON.stringify(seen))
    const then = await file('then.yaml', only('nobody'))
    const { output, code } = await run('--policies', then, '--flows', flows)
    expect(code).toBe(0)
    expect(output).toContain('newly refused 1,500 requests of 1 callers, 1 kinds of calls\n')
    expect(output).toContain('still refused 1 requests of 1 callers')
    expect(output).toContain('  shop/cart → pay/ledger, 1,500 requests: deny, no ALLOW policy matches\n')
    expect(output).toMatch(/blind spots\n.*not judged[^]*taken to have passed[^]*policies of now were not given/)
  })

  describe('with a Prometheus', () => {
    const sample = (account: string, value: string, more = {}) => ({
      metric: {
        reporter: 'destination',
        source_workload: account,
        source_workload_namespace: 'shop',
        source_principal: `spiffe://cluster.local/ns/shop/sa/${account}`,
        destination_workload: 'ledger',
        destination_workload_namespace: 'pay',
        destination_service_name: 'ledger',
        destination_app: 'ledger',
        destination_version: 'v1',
        connection_security_policy: 'mutual_tls',
        request_protocol: 'http',
        response_flags: '-',
        part: 'requests',
        ...more,
      },
      value: [1, value],
    })
    const start = async (isRecorded = false) => {
      const asked: { query: string; step?: number }[] = []
      const { url } = await loopback((request, response, body) => {
        const form = new URLSearchParams(body)
        const [query, step] = [form.get('query') ?? '', Number(form.get('step'))]
        const isRange = request.url?.includes('query_range') === true
        if (!request.url?.includes('/query')) return json(response, { status: 'success', data: {} })
        asked.push(isRange ? { query, step } : { query })
        const counter = isRecorded ? 'weft:istio_requests' : 'increase(istio_requests'
        const isCounted = query.includes(isRange ? counter : 'last_over_time(istio_')
        const isCoverage = query.startsWith('count(')
        const result = isCoverage
          ? isRecorded && [{ metric: {}, value: [1, '1'] }]
          : isCounted && [sample('cart', '70'), sample('audit', '30')]
        const told = (result || []).map(({ metric, value }) =>
          isRange ? { metric, values: [[Number(form.get('end')), value[1]]] } : { metric, value },
        )
        return json(response, { status: 'success', data: { resultType: isRange ? 'matrix' : 'vector', result: told } })
      })
      return { url, asked }
    }

    it('replays what it counted within the window, read as the security pages read it, and tells the cost', async () => {
      const { url, asked } = await start()
      const then = await file('then.yaml', only('audit', 'selector: { matchLabels: { app: ledger } }, '))
      const answer = await answerOf('--policies', then, '--prometheus', url, '--window', '2h')
      expect(answer.window?.seconds).toBe(7200)
      expect(asked.map(({ step }) => String(step ?? 'once')).sort()).toEqual(['3600', '3600', 'once', 'once', 'once'])
      expect(answer.queries.map(({ query }) => query).sort()).toEqual(asked.map(({ query }) => query).sort())
      expect(answer.duration).toBeGreaterThanOrEqual(0)
      expect(answer.totals).toMatchObject({ newlyRefused: { requests: 70 }, unchanged: { requests: 30 } })
      expect(answer.blindSpots.join()).toMatch(/no method, path.*only app and version are known/)
      const { output } = await run('--policies', then, '--prometheus', url, '--window', '2h')
      expect(output).toMatch(/asked of Prometheus: 5 queries, \d+ ms\n {2}requests, every 3600 s: /)
    })

    it('reads what rules recorded where they recorded it all, and says so', async () => {
      const { url, asked } = await start(true)
      const then = await file('then.yaml', only('audit', 'selector: { matchLabels: { app: ledger } }, '))
      const { output } = await run('--policies', then, '--prometheus', url, '--window', '7d')
      const ranges = asked.filter(({ step }) => step !== undefined)
      expect(ranges.map(({ query, step }) => [query.includes('weft:istio_'), step])).toEqual([
        [true, 21_600],
        [true, 21_600],
      ])
      expect(output).toContain('newly refused 70 requests')
      expect(output).toContain('ms, from what its rules recorded\n')
    })

    it('asks what was called only where no manifest tells it', async () => {
      const { url, asked } = await start()
      const now = await file('now.yaml', deployment('ledger'))
      const then = await file('then.yaml', only('audit'))
      const answer = await answerOf('--policies', then, '--current', now, '--prometheus', url)
      expect(asked.some(({ query }) => query.includes('last_over_time(istio_'))).toBe(false)
      expect(answer.totals).toMatchObject({ newlyRefused: { requests: 70 } })
    })

    it('follows a caller that the files have in another namespace', async () => {
      const { url } = await start()
      const now = await file('now.yaml', only('cart') + deployment('ledger') + running('shop', 'cart'))
      const then = await file('then.yaml', only('cart') + deployment('ledger') + running('store', 'cart'))
      const answer = await answerOf('--policies', then, '--current', now, '--prometheus', url, '--prune')
      expect(answer.totals).toMatchObject({ newlyRefused: { requests: 70, callers: 1 } })
    })

    it('is uncertain where a policy asks for labels or methods that no metric tells', async () => {
      const { url } = await start()
      const byTier = await file('tier.yaml', only('audit', 'selector: { matchLabels: { tier: one } }, '))
      const byMethod = await file(
        'method.yaml',
        policy('ledger', '{ rules: [{ to: [{ operation: { methods: [GET] } }] }] }'),
      )
      const [labels, methods] = [
        await answerOf('--policies', byTier, '--prometheus', url),
        await answerOf('--policies', byMethod, '--prometheus', url),
      ]
      expect(labels.calls.map(({ effect, after }) => [effect, after.missing])).toEqual([
        ['uncertain', ['destination.labels']],
        ['uncertain', ['destination.labels']],
      ])
      expect(methods.calls[0]?.after.missing).toEqual(['http.method'])
    })

    it('says in a sentence that it does not answer', async () => {
      const then = await file('then.yaml', only('audit'))
      await expect(run('--policies', then, '--prometheus', 'http://127.0.0.1:1')).rejects.toThrow(/Prometheus at http/)
    })
  })

  it.each([
    ['no policies', ['--flows', 'x'], /--policies/],
    ['nothing that was seen', ['--policies', 'x'], /either --flows or --prometheus/],
    ['both kinds of it', ['--policies', 'x', '--flows', 'y', '--prometheus', 'http://z'], /either --flows or/],
    ['another output', ['-o', 'xml'], /-o is text or json/],
    ['no window', ['--policies', 'x', '--prometheus', 'http://z', '--window', '1y'], /--window is a number of/],
  ])('refuses %s in one sentence', async (_, args, sentence) => {
    await expect(run(...args)).rejects.toThrow(sentence)
  })
})
