import { parseArgs } from 'node:util'
import { parse as parseYaml } from 'yaml'
import { createEvaluator, type Evaluation } from '#shared/security/evaluate.ts'
import { Flow } from '#shared/security/flow.ts'
import { settingsIn } from '#shared/security/settings.ts'
import { asVerdicts } from './evaluate-text.ts'
import { Mistake } from './mistake.ts'
import { readFlows } from './read-flows.ts'
import { readManifests } from './read-manifests.ts'

export const evaluateHelp = `weft evaluate [options] --policies FILE|DIR … --flows FILE

  --policies FILE|DIR …    manifests: policies, and what they depend on (Services, Namespaces, the mesh's ConfigMap)
  --flows FILE             the calls to judge, a list as JSON or YAML
  -o json|text             how to say it; text, with how each verdict came about, unless told
  --root-namespace NAME    Istio's own namespace; istio-system unless told
  --trust-domain NAME      the mesh's; cluster.local unless told
  --istio-version 1.29     Istio's; that of istiod's image in the manifests unless told
  --help

A field that a flow does not have is unknown; null is known to be none. Exit code 2 where the command itself is wrong.
`

const options = {
  output: { type: 'string', short: 'o', default: 'text' },
  policies: { type: 'string', multiple: true },
  flows: { type: 'string' },
  'root-namespace': { type: 'string' },
  'trust-domain': { type: 'string' },
  'istio-version': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

export async function evaluate(
  args: string[],
  said: (sentence: string) => void,
): Promise<{ output: string; code: number }> {
  const { values, positionals } = parse(args)
  if (values.help) return { output: evaluateHelp, code: 0 }
  if (values.output !== 'json' && values.output !== 'text')
    throw new Mistake(`-o is json or text, not ${values.output}.`)
  const paths = [...(values.policies ?? []), ...positionals]
  if (paths.length === 0) throw new Mistake('Name a file or folder with policies: --policies. Try --help.')
  if (values.flows === undefined) throw new Mistake('Name the file with the flows: --flows. Try --help.')
  const objects = await readManifests(paths, said)
  const flows = await readFlows(values.flows, Flow)
  const settings = settingsIn(objects, parseYaml, {
    rootNamespace: values['root-namespace'],
    trustDomain: values['trust-domain'],
    version: values['istio-version'],
  })
  const evaluator = createEvaluator(objects, settings)
  for (const { policy, problems } of evaluator.refused)
    said(
      `Istio would refuse ${policy.kind} ${policy.namespace}/${policy.name}: ${problems[0]}. What it would do is unknown.`,
    )
  if (values.output === 'json') {
    const verdicts = flows.map(flow => ({ id: flow.id, ...evaluator.judge(flow) }))
    return { output: `${JSON.stringify(verdicts, null, 2)}\n`, code: 0 }
  }
  return { output: asVerdicts(flows.map((flow): [Flow, Evaluation] => [flow, evaluator.explain(flow)])), code: 0 }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new Mistake(`${error instanceof Error ? error.message.split('. ')[0] : String(error)}. Try --help.`)
  }
}
