import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assert } from './assert.ts'

const policies = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec:
  selector: { matchLabels: { app: cart } }
  rules:
    - from: [{ source: { principals: [cluster.local/ns/shop/sa/storefront] } }]
      to: [{ operation: { methods: [GET], paths: [/cart/*] } }]
`
const sentences = `# the shop
storefront may GET /cart/* of cart
nothing outside shop reaches \`cart\`
storefront may POST /cart/<1> of cart
storefront may GET /cart of vault
`

describe('weft assert', () => {
  let place: string
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'weft-assert-'))
  })
  afterAll(() => rm(place, { recursive: true, force: true }))
  const run = async (assertions: string, ...args: string[]) => {
    const [one, two] = [join(place, 'policies.yaml'), join(place, 'assertions')]
    await Promise.all([writeFile(one, policies), writeFile(two, assertions)])
    return assert(['--policies', one, '--assertions', two, ...args], () => undefined)
  }

  it('says of each whether it holds, with the call that breaks it and the facts that are missing', async () => {
    const { output, code } = await run(sentences)
    expect(code).toBe(1)
    expect(output).toBe(`holds     storefront may GET /cart/* of cart
holds     nothing outside shop reaches \`cart\`
broken    storefront may POST /cart/<1> of cart
          cluster.local/ns/shop/sa/storefront → shop/cart POST /cart/<1>: deny, no ALLOW policy matches
uncertain storefront may GET /cart of vault
          unknown: workload vault
2 hold, 1 broken, 1 uncertain
`)
  })

  it('ends well where nothing is broken, and reads a ConfigMap too', async () => {
    const map = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: promises, namespace: shop }\ndata:\n  assertions: |\n    storefront may GET /cart/1 of cart\n`
    expect(await run(map, '-o', 'json')).toMatchObject({
      code: 0,
      output: expect.stringContaining('"outcome": "holds"') as string,
    })
  })

  it('speaks JUnit’s XML, in which nothing that is written becomes markup', async () => {
    const { output } = await run(sentences, '-o', 'junit')
    expect(output).toContain('tests="4" failures="1" errors="0" skipped="1"')
    expect(output).toContain('name="storefront may POST /cart/&lt;1&gt; of cart"')
    expect(output).toContain('<failure type="broken" message="cluster.local/ns/shop/sa/storefront → shop/cart POST')
    expect(output).toContain('<skipped message="unknown: workload vault">')
  })

  it.each([
    ['no policies', ['--assertions', 'x'], /--policies/],
    ['no assertions', ['--policies', 'x'], /--assertions/],
    ['another output', ['-o', 'xml'], /-o is text, json or junit/],
    ['an unknown flag', ['--colour'], /Unknown option '--colour'/],
  ])('refuses %s in one sentence', async (_, args, sentence) => {
    await expect(assert(args, () => undefined)).rejects.toThrow(sentence)
  })
  it('refuses what is no assertion, with its line', async () => {
    await expect(run('a may reach b\nhello world')).rejects.toThrow(/Line 2 of .* After “hello” comes “may”/)
    await expect(run('# nothing')).rejects.toThrow(/holds no assertion/)
  })
})
