import type { Json, MeshObject, Path } from '#shared/mesh/object.ts'
import { createEvaluator } from '#shared/security/evaluate.ts'
import type { PolicyRef } from '#shared/security/policy.ts'
import { record, records, text } from '#shared/security/read.ts'
import type { SeenCall } from '#shared/security/replay/replay.ts'
import { waypointOf, surroundingsOf } from '#shared/security/evaluate/attach.ts'
import { istioDefaults, type Settings } from '#shared/security/world.ts'

/** The opposite of learning: grants of policies that are there, which nobody made use of in the window. Pure. */

export interface UnusedGrant {
  policy: PolicyRef
  /** Where in the policy it stands: a whole rule, or one value of a list. */
  path: Path
  /** Null: the whole rule. */
  value: string | null
}

export interface Grants {
  unused: readonly UnusedGrant[]
  /** Calls whose facts do not tell whether they use it: it may be needed. */
  uncertain: readonly UnusedGrant[]
  /** All that were asked for. */
  count: number
}

/** Lists of which each value grants something of its own. A value of a `not…` list grants nothing. */
const sourceLists = ['principals', 'serviceAccounts', 'namespaces', 'requestPrincipals', 'ipBlocks', 'remoteIpBlocks']
const operationLists = ['methods', 'paths', 'hosts', 'ports']

export function unusedGrants(
  objects: readonly MeshObject[],
  seen: readonly SeenCall[],
  settings: Settings = istioDefaults,
): Grants {
  const around = objects.filter(({ apiVersion }) => !apiVersion.startsWith('security.istio.io/'))
  const surroundings = surroundingsOf(around, settings.rootNamespace)
  const passed = seen.filter(call => call.passed !== false && call.requests > 0)
  const byPlace = new Map<string, SeenCall[]>()
  for (const call of passed) {
    const { namespace, enforcedBy } = call.flow.destination
    const far = enforcedBy === 'waypoint' ? waypointOf(call.flow.destination, surroundings)?.split('/')[0] : undefined
    for (const place of new Set([namespace, far ?? namespace]))
      byPlace
        .set(place, byPlace.get(place) ?? [])
        .get(place)
        ?.push(call)
  }
  const policies = objects.filter(
    ({ apiVersion, kind, spec }) =>
      apiVersion.startsWith('security.istio.io/') &&
      kind === 'AuthorizationPolicy' &&
      (text(record(spec)['action']) || 'ALLOW') === 'ALLOW',
  )
  const found = policies.flatMap(policy => {
    const namespace = policy.metadata.namespace ?? 'default'
    const calls = namespace === settings.rootNamespace ? passed : (byPlace.get(namespace) ?? [])
    const ref: PolicyRef = { kind: 'AuthorizationPolicy', namespace, name: policy.metadata.name }
    return records(record(policy.spec)['rules']).flatMap((rule, index) => {
      const whole = { grant: { policy: ref, path: ['spec', 'rules', index], value: null }, rule }
      const use = useOf(policy, rule, calls, around, settings)
      // Of a rule that nobody used there is no more to say than that.
      const parts = use === 'used' ? partsOf(rule, index) : []
      return [
        { grant: whole.grant, use },
        ...parts.map(({ path, value, narrowed }) => ({
          grant: { policy: ref, path, value },
          use: useOf(policy, narrowed, calls, around, settings),
        })),
      ]
    })
  })
  return {
    unused: found.flatMap(({ grant, use }) => (use === 'unused' ? [grant] : [])),
    uncertain: found.flatMap(({ grant, use }) => (use === 'uncertain' ? [grant] : [])),
    count: found.length,
  }
}

/** The rule with one value of a list alone: what it lets pass is what that value grants. */
function partsOf(rule: Json, index: number): { path: Path; value: string; narrowed: Json }[] {
  return (['from', 'to'] as const).flatMap(side =>
    records(rule[side]).flatMap((item, place) => {
      const inner = side === 'from' ? 'source' : 'operation'
      const fields = record(item[inner])
      return (side === 'from' ? sourceLists : operationLists).flatMap(name => {
        const list: unknown[] = Array.isArray(fields[name]) ? fields[name] : []
        // The only value there is: without it goes the rule, which is used.
        if (list.length < 2 && records(rule[side]).length < 2) return []
        return list.flatMap((value, at) =>
          typeof value === 'string'
            ? [
                {
                  path: ['spec', 'rules', index, side, place, inner, name, at],
                  value,
                  narrowed: { ...rule, [side]: [{ [inner]: { ...fields, [name]: [value] } }] },
                },
              ]
            : [],
        )
      })
    }),
  )
}

/** Asked of the evaluator with nothing else in the way. */
function useOf(
  policy: MeshObject,
  rule: Json,
  calls: readonly SeenCall[],
  around: readonly MeshObject[],
  settings: Settings,
): 'used' | 'unused' | 'uncertain' {
  const { annotations: _, ...metadata } = policy.metadata
  const alone = { ...policy, metadata, spec: { ...policy.spec, rules: [rule] } }
  const { judge } = createEvaluator([...around, alone], settings)
  let isOpen = false
  for (const { flow } of calls) {
    const { verdict, decidedBy } = judge(flow)
    if (verdict === 'allow' && decidedBy !== undefined) return 'used'
    if (verdict === 'uncertain') isOpen = true
  }
  return isOpen ? 'uncertain' : 'unused'
}
