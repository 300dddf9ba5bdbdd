import { parseArgs } from 'node:util'
import { parse as parseYaml } from 'yaml'
import * as z from 'zod/mini'
import type { MeshObject } from '#shared/mesh/object.ts'
import { castOf } from '#shared/security/cast.ts'
import type { Change } from '#shared/security/replay/change.ts'
import { createEvaluator, type Evaluator } from '#shared/security/evaluate.ts'
import { surroundingsOf } from '#shared/security/evaluate/attach.ts'
import { Flow } from '#shared/security/flow.ts'
import { type SeenFlow, type Workload, workloadKey } from '#shared/security/landscape.ts'
import { policiesIn } from '#shared/security/policy.ts'
import { type Judging, replay as replayed, type SeenCall } from '#shared/security/replay/replay.ts'
import { blindTo, callsOf } from '#shared/security/replay/seen.ts'
import { settingsIn } from '#shared/security/settings.ts'
import type { Settings } from '#shared/security/world.ts'
import { Mistake } from './mistake.ts'
import { readFlows } from './read-flows.ts'
import { readManifests } from './read-manifests.ts'
import { asReplay, replayAsJson, type Told } from './replay-text.ts'
import { asksForInjection, copied, injected, isNoPolicy, movesBetween, placeOf, thereBetween } from './replay-there.ts'

export const replayHelp = `weft replay [options] --policies FILE|DIR … (--flows FILE | --prometheus URL)

  --policies FILE|DIR …    manifests as they would be: applied over those of now
  --current FILE|DIR …     manifests as they are now; without them what was seen to pass, or to be refused, tells it
  --kubeconfig FILE        a cluster as it is now, instead
  --context NAME           of that kubeconfig
  --prune                  the new ones are all there are: policies that they do not have are gone, and what they have in
                           another namespace than now has moved there
  --flows FILE             calls that were seen, as for evaluate, each with its requests (1 unless told) and passed (true or false)
  --prometheus URL         or those that a Prometheus counted, within
  --window 24h             so many minutes, hours or days (m, h, d)
  -o text|json             how to say it; text unless told
  --strict                 exit code 1 where anything is newly refused
  --root-namespace NAME    Istio's own namespace; istio-system unless told
  --trust-domain NAME      the mesh's; cluster.local unless told
  --istio-version 1.29     Istio's; that of istiod's image in the manifests unless told
  --help

Exit code 2 where the command itself is wrong.
`

