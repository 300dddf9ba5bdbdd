import { isDryRun, actionOf, isBoundToTarget } from '#shared/config/analyze/weft/rules.ts'
import { selectorLabels } from '#shared/config/analyze/weft/workloads.ts'
import { hasLabels } from '#shared/config/world/labels.ts'
import { items, textMap } from '#shared/config/world/read.ts'
import type { Call } from '#shared/config/world/traffic.ts'
import { callerOf, callsIn, isPlain } from './callers.ts'
import type { Scene } from './intent.ts'
import type { Lockdown, LockdownView } from './lockdown.ts'
import { principalOf } from './lockdown-rules.ts'
import { isFrom } from './rule-sources.ts'

/** Callers from elsewhere: those seen, and gateways that route here. As `namespace/serviceAccount`, sorted. */
export function seenCallers(scene: Scene, { namespace, waypoints }: LockdownView): string[] {
  const { inventory, world } = scene
  const own = new Set(waypoints.map(({ workload }) => workload))
  const seen = (callsIn(scene, namespace) ?? []).flatMap(call => callerOf(scene, call) ?? [])
  const routes = world.list('gateway.networking.k8s.io/HTTPRoute', namespace)
  const routed = routes
    .flatMap(route => items(route.spec?.['parentRefs']))
    .filter(parent => (parent['kind'] ?? 'Gateway') === 'Gateway')
    .flatMap(parent =>
      inventory.workloads.filter(
        each =>
          each.proxy === 'gateway' &&
          each.namespace === (parent['namespace'] ?? namespace) &&
          each.labels['gateway.networking.k8s.io/gateway-name'] === parent['name'],
      ),
    )
  const callers = [...seen, ...routed]
    .filter(each => each.namespace !== namespace && each.proxy !== 'none' && !own.has(each))
    .map(each => `${each.namespace}/${each.serviceAccount}`)
  return [...new Set(callers)].toSorted()
}

/** Callers seen lately that would not get in any more; null where no traffic is known. */
export function refusedNow(scene: Scene, view: LockdownView, model: Lockdown): string[] | null {
  const calls = callsIn(scene, view.namespace)
  if (calls === null) return null
  const refused = calls.filter(call => isGuarded(view, call) && !getsIn(scene, view, model, call))
  return [...new Set(refused.map(({ source }) => `${source.namespace}/${source.workload}`))].toSorted()
}

/** Without a proxy of its own nothing stands before a workload. */
const isGuarded = ({ workloads }: LockdownView, { destination }: Call): boolean =>
  workloads.find(({ name }) => name === destination.workload)?.proxy !== 'none'

function getsIn(scene: Scene, view: LockdownView, model: Lockdown, call: Call): boolean {
  const { port } = call
  if (port !== null && model.scrape.some(({ ports, path }) => path === '' && ports.includes(port))) return true
  const caller = callerOf(scene, call)
  // Plaintext names nobody.
  if (caller === undefined || isPlain(scene, call)) return false
  const name = `${caller.namespace}/${caller.serviceAccount}`
  if (model.namespaces.includes(caller.namespace) || model.callers.includes(name)) return true
  const { trustDomain } = scene.inventory
  const principals = [trustDomain, 'cluster.local'].map(domain => principalOf(name, domain))
  const from = { namespace: caller.namespace, account: name, principals }
  // By who calls; methods and paths are not known here.
  return policiesBeside(scene, view, call).some(policy =>
    items(policy.spec?.['rules']).some(rule => isFrom(rule, from) !== false),
  )
}

/** Other ALLOW policies that the destination reads. */
function policiesBeside({ world }: Scene, view: LockdownView, { destination }: Call) {
  const services = world
    .list('/Service', view.namespace)
    .filter(each => {
      const selector = textMap(each.spec?.['selector'])
      return Object.keys(selector).length > 0 && hasLabels(destination.labels, selector)
    })
    .map(({ metadata }) => metadata.name)
  return world.list('security.istio.io/AuthorizationPolicy', view.namespace).filter(policy => {
    if (actionOf(policy) !== 'ALLOW' || isDryRun(policy)) return false
    if (policy === view.allowing || policy === view.closing) return false
    if (isBoundToTarget(policy))
      return items(policy.spec?.['targetRefs']).some(
        target => target['kind'] === 'Service' && services.includes(String(target['name'])),
      )
    return hasLabels(destination.labels, selectorLabels(policy))
  })
}
