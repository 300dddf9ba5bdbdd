import { all, type Place, placesOf } from './destinations.ts'
import { isProblem, type Problem, type Scene, type Target } from './intent.ts'
import { nameOfRef, type Routing, type Rule, ruleFor, routingOf } from './rules.ts'
import { type Service, serviceAt } from './service.ts'

/** What an intent about the rules of a service looks at, and what its form shows beside the model. */
export interface RuleView {
  service: Service
  routing: Routing
  rule: Rule
  /** What the rule sends to, or could. */
  places: readonly Place[]
}

export function ruleView(scene: Scene, target: Target): RuleView | Problem {
  const service = serviceAt(scene, target)
  if (isProblem(service)) return service
  const routing = routingOf(scene, service)
  const rule = ruleFor(routing, target)
  return { service, routing, rule, places: placesOf(scene, service, rule) }
}

/** The same where requests have to be told apart by where they go: with one place there is nothing to choose. */
export function placesView(scene: Scene, target: Target): RuleView | Problem {
  const view = ruleView(scene, target)
  if (isProblem(view)) return view
  const { service, rule, places } = view
  if (places.filter(({ id }) => id !== all).length > 1) return view
  if (service.workloads.length === 0) return { field: null, code: 'noPods', values: { service: service.name } }
  if (rule.api === 'gateway-api' && service.versions.length > 1)
    return { field: null, code: 'noVersionServices', values: { service: service.name, name: nameOfRef(rule.object) } }
  return { field: null, code: 'oneVersion', values: { service: service.name } }
}
