import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { items, record, text } from '#shared/config/world/read.ts'
import type { Json } from '#shared/mesh/object.ts'
import { targetNotFound } from './messages.ts'

/** Istio docs, PolicyTargetReference: a Gateway, Service or ServiceEntry of the same namespace, or a GatewayClass. */
const targetKinds: Record<string, 'here' | 'cluster'> = {
  'gateway.networking.k8s.io/Gateway': 'here',
  '/Service': 'here',
  'networking.istio.io/ServiceEntry': 'here',
  'gateway.networking.k8s.io/GatewayClass': 'cluster',
}

/** A policy that is bound to what is not there protects nothing. */
export const targets: EachAnalyzer = {
  name: 'weft.Targets',
  each: [
    'security.istio.io/AuthorizationPolicy',
    'security.istio.io/RequestAuthentication',
    'telemetry.istio.io/Telemetry',
    'extensions.istio.io/WasmPlugin',
    'networking.istio.io/EnvoyFilter',
  ],
  analyze(object, world, report) {
    const spec = object.spec ?? {}
    const listed = items(spec['targetRefs']).map((target, index) => ({ target, path: ['spec', 'targetRefs', index] }))
    const single = record(spec['targetRef'])
    if (Object.keys(single).length > 0) listed.push({ target: single, path: ['spec', 'targetRef'] })
    for (const { target, path } of listed) {
      const { key, kind, name } = named(target)
      const where = targetKinds[key]
      const namespace = where === 'cluster' ? '' : (object.metadata.namespace ?? '')
      if (where === undefined)
        report(object, targetNotFound, [`kind ${kind} that a policy can be bound to, like`, name], { path })
      else if (!world.get(key, namespace, name))
        report(object, targetNotFound, [kind, where === 'here' ? `${namespace}/${name}` : name], {
          path: [...path, 'name'],
        })
    }
  },
}

const named = (target: Json) => {
  const group = text(target['group']) === 'core' ? '' : text(target['group'])
  const kind = text(target['kind'])
  return { key: `${group}/${kind}`, kind, name: text(target['name']) }
}
