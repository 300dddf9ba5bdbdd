import { parseArgs } from 'node:util'
import { parse as parseYaml } from 'yaml'
import * as z from 'zod/mini'
import type { MeshObject } from '#shared/mesh/object.ts'
import { castOf } from '#shared/security/cast.ts'
import { surroundingsOf } from '#shared/security/evaluate/attach.ts'
import { Flow } from '#shared/security/flow.ts'
import { learn as learned, type LearnWorkload } from '#shared/security/learn/learn.ts'
import type { Sighting } from '#shared/security/learn/kinds.ts'
import { platformIn } from '#shared/security/learn/platform.ts'
import { sightingsOf } from '#shared/security/learn/seen.ts'
import { settingsIn } from '#shared/security/settings.ts'
import type { Settings } from '#shared/security/world.ts'
import { asLearned, learnedAsJson } from './learn-text.ts'
import { Mistake } from './mistake.ts'
import { readFlows } from './read-flows.ts'
import { addressIn, readNow, secondsIn } from './replay.ts'
import { isNoPolicy } from './replay-there.ts'

export const learnHelp = `weft learn [options] --namespace NAME (--flows FILE | --prometheus URL)

  --namespace NAME         whose workloads the policies are for
  --workload NAME          one of them only
  --current FILE|DIR …     manifests as they are now: labels, Services, gateways and probes come from them
  --kubeconfig FILE        a cluster as it is now, instead
  --context NAME           of that kubeconfig
  --flows FILE             calls that were seen, as for replay, each with its sightings (its requests unless told)
  --prometheus URL         or those that a Prometheus counted, within
  --window 7d              so many minutes, hours or days (m, h, d)
  --scraper PRINCIPAL      who Prometheus is to the mesh, without spiffe://, where it must be let in
  -o yaml|json             how to say it; yaml unless told
  --root-namespace NAME    Istio's own namespace; istio-system unless told
  --trust-domain NAME      the mesh's; cluster.local unless told
  --istio-version 1.29     Istio's; that of istiod's image in the manifests unless told
  --help

Exit code 1 where a policy is withheld, 2 where the command itself is wrong.
`

const options = {
  output: { type: 'string', short: 'o', default: 'yaml' },
  namespace: { type: 'string' },
  workload: { type: 'string' },
  current: { type: 'string', multiple: true },
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  flows: { type: 'string' },
  prometheus: { type: 'string' },
  window: { type: 'string', default: '7d' },
  scraper: { type: 'string' },
  'root-namespace': { type: 'string' },
  'trust-domain': { type: 'string' },
  'istio-version': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

const count = z.number().check(z.nonnegative('is no number of requests'))
const SightingInFile = z.extend(Flow, {
  requests: z.optional(count),
  sightings: z.optional(count),
  passed: z.optional(z.boolean()),
})

export async function learn(
  args: string[],
  said: (sentence: string) => void,
): Promise<{ output: string; code: number }> {
  const { values } = parse(args)
  if (values.help) return { output: learnHelp, code: 0 }
  const print = { yaml: asLearned, json: learnedAsJson }[values.output]
  if (print === undefined) throw new Mistake(`-o is yaml or json, not ${values.output}.`)
  const { namespace, workload } = values
  if (namespace === undefined) throw new Mistake('Name whose workloads the policies are for: --namespace. Try --help.')
  if ((values.flows === undefined) === (values.prometheus === undefined))
    throw new Mistake('Name what was seen: either --flows or --prometheus. Try --help.')
  if (values.current !== undefined && values.kubeconfig !== undefined)
    throw new Mistake('What is now comes from files or from a cluster: either --current or --kubeconfig.')
  const seconds = secondsIn(values.window)
  const now = await readNow(values, said)
  const objects = now ?? []
  const settings = settingsIn(objects, parseYaml, {
    rootNamespace: values['root-namespace'],
    trustDomain: values['trust-domain'],
    version: values['istio-version'],
  })
  const seen =
    values.flows === undefined
      ? await seenBy(values.prometheus ?? '', seconds, now, settings)
      : await seenIn(values.flows)
  const known: readonly LearnWorkload[] = castOf(objects.filter(isNoPolicy), settings).workloads
  const all = learned(
    seen.sightings.filter(({ flow }) => flow.destination.namespace === namespace),
    {
      ...(seen.window === null ? {} : { window: seen.window }),
      settings,
      objects,
      workloads: known.filter(one => one.namespace === namespace),
      platform: platformIn(objects, values.scraper ?? null, settings.trustDomain),
    },
  )
  const proposals = all.proposals.filter(one => workload === undefined || one.workloads.includes(workload))
  // What nobody told to run may be called all the same: without manifests no namespace is closed.
  const closing = workload === undefined && now !== null ? all.closing : []
  const unknown =
    'No manifests were given: gateways and probes that nobody saw calling are not granted, and it is not known what else runs there.'
  return {
    output: print({
      proposals,
      closing,
      window: seen.window,
      queries: seen.queries,
      duration: seen.duration,
      blindSpots: [...seen.blindSpots, ...(now === null ? [unknown] : [])],
    }),
    code: proposals.some(({ withheld }) => withheld !== null) ? 1 : 0,
  }
}

interface Seen {
  sightings: Sighting[]
  window: { from: number; to: number } | null
  queries: readonly { name: string; query: string }[]
  duration: number | null
  blindSpots: readonly string[]
}

async function seenIn(file: string): Promise<Seen> {
  const flows = await readFlows(file, SightingInFile)
  return {
    sightings: flows.map(({ requests = 1, sightings, passed, ...flow }) => ({
      flow,
      requests,
      ...(sightings === undefined ? {} : { sightings }),
      ...(passed === undefined ? {} : { passed }),
    })),
    window: null,
    queries: [],
    duration: null,
    blindSpots: [`What is not in ${file} is not granted; its window and sample are what whoever wrote it chose.`],
  }
}

async function seenBy(
  url: string,
  seconds: number,
  now: readonly MeshObject[] | null,
  settings: Settings,
): Promise<Seen> {
  const { readPrometheus } = await import('./read-prometheus.ts')
  const objects = now ?? []
  const { rootNamespace } = settings
  const known = castOf(objects.filter(isNoPolicy), settings).workloads
  const manifests = { workloads: known, objects: now, rootNamespace }
  const { flows, workloads, queries, duration, at } = await readPrometheus(addressIn(url), seconds, manifests)
  const around = surroundingsOf(objects, settings.rootNamespace)
  const sightings = sightingsOf(flows, { workloads: [...known, ...workloads], around, settings })
  const isOpen = sightings.some(({ passed }) => passed === undefined)
  return {
    sightings,
    window: { from: at - seconds * 1000, to: at },
    queries,
    duration,
    blindSpots: [
      'Metrics tell no method and no path: rules say who may call, not by what.',
      ...(workloads.length > 0
        ? [`Of ${workloads.length} workloads no manifest tells their labels: of these only app and version are known.`]
        : []),
      ...(isOpen
        ? ['Envoy counts a connection that a policy refused as opened: callers by TCP may have been refused.']
        : []),
    ],
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options })
  } catch (error) {
    throw new Mistake(`${error instanceof Error ? error.message.split('. ')[0] : String(error)}. Try --help.`)
  }
}
