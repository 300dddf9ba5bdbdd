import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { isNamespaceAmbient, isSystemNamespace } from '#shared/config/world/membership.ts'
import { at, containersIn, items, record, text } from '#shared/config/world/read.ts'
import type { Index, World } from '#shared/config/world/world.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { accountShared, defaultDenyAbsent, proxiesOld, restartNeeded } from './messages.ts'
import { isGatewayPod, minorOf, proxyVersion, versionOf } from './proxy-versions.ts'
import { actionOf, isBoundToTarget, isDryRun } from './rules.ts'
import { selectorLabels } from './workloads.ts'

/** Policies that close a namespace: nothing is allowed that no other policy allows. */
export const defaultDenies: Index = {
  name: 'defaultDenies',
  of: ['security.istio.io/AuthorizationPolicy'],
  keys: policy =>
    actionOf(policy) === 'ALLOW' &&
    items(policy.spec?.['rules']).length === 0 &&
    Object.keys(selectorLabels(policy)).length === 0 &&
    !isBoundToTarget(policy) &&
    !isDryRun(policy)
      ? ['all']
      : [],
}

/** istiods, of any revision. */
export const controlPlanes: Index = {
  name: 'controlPlanes',
  of: ['apps/Deployment'],
  keys: ({ metadata }) => (metadata.labels?.['app'] === 'istiod' ? ['all'] : []),
}

/** What is amiss with a namespace of the mesh as a whole. */
export const namespaces: EachAnalyzer = {
  name: 'weft.Namespaces',
  each: ['/Namespace'],
  analyze(namespace, world, report) {
    const { name } = namespace.metadata
    if (!isMember(namespace) || isSystemNamespace(name) || name === world.settings.rootNamespace) return
    const denies = world.find(defaultDenies, 'all').map(policy => policy.metadata.namespace ?? '')
    if (denies.length > 0 && !denies.includes(name) && !denies.includes(world.settings.rootNamespace))
      report(namespace, defaultDenyAbsent, [[...new Set(denies)].toSorted().slice(0, 3)])
    const unnamed = world
      .list('apps/Deployment', name)
      .filter(deployment =>
        ['', 'default'].includes(text(at(deployment.spec, 'template', 'spec', 'serviceAccountName'))),
      )
      .map(({ metadata }) => metadata.name)
    if (unnamed.length > 1) report(namespace, accountShared, [unnamed.slice(0, 5)], { evidence: unnamed })
    const pods = world.list('/Pod', name).filter(pod => !isGatewayPod(pod))
    old(namespace, pods, world, report)
    stale(namespace, pods, world, report)
  },
}

const isMember = (namespace: MeshObject): boolean => {
  const labels = namespace.metadata.labels ?? {}
  return (
    labels['istio-injection'] === 'enabled' || labels['istio.io/rev'] !== undefined || isNamespaceAmbient(namespace)
  )
}

type Say = Parameters<EachAnalyzer['analyze']>[2]

/** Istio docs, "Supported releases", control plane/data plane skew: one minor version. */
function old(namespace: MeshObject, pods: readonly MeshObject[], world: World, report: Say): void {
  const minors = world
    .find(controlPlanes, 'all')
    .flatMap(istiod => containersIn(istiod.spec).map(container => minorOf(versionOf(text(container['image'])))))
    .filter(minor => minor !== null)
  if (minors.length === 0) return
  // Of several revisions the oldest counts: nobody can tell from outside which one a pod listens to.
  const oldest = Math.min(...minors)
  const behind = pods.filter(pod => (minorOf(proxyVersion(pod)) ?? oldest) < oldest - 1)
  if (behind.length > 0)
    report(namespace, proxiesOld, [behind.length, `1.${oldest}`], {
      evidence: behind.slice(0, 10).map(pod => `${pod.metadata.name}: ${proxyVersion(pod) ?? ''}`),
    })
}

/** Proxies are put in when a pod begins: a label that changes later changes nothing for those that run. */
function stale(namespace: MeshObject, pods: readonly MeshObject[], world: World, report: Say): void {
  const written = namespace.metadata.labels?.['istio.io/rev']
  const revision = written === undefined ? null : revisionOf(world, written)
  if (revision === null) return
  const others = pods.filter(pod => {
    const own = statusRevision(pod)
    return own !== null && own !== revision && pod.metadata.labels?.['istio.io/rev'] === undefined
  })
  if (others.length > 0)
    report(namespace, restartNeeded, [others.length, revision], {
      path: ['metadata', 'labels', 'istio.io/rev'],
      evidence: others.slice(0, 10).map(pod => `${pod.metadata.name}: ${statusRevision(pod) ?? ''}`),
    })
}

/** A label names a revision, or a tag that stands for one; null where no webhook says. */
function revisionOf(world: World, written: string): string | null {
  const labels = world
    .list('admissionregistration.k8s.io/MutatingWebhookConfiguration')
    .map(({ metadata }) => metadata.labels ?? {})
  const tagged = labels.find(own => own['istio.io/tag'] === written)?.['istio.io/rev']
  return tagged ?? (labels.some(own => own['istio.io/rev'] === written) ? written : null)
}

function statusRevision(pod: MeshObject): string | null {
  try {
    const status = record(JSON.parse(pod.metadata.annotations?.['sidecar.istio.io/status'] ?? '{}'))
    return text(status['revision']) || null
  } catch {
    // Somebody else wrote it: then it says nothing of a revision.
    return null
  }
}
