import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allAnalyzers, furtherAnalyzers } from '#shared/config/analyze/all.ts'
import type { Finding } from '#shared/config/finding.ts'
import { analyze } from './analyze.ts'

const folder = fileURLToPath(new URL('../../../shared/data/istio-analysis', import.meta.url))
const hasCases = existsSync(folder)

interface Case {
  name: string
  analyzer: string
  files: string[]
  meshConfig?: string
  meshNetworks?: string
  expected: { message: string; object: string }[]
}

/** Where one of our analyzers asks what several of Istio's ask. */
const ours: Record<string, string> = {
  'schemaValidation.CollectionValidationAnalyzer': 'schema.ValidationAnalyzer.VirtualService',
  'telemetry.DefaultSelectorAnalyzer': 'telemetry.SelectorAnalyzer',
  'telemetry.LightstepAnalyzer': 'telemetry.ProviderAnalyzer',
}
/** Where several of ours share what one of Istio's asks. */
const together: Record<string, string[]> = {
  // That a Gateway selects no pod is said once, by the analyzer of its ports.
  'gateway.SecretAnalyzer': ['gateway.SecretAnalyzer', 'gateway.IngressGatewayPortAnalyzer'],
}

const inputs = (file: string) => join(folder, 'inputs', file)
const run = async (...args: string[]) => {
  const said: string[] = []
  const { output, code } = await analyze(args, sentence => said.push(sentence))
  return { output, code, said }
}
const findingsOf = async (...args: string[]) => JSON.parse((await run('-o', 'json', ...args)).output) as Finding[]
const nameOf = ({ kind, namespace, name }: Finding['object']) =>
  `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`

describe.runIf(hasCases)('Istio’s own cases', () => {
  const cases = hasCases ? (JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as Case[]) : []

  it.each(cases.map(one => [one.name, one] as const))('%s', async (_, one) => {
    const names = together[one.analyzer] ?? [ours[one.analyzer] ?? one.analyzer]
    const found = await findingsOf(
      ...names.flatMap(name => ['--only', name]),
      ...(one.meshConfig ? ['--mesh-config', inputs(one.meshConfig)] : []),
      ...(one.meshNetworks ? ['--mesh-networks', inputs(one.meshNetworks)] : []),
      ...one.files.map(inputs),
    )
    const wanted = one.expected.map(({ message, object }) => `${message} ${object}`)
    const isShared = one.analyzer in ours || one.analyzer in together
    const isTheirs = (name: string) => !isShared || wanted.some(text => text.startsWith(`${name} `))
    const got = found.filter(({ name }) => isTheirs(name)).map(({ name, object }) => `${name} ${nameOf(object)}`)
    expect(got.toSorted()).toEqual(wanted.toSorted())
  })

  it('are each asked by an analyzer of ours', () => {
    const known = new Set([...allAnalyzers, ...furtherAnalyzers].map(({ name }) => name))
    for (const { analyzer } of cases) expect(known).toContain(ours[analyzer] ?? analyzer)
  })

  it('get codes and levels as Istio’s table has them', async () => {
    const table = JSON.parse(readFileSync(join(folder, 'messages.json'), 'utf8')) as Finding[]
    const levels = new Map(table.map(({ name, code, level }) => [name, `${code} ${level}`]))
    for (const { name, code, level } of await findingsOf(inputs('')))
      if (code.startsWith('IST')) expect([name, `${code} ${level}`]).toEqual([name, levels.get(name)])
  })
})

it.skipIf(hasCases)('Istio’s own cases are not here (../shared/data/istio-analysis): they are not run', () => undefined)

describe('weft analyze', () => {
  let place: string
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'weft-analyze-'))
  })
  afterAll(() => rm(place, { recursive: true, force: true }))
  const file = async (name: string, content: string) => {
    const path = join(place, name)
    await writeFile(path, content)
    return path
  }
  const route = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web, namespace: shop }
spec:
  hosts: [web]
  http: [{ route: [{ destination: { host: nowhere } }] }]
`

  it('prints what is wrong, where, and ends with 1 for errors', async () => {
    const { output, code } = await run('-o', 'json', await file('route.yaml', route))
    expect(JSON.parse(output)).toEqual([
      {
        code: 'IST0101',
        name: 'ReferencedResourceNotFound',
        level: 'Error',
        object: { group: 'networking.istio.io', kind: 'VirtualService', namespace: 'shop', name: 'web' },
        path: 'spec.http[0].route[0].destination.host',
        message: 'There is no host "nowhere".',
      },
    ])
    expect(code).toBe(1)
  })

  it('keeps to Istio’s messages for files unless Weft’s own checks are asked for', async () => {
    const path = await file(
      'loop.yaml',
      `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: web, namespace: istio-system }
spec: { action: DENY, rules: [{}] }
`,
    )
    const codes = async (...args: string[]) => (await findingsOf(...args, path)).map(({ code }) => code)
    expect(await codes()).toEqual([])
    expect(await codes('--all')).toEqual(['WEFT0110'])
    expect(await codes('--only', 'weft.ClosingPolicies')).toEqual(['WEFT0110'])
  })

  it('prints text and SARIF', async () => {
    const path = await file('route.yaml', route)
    expect((await run(path)).output).toMatch(/^Error \[IST0101\] VirtualService shop\/web spec\.http.*\n1 errors/)
    const sarif = JSON.parse((await run('-o', 'sarif', path)).output) as { runs: { results: { level: string }[] }[] }
    expect(sarif.runs[0]?.results[0]?.level).toBe('error')
  })

  it('has nothing against what is well, reads folders and lists, and leaves out what is no object', async () => {
    await file('b.yaml', 'hello: world\n')
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } }],
    }
    await file('route.yaml', JSON.stringify(list))
    const { output, code, said } = await run(place)
    expect([output, code]).toEqual(['Nothing to say against it.\n', 0])
    expect(said).toEqual([expect.stringContaining('Document 1 of') as string])
  })

  it.each([
    ['a file that is not there', ['/nowhere/x.yaml'], /There is no file or folder/],
    ['no file at all', [], /Name a file/],
    ['another output', ['-o', 'xml', 'x'], /-o is json, text or sarif/],
    ['an unknown flag', ['--colour'], /Unknown option '--colour'/],
    ['an unknown analyzer', ['--only', 'x', '/'], /There is no analyzer x/],
  ])('refuses %s in one sentence', async (_, args, sentence) => {
    await expect(run(...args)).rejects.toThrow(sentence)
  })

  it.each([
    ['broken YAML', 'a: [1,'],
    ['tabs', 'a:\n\tb: 1'],
    ['a key that comes twice', 'a: 1\na: 2'],
  ])('says which file is %s', async (_, content) => {
    await expect(run(await file('broken.yaml', content))).rejects.toThrow(/broken\.yaml is not YAML/)
  })

  it('stands aliases that would grow without end', async () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
      .split('')
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[index]}`).join(',')}]`)
      .join('\n')}\n`
    await expect(run(await file('bomb.yaml', bomb))).rejects.toThrow(/bomb\.yaml/)
  })
})
