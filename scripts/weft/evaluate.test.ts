import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evaluate } from './evaluate.ts'

const policies = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ledger, namespace: pay }
spec:
  selector: { matchLabels: { app: ledger } }
  rules:
    - from: [{ source: { principals: [cluster.local/ns/shop/sa/cart] } }]
      to: [{ operation: { methods: [GET] } }]
`
const flow = (id: string | number, more: object) => ({
  id,
  source: { namespace: 'shop', serviceAccount: 'cart' },
  destination: { namespace: 'pay', labels: { app: 'ledger' }, enforcedBy: 'sidecar' },
  mtls: true,
  protocol: 'http',
  ...more,
})

describe('weft evaluate', () => {
  let place: string
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'weft-evaluate-'))
  })
  afterAll(() => rm(place, { recursive: true, force: true }))
  const file = async (name: string, content: string) => {
    const path = join(place, name)
    await writeFile(path, content)
    return path
  }
  const run = async (flows: unknown, given: string, ...args: string[]) => {
    const said: string[] = []
    const paths = [await file('policies.yaml', given), await file('flows.json', JSON.stringify(flows))] as const
    const { output, code } = await evaluate(['--policies', paths[0], '--flows', paths[1], ...args], sentence =>
      said.push(sentence),
    )
    return { output, code, said }
  }
  const verdicts = async (flows: unknown, given = policies, ...args: string[]) =>
    JSON.parse((await run(flows, given, '-o', 'json', ...args)).output) as unknown

  it('says of each flow whether it passes, by which rule, and which facts are missing', async () => {
    const flows = [
      flow('a', { http: { method: 'GET' } }),
      flow('b', {}),
      flow('c', { mtls: false, http: { method: 'GET' } }),
    ]
    const decidedBy = { kind: 'AuthorizationPolicy', namespace: 'pay', name: 'ledger', rule: 0 }
    expect(await verdicts(flows)).toEqual([
      { id: 'a', verdict: 'allow', decidedBy, missing: [] },
      { id: 'b', verdict: 'uncertain', decidedBy, missing: ['http.method'] },
      { id: 'c', verdict: 'deny', missing: [] },
    ])
  })

  it('takes root namespace and trust domain as they are told, else from the mesh’s own ConfigMap', async () => {
    const strict = `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: mesh }