const options = {
  output: { type: 'string', short: 'o', default: 'text' },
  policies: { type: 'string', multiple: true },
  current: { type: 'string', multiple: true },
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  prune: { type: 'boolean', default: false },
  flows: { type: 'string' },
  prometheus: { type: 'string' },
  window: { type: 'string', default: '24h' },
  strict: { type: 'boolean', default: false },
  'root-namespace': { type: 'string' },
  'trust-domain': { type: 'string' },
  'istio-version': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

const SeenFlowInFile = z.extend(Flow, {
  requests: z.optional(z.number().check(z.nonnegative('is no number of requests'))),
  passed: z.optional(z.boolean()),
})

export async function replay(
  args: string[],
  said: (sentence: string) => void,
): Promise<{ output: string; code: number }> {
  const { values, positionals } = parse(args)
  if (values.help) return { output: replayHelp, code: 0 }
  const print = { text: asReplay, json: replayAsJson }[values.output]
  if (print === undefined) throw new Mistake(`-o is text or json, not ${values.output}.`)
  const paths = [...(values.policies ?? []), ...positionals]
  if (paths.length === 0) throw new Mistake('Name a file or folder with policies: --policies. Try --help.')
  if ((values.flows === undefined) === (values.prometheus === undefined))
    throw new Mistake('Name what was seen: either --flows or --prometheus. Try --help.')
  if (values.current !== undefined && values.kubeconfig !== undefined)
    throw new Mistake('What is now comes from files or from a cluster: either --current or --kubeconfig.')
  const window = secondsIn(values.window)
  const bundle = await readManifests(paths, said)
  const now = await readNow(values, said)
  const moves = now === null ? [] : movesBetween(now, bundle)
  const isMoved = values.prune ? moves : []
  const after = now === null ? bundle : applied(now, bundle, values.prune, isMoved)
  const settings = settingsIn(after, parseYaml, {
    rootNamespace: values['root-namespace'],
    trustDomain: values['trust-domain'],
    version: values['istio-version'],
  })
  const seen =
    values.flows === undefined
      ? await seenBy(values.prometheus ?? '', window, { now, bundle, after, settings })
      : await seenIn(values.flows, now === null)
  const evaluator = createEvaluator(after, settings)
  for (const { policy, problems } of evaluator.refused)
    said(
      `Istio would refuse ${policy.kind} ${policy.namespace}/${policy.name}: ${problems[0]}. What it would do is unknown.`,
    )
  const before = now === null ? unknownNow : seen.blind(createEvaluator(now, settings), now)
  const there =
    now === null
      ? undefined
      : thereBetween({ now, after, moves: isMoved, told: seen.workloads, settings, flows: seen.flows })
  const result = replayed(before, seen.blind(evaluator, after), seen.calls, there)
  const told: Told = {
    ...result,
    window: seen.window,
    queries: seen.queries,
    duration: seen.duration,
    blindSpots: [
      ...seen.blindSpots,
      ...(now === null ? [noNow] : []),
      ...(values.prune ? [] : moves.map(copied)),
      ...(now !== null && asksForInjection(now, bundle) ? [injected] : []),
    ],
  }
  return { output: print(told), code: values.strict && told.totals.newlyRefused.calls > 0 ? 1 : 0 }
}

const noNow = 'The policies of now were not given: what was seen is all that tells whether a call passes today.'

/** Nobody told what holds now: what was seen decides. */
const unknownNow = {
  judge: () => ({ verdict: 'uncertain' as const, missing: ['policies of now'] }),
}

interface Seen {
  calls: SeenCall[]
  window: { seconds: number; until: string } | null
  queries: readonly { name: string; query: string }[]
  /** Milliseconds that Prometheus took; null: it was not asked. */
  duration: number | null
  /** What runs, as far as only metrics tell it. */
  workloads: readonly Workload[]
  /** As metrics tell them: they name the callers. */
  flows: readonly SeenFlow[]
  blindSpots: readonly string[]
  blind: (evaluator: Evaluator, objects: readonly MeshObject[]) => Judging
}

async function seenIn(file: string, isAllThatTells: boolean): Promise<Seen> {
  const flows = await readFlows(file, SeenFlowInFile)
  const isUntold = flows.some(({ passed }) => passed === undefined)
  return {
    calls: flows.map(({ requests = 1, passed, ...flow }) => ({
      flow,
      requests,
      ...(passed === undefined ? (isAllThatTells ? { passed: true } : {}) : { passed }),
    })),
    window: null,
    queries: [],
    duration: null,
    workloads: [],
    flows: [],
    blindSpots: [
      `Calls that are not in ${file} are not judged; their window and sample are what whoever wrote it chose.`,
      ...(isUntold && isAllThatTells
        ? ['A call of which nobody says that it was refused is taken to have passed.']
        : []),
    ],
    blind: evaluator => evaluator,
  }
}

async function seenBy(
  url: string,
  seconds: number,
  {
    now,
    bundle,
    after,
    settings,
  }: Record<'bundle' | 'after', MeshObject[]> & { now: MeshObject[] | null; settings: Settings },
): Promise<Seen> {
  const { readPrometheus, toldLabels } = await import('./read-prometheus.ts')
  const known = castOf((now ?? bundle).filter(isNoPolicy), settings).workloads
  const { rootNamespace } = settings
  const manifests = { workloads: known, objects: now, rootNamespace }
  const seen = await readPrometheus(addressIn(url), seconds, manifests)
  const { flows, workloads, queries, duration, at } = seen
  const partly = new Set(workloads.map(workloadKey))
  const stage = {
    workloads: [...known, ...workloads],
    around: surroundingsOf(after, settings.rootNamespace),
    settings,
  }
  return {
    calls: callsOf(flows, stage),
    window: { seconds, until: new Date(at).toISOString() },
    queries,
    duration,
    workloads,
    flows,
    blindSpots: [
      'Metrics tell no method, path, host, header or token: what depends on them is uncertain.',
      'Every request that a proxy reported is counted, none is sampled; what was not called in the window is not judged.',
      'Plaintext that STRICT refuses, and callers without a proxy before a destination without one, leave no request in the metrics.',
      ...(partly.size > 0
        ? [`Of ${partly.size} workloads no manifest tells their labels: of these only app and version are known.`]
        : []),
    ],
    blind: (evaluator, objects) => blindTo(toldLabels, partly, evaluator, policiesIn(objects), settings.rootNamespace),
  }
}

export function addressIn(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url
  throw new Mistake(`--prometheus is an address that begins with http:// or https://, not ${url}.`)
}

export function secondsIn(text: string): number {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? []
  const seconds = Number(count) * (unit === 'd' ? 86_400 : unit === 'h' ? 3600 : 60)
  if (count === undefined || seconds === 0)
    throw new Mistake(`--window is a number of minutes, hours or days (30m, 24h, 7d), not ${text}.`)
  return seconds
}

export async function readNow(
  { current, kubeconfig, context }: { current?: string[]; kubeconfig?: string; context?: string },
  said: (sentence: string) => void,
): Promise<MeshObject[] | null> {
  if (current !== undefined) return readManifests(current, said)
  if (kubeconfig === undefined) return null
  const { readCluster } = await import('./read-cluster.ts')
  return (await readCluster({ kubeconfig, context: context ?? null }, said)).objects
}

/** As kubectl applies files over what is there. */
function applied(
  now: readonly MeshObject[],
  bundle: readonly MeshObject[],
  isPruned: boolean,
  moves: readonly Change[],
): MeshObject[] {
  const written = new Set(bundle.map(placeOf))
  const left = new Set(moves.map(({ before }) => before))
  const isGone = (object: MeshObject) =>
    written.has(placeOf(object)) || left.has(object) || (isPruned && object.apiVersion.startsWith('security.istio.io/'))
  return [...now.filter(object => !isGone(object)), ...bundle]
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new Mistake(`${error instanceof Error ? error.message.split('. ')[0] : String(error)}. Try --help.`)
  }
}
