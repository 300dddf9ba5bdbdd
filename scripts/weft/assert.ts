import { parseArgs } from 'node:util'
import { parse as parseYaml } from 'yaml'
import { assertionsIn, type Checked, createChecker } from '#shared/security/assert/assert.ts'
import { sentencesIn } from '#shared/security/assert/sentence.ts'
import { settingsIn } from '#shared/security/settings.ts'
import { asJunit, asOutcomes, type Told, toldAsJson } from './assert-text.ts'
import { Mistake } from './mistake.ts'
import { objectsIn, readManifests, readText } from './read-manifests.ts'

export const assertHelp = `weft assert [options] --policies FILE|DIR … --assertions FILE

  --policies FILE|DIR …    manifests: policies, what they depend on and, as far as they are there, what runs
  --assertions FILE        sentences, one to a line, or a ConfigMap that holds them
  -o text|json|junit       how to say it; text unless told
  --root-namespace NAME    Istio's own namespace; istio-system unless told
  --trust-domain NAME      the mesh's; cluster.local unless told
  --istio-version 1.29     Istio's; that of istiod's image in the manifests unless told
  --help

Sentences:
  storefront may GET /cart/* of cart        every such call passes; without “of …” one destination that lets it is enough
  shop/cart may reach data/redis on port 6379
  images may not POST, PUT /* of cart       none of them passes
  nothing outside pay reaches ledger        whoever and however; also: nothing but NAME …, nothing in NAMESPACE …
  nothing but payments may call /entries of ledger
A name is a workload's, a Service's or a service account's, with its namespace before it where several have it.

Exit code 1 where an assertion is broken, 2 where the command itself is wrong.
`

const options = {
  output: { type: 'string', short: 'o', default: 'text' },
  policies: { type: 'string', multiple: true },
  assertions: { type: 'string' },
  'root-namespace': { type: 'string' },
  'trust-domain': { type: 'string' },
  'istio-version': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

const printers = { text: asOutcomes, json: toldAsJson, junit: asJunit } satisfies Record<
  string,
  (all: readonly Told[], file: string) => string
>

export async function assert(
  args: string[],
  said: (sentence: string) => void,
): Promise<{ output: string; code: number }> {
  const { values, positionals } = parse(args)
  if (values.help) return { output: assertHelp, code: 0 }
  const print = printers[values.output as keyof typeof printers]
  if (print === undefined) throw new Mistake(`-o is text, json or junit, not ${values.output}.`)
  const paths = [...(values.policies ?? []), ...positionals]
  if (paths.length === 0) throw new Mistake('Name a file or folder with policies: --policies. Try --help.')
  const file = values.assertions
  if (file === undefined) throw new Mistake('Name the file with the assertions: --assertions. Try --help.')
  const objects = await readManifests(paths, said)
  const sentences = sentencesIn(await readSentences(file, said))
  if (sentences.length === 0) throw new Mistake(`${file} holds no assertion.`)
  const settings = settingsIn(objects, parseYaml, {
    rootNamespace: values['root-namespace'],
    trustDomain: values['trust-domain'],
    version: values['istio-version'],
  })
  const checker = createChecker(objects, settings)
  for (const { policy, problems } of checker.refused)
    said(
      `Istio would refuse ${policy.kind} ${policy.namespace}/${policy.name}: ${problems[0]}. What it would do is unknown.`,
    )
  const told = sentences.map((sentence): Told => {
    if ('problem' in sentence)
      throw new Mistake(`Line ${sentence.line} of ${file} is no assertion: ${sentence.text}. ${sentence.problem}`)
    const checked: Checked = checker.check(sentence.assertion)
    return { line: sentence.line, text: sentence.text, ...checked }
  })
  return { output: print(told, file), code: told.some(({ outcome }) => outcome === 'broken') ? 1 : 0 }
}

/** A file of sentences is no manifest: a manifest says its kind. */
async function readSentences(file: string, said: (sentence: string) => void): Promise<string> {
  const content = await readText(file)
  if (!/^\s*"?kind"?\s*:/m.test(content)) return content
  return objectsIn(content, file, said).map(assertionsIn).join('\n')
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new Mistake(`${error instanceof Error ? error.message.split('. ')[0] : String(error)}. Try --help.`)
  }
}