spec: { mtls: { mode: STRICT } }
`
    const settings = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: mesh }
data: { mesh: "trustDomain: example.org" }
`
    const plain = [flow('a', { mtls: false, destination: { namespace: 'x', labels: {}, enforcedBy: 'sidecar' } })]
    expect(await verdicts(plain, strict)).toMatchObject([{ verdict: 'allow' }])
    expect(await verdicts(plain, strict, '--root-namespace', 'mesh')).toMatchObject([{ verdict: 'deny' }])
    expect(await verdicts(plain, strict + settings)).toMatchObject([{ verdict: 'deny' }])
    const own = [flow('a', { source: { principal: 'example.org/ns/shop/sa/cart' }, http: { method: 'GET' } })]
    expect(await verdicts(own, policies)).toMatchObject([{ verdict: 'deny' }])
    expect(await verdicts(own, policies, '--trust-domain', 'example.org')).toMatchObject([{ verdict: 'allow' }])
    expect(await verdicts(own, policies + settings)).toMatchObject([{ verdict: 'allow' }])
  })

  it('tells how each verdict came about', async () => {
    const { output, code } = await run([flow('a', { http: { method: 'PUT' } })], policies)
    expect(code).toBe(0)
    expect(output).toBe(`a: deny
  Enforced by the sidecar in pay.
  mTLS is PERMISSIVE (Istio’s default): it does not refuse the connection.
  ALLOW pay/ledger, by its selector: does not match.
    rule 0 does not match: to[0].operation.methods [GET], http.method is PUT
  No ALLOW policy matched.
`)
  })

  it('says which policies Istio would refuse, and is not certain of what they touch', async () => {
    const broken = policies.replace('methods: [GET]', 'ports: [8080]')
    const { output, said } = await run([flow('a', {})], broken, '-o', 'json')
    expect(JSON.parse(output)).toMatchObject([{ verdict: 'uncertain', missing: ['AuthorizationPolicy pay/ledger'] }])
    expect(said).toEqual([expect.stringMatching(/^Istio would refuse AuthorizationPolicy pay\/ledger: .*ports\[0\]/)])
  })

  it.each<[how: string, name: string, content: string]>([
    ['a List', 'list.yaml', `apiVersion: v1\nkind: List\nitems:\n  - ${policies.trim().replaceAll('\n', '\n    ')}\n`],
    ['JSON', 'one.json', JSON.stringify(parse(policies))],
    ['a list of JSON', 'many.json', JSON.stringify([parse(policies)])],
    ['one of several documents', 'many.yaml', `---\n# nothing\n---\n${policies}---\nkind: Widget\n`],
    ['a text with a mark of its order of bytes', 'bom.json', `\uFEFF${JSON.stringify(parse(policies))}`],
    ['lines that end as in Windows', 'crlf.yml', policies.replaceAll('\n', '\r\n')],
    ['the older version of the API', 'beta.yaml', policies.replace('/v1', '/v1beta1')],
  ])('takes policies as %s', async (_, name, content) => {
    const [given, flows] = [
      await file(name, content),
      await file('some.json', JSON.stringify([flow('a', { mtls: false })])),
    ]
    const { output } = await evaluate(['--policies', given, '--flows', flows, '-o', 'json'], () => undefined)
    expect(JSON.parse(output)).toEqual([{ id: 'a', verdict: 'deny', missing: [] }])
  })

  it.each<[how: string, name: string, content: (flows: object[]) => string]>([
    ['a list', 'flows.json', flows => JSON.stringify(flows)],
    ['YAML', 'flows.yaml', flows => stringify(flows)],
    ['one a line', 'flows.jsonl', flows => flows.map(one => JSON.stringify(one)).join('\r\n')],
    ['one a document', 'flows.yaml', flows => flows.map(one => stringify(one)).join('---\n')],
    ['a text with a mark of its order of bytes', 'flows.json', flows => `\uFEFF${JSON.stringify(flows)}`],
  ])('takes flows as %s', async (_, name, content) => {
    const paths = [await file('p.yaml', policies), await file(name, content([flow('a', {}), flow(2, {})]))] as const
    const { output } = await evaluate(['--policies', paths[0], '--flows', paths[1], '-o', 'json'], () => undefined)
    expect(JSON.parse(output)).toMatchObject([{ id: 'a' }, { id: 2 }])
  })

  it.each([
    ['no policies', ['--flows', 'x'], /--policies/],
    ['no flows', ['--policies', 'x'], /--flows/],
    ['another output', ['-o', 'xml'], /-o is json or text/],
    ['an unknown flag', ['--colour'], /Unknown option '--colour'/],
    ['a file that is not there', ['--policies', '/nowhere.yaml', '--flows', 'x'], /There is no file or folder/],
  ])('refuses %s in one sentence', async (_, args, sentence) => {
    await expect(evaluate(args, () => undefined)).rejects.toThrow(sentence)
  })

  it.each([
    ['no list', {}, /holds no list of flows/],
    ['without a destination', [{ id: 'a', source: {}, protocol: 'tcp' }], /Flow 1 \(a\) .* destination/],
    [
      'with an enforcer nobody knows',
      [flow('a', { destination: { namespace: 'x', labels: {}, enforcedBy: 'me' } })],
      /enforcedBy/,
    ],
    [
      'with a port that is none',
      [flow('a', { destination: { namespace: 'x', labels: {}, enforcedBy: 'none', port: 'http' } })],
      /destination\.port/,
    ],
  ])('refuses flows %s', async (_, flows, sentence) => {
    await expect(run(flows, policies)).rejects.toThrow(sentence)
  })
})
