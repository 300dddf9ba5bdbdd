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

interface Answer {
  totals: Record<string, { requests: number; callers: number }>
  calls: { id: string; effect: string; after: { missing: string[] } }[]
  blindSpots: string[]
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
    const deployment = (app: string) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ledger, namespace: pay }
spec:
  selector: { matchLabels: { app: ${app} } }
  template:
    metadata: { labels: { app: ${app}, sidecar.istio.io/inject: "true" } }
    spec: { containers: [{ name: app, image: app }] }
`
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
    const start = async () => {
      const asked: string[] = []
      const { url } = await loopback((_, response, body) => {
        const query = new URLSearchParams(body).get('query') ?? ''
        asked.push(query)
        const isCounted = query.includes('increase(istio_requests_total') || query.includes('last_over_time')
        const result = isCounted ? [sample('cart', '70'), sample('audit', '30')] : []
        json(response, { status: 'success', data: { resultType: 'vector', result } })
      })
      return { url, asked }
    }

    it('replays what it counted within the window', async () => {
      const { url, asked } = await start()
      const then = await file('then.yaml', only('audit', 'selector: { matchLabels: { app: ledger } }, '))
      const answer = await answerOf('--policies', then, '--prometheus', url, '--window', '2h')
      expect(answer.window?.seconds).toBe(7200)
      expect(asked).toHaveLength(4)
      expect(asked.every(query => query.includes('7200s'))).toBe(true)
      expect(answer.totals).toMatchObject({ newlyRefused: { requests: 70 }, unchanged: { requests: 30 } })
      expect(answer.blindSpots.join()).toMatch(/no method, path.*only app and version are known/)
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
