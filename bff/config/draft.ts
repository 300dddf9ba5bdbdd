import { appliesTo } from '#shared/config/applies/applies.ts'
import type { Impact } from '#shared/config/api.ts'
import type { Analysis } from '#shared/config/analyze/engine.ts'
import type { Finding } from '#shared/config/finding.ts'
import { fullHost } from '#shared/config/world/hosts.ts'
import { hasProxy, isPodAmbient, isPodInMesh } from '#shared/config/world/membership.ts'
import { record, texts } from '#shared/config/world/read.ts'
import { kindKeyOf, type World } from '#shared/config/world/world.ts'
import { workloadOf, workloadText } from '#shared/config/world/workload.ts'
import { keyOf, type MeshObject, type ObjectRef, refOf } from '#shared/mesh/object.ts'

export type Proxy = 'sidecar' | 'ztunnel' | 'waypoint' | 'gateway' | 'none'

/** How a pod is joined to the mesh. */
export function proxyOf(pod: MeshObject, world: World): Proxy {
  const labels = pod.metadata.labels ?? {}
  if (labels['gateway.networking.k8s.io/gateway-name'] !== undefined)
    return labels['gateway.istio.io/managed'] === 'istio.io-mesh-controller' ? 'waypoint' : 'gateway'
  if (labels['istio.io/gateway-name'] !== undefined || (hasProxy(pod.spec) && isAlone(pod))) return 'gateway'
  if (isPodAmbient(pod)) return 'ztunnel'
  return isPodInMesh(world, pod) ? 'sidecar' : 'none'
}

/** A gateway's proxy has no application beside it. */
const isAlone = (pod: MeshObject): boolean => {
  const containers = record(pod.spec)['containers']
  return Array.isArray(containers) && containers.length === 1
}

/** What a draft would select and stand beside. Traffic is another's to say. */
export function impactOf(
  object: MeshObject,
  world: World,
  findings: readonly Finding[],
): { impact: Impact; hosts: string[] } {
  const { pods, hosts } = appliesTo(object, world)
  const selects = pods && selectionOf(pods, world)
  return {
    hosts,
    impact: {
      selects,
      edges: null,
      requestRate: null,
      relations: [...relationsIn(object, findings), ...neighbours(object, world)],
      warnings: warningsOf(object, world, selects?.pods ?? null),
    },
  }
}

const mostWorkloads = 500

function selectionOf(pods: readonly MeshObject[], world: World): NonNullable<Impact['selects']> {
  const groups = Map.groupBy(pods, pod => workloadText(workloadOf(pod)))
  const workloads = [...groups.values()].flatMap(members => {
    const [first] = members
    if (!first) return []
    const { namespace, name } = workloadOf(first)
    return [{ namespace, name, pods: members.length, proxy: proxyOf(first, world) }]
  })
  workloads.sort((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1))
  return {
    workloads: workloads.slice(0, mostWorkloads),
    pods: pods.length,
    proxies: workloads.reduce((sum, workload) => sum + (workload.proxy === 'none' ? 0 : workload.pods), 0),
  }
}

function warningsOf(object: MeshObject, world: World, pods: number | null): string[] {
  const { namespace = '' } = object.metadata
  const warnings: string[] = []
  const isRoot = namespace === world.settings.rootNamespace && pods !== null && !object.apiVersion.startsWith('apps/')
  if (isRoot && kindKeyOf(object) !== 'networking.istio.io/Gateway')
    warnings.push(`${namespace} is the root namespace: this holds for the whole mesh, not for one namespace.`)
  if (pods === 0) warnings.push('It selects nothing: no pod fits, so that it changes nothing.')
  return warnings
}

function relationsIn(object: MeshObject, findings: readonly Finding[]): Impact['relations'] {
  const own = keyOf(refOf(object))
  return findings.flatMap(({ related = [], message }) =>
    related.filter(ref => keyOf(ref) !== own).map(ref => ({ object: ref, kind: 'conflicts' as const, why: message })),
  )
}

/** Kinds of which the one with a selector goes before the one of the whole namespace (Istio docs, of each kind). */
const narrowerWins: Record<string, string> = {
  'security.istio.io/PeerAuthentication': 'selector',
  'networking.istio.io/Sidecar': 'workloadSelector',
}

function neighbours(object: MeshObject, world: World): Impact['relations'] {
  const kind = kindKeyOf(object)
  const { namespace = '', name } = object.metadata
  const others = world.list(kind, namespace).filter(other => other.metadata.name !== name)
  if (kind === 'networking.istio.io/VirtualService') {
    const mine = new Set(texts(object.spec?.['hosts']).map(host => fullHost(host, namespace)))
    return others.flatMap(other => {
      const shared = texts(other.spec?.['hosts']).find(host => mine.has(fullHost(host, namespace)))
      const why = `Both say where requests for ${shared ?? ''} go; Istio keeps the rules of the older one first.`
      return shared === undefined ? [] : [{ object: refOf(other), kind: 'conflicts' as const, why }]
    })
  }
  const field = narrowerWins[kind]
  if (field === undefined) return []
  const isNarrow = (given: MeshObject) => Object.keys(record(given.spec?.[field])).length > 0
  return others
    .filter(other => isNarrow(other) !== isNarrow(object))
    .map(other => ({
      object: refOf(other),
      kind: isNarrow(object) ? ('shadows' as const) : ('shadowedBy' as const),
      why: isNarrow(object)
        ? `For the pods this one selects it goes before ${other.metadata.name}, which is for the whole namespace.`
        : `For the pods it selects, ${other.metadata.name} goes before this one.`,
    }))
}

export interface DraftAnswer {
  findings: Finding[]
  brought: Finding[]
  resolved: Finding[]
  impacts: { object: ObjectRef; impact: Impact; hosts: string[] }[]
}

/** What would be said of a change and of others, if it were made. Nothing stays. */
export function analyzeDraft(
  analysis: Analysis,
  drafts: readonly MeshObject[],
  remove: readonly ObjectRef[],
): DraftAnswer {
  const { asked: _, ...said } = analysis.whatIf({ put: drafts, remove })
  const objects = [...drafts, ...remove.flatMap(ref => analysis.read(ref) ?? [])]
  const impacts = objects.map(object => {
    const ref = refOf(object)
    const own = said.findings.filter(finding => keyOf(finding.object) === keyOf(ref))
    return { object: ref, ...impactOf(object, analysis.world, own) }
  })
  return { ...said, impacts }
}
