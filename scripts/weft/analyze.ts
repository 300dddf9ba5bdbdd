import { parseArgs } from 'node:util'
import { createAnalysis } from '#shared/config/analyze/engine.ts'
import type { Analyzer } from '#shared/config/analyze/analyzer.ts'
import { allAnalyzers, furtherAnalyzers } from '#shared/config/analyze/all.ts'
import { istioAnalyzers } from '#shared/config/analyze/istio/all.ts'
import { indexes } from '#shared/config/analyze/indexes.ts'
import type { Finding } from '#shared/config/finding.ts'
import { settingsFrom } from '#shared/config/world/settings.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { defaultGateway } from './default-gateway.ts'
import { Mistake } from './mistake.ts'
import { asJson, asSarif, asText } from './print.ts'
import { readManifests, readSettings } from './read-manifests.ts'

export const analyzeHelp = `weft analyze [options] FILE|DIR …

  -o json|text|sarif       how to say it; text unless told
  --mesh-config FILE       the meshConfig to judge by (YAML)
  --mesh-networks FILE     the meshNetworks to judge by
  --root-namespace NAME    Istio's own namespace; istio-system unless told
  --kubeconfig FILE        analyze a cluster instead, with the files as if they were applied
  --context NAME           of that kubeconfig
  --all                    Weft's own checks (WEFT…) too; a cluster is always asked them
  --only ANALYZER          one analyzer alone, by its name; may be repeated
  --help

Exit code 1 where anything is an error, 2 where the command itself is wrong.
`

const options = {
  output: { type: 'string', short: 'o', default: 'text' },
  'mesh-config': { type: 'string' },
  'mesh-networks': { type: 'string' },
  'root-namespace': { type: 'string' },
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  all: { type: 'boolean', default: false },
  only: { type: 'string', multiple: true },
  help: { type: 'boolean', default: false },
} as const

const printers = { json: asJson, text: asText, sarif: asSarif } satisfies Record<
  string,
  (all: readonly Finding[]) => string
>

/** What the command prints and ends with. Sentences about the input go to `said`. */
export async function analyze(
  args: string[],
  said: (sentence: string) => void,
): Promise<{ output: string; code: number }> {
  const { values, positionals } = parse(args)
  if (values.help) return { output: analyzeHelp, code: 0 }
  const print = printers[values.output as keyof typeof printers]
  if (print === undefined) throw new Mistake(`-o is json, text or sarif, not ${values.output}.`)
  if (positionals.length === 0 && values.kubeconfig === undefined)
    throw new Mistake('Name a file or a folder to analyze, or a cluster with --kubeconfig. Try --help.')
  const analyzers = chosen(values.only, values.all || values.kubeconfig !== undefined)
  const files = await readManifests(positionals, said)
  const meshConfig = values['mesh-config'] ? await readSettings(values['mesh-config']) : {}
  const networks = values['mesh-networks'] ? await readSettings(values['mesh-networks']) : null
  const found = values.kubeconfig
    ? await import('./read-cluster.ts').then(({ readCluster }) =>
        readCluster({ kubeconfig: values.kubeconfig ?? '', context: values.context ?? null }, said),
      )
    : { objects: [], meshConfig: null, meshNetworks: null }
  const mesh = settingsFrom(
    {
      ...found.meshConfig,
      ...meshConfig,
      ...(values['root-namespace'] ? { rootNamespace: values['root-namespace'] } : {}),
    },
    networks ?? found.meshNetworks,
  )
  const settings = { ...mesh, certificatesAt: Date.now() }
  const isCluster = values.kubeconfig !== undefined
  const objects: MeshObject[] = [...(isCluster ? found.objects : defaultGateway(settings.rootNamespace)), ...files]
  const analysis = createAnalysis(analyzers, indexes, settings, objects)
  const findings = analysis.findings()
  return { output: print(findings), code: findings.some(({ level }) => level === 'Error') ? 1 : 0 }
}

/** Files are judged as Istio's own command judges them, so that one can stand for the other; the rest is asked for. */
function chosen(names: readonly string[] | undefined, isAll: boolean): readonly Analyzer[] {
  if (names === undefined) return isAll ? allAnalyzers : istioAnalyzers
  const known = [...allAnalyzers, ...furtherAnalyzers]
  const missing = names.find(name => !known.some(analyzer => analyzer.name === name))
  if (missing !== undefined)
    throw new Mistake(`There is no analyzer ${missing}; there is ${known.map(analyzer => analyzer.name).join(', ')}.`)
  return known.filter(analyzer => names.includes(analyzer.name))
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new Mistake(`${error instanceof Error ? error.message.split('. ')[0] : String(error)}. Try --help.`)
  }
}
