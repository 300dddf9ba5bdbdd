import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { labelsOf, podsSelected } from '#shared/config/world/labels.ts'
import { has, record, textMap } from '#shared/config/world/read.ts'
import { gatewayApiTooOld, ineffectiveSelector } from './messages.ts'
import { namespaceOf } from './names.ts'

const gatewayName = 'gateway.networking.k8s.io/gateway-name'

/** Pods of a Gateway API Gateway are reached by targetRefs alone. */
export const gatewayApiSelector: EachAnalyzer = {
  name: 'k8sgateway.SelectorAnalyzer',
  each: [
    'security.istio.io/AuthorizationPolicy',
    'security.istio.io/RequestAuthentication',
    'telemetry.istio.io/Telemetry',
    'extensions.istio.io/WasmPlugin',
  ],
  analyze(policy, world, report) {
    const spec = policy.spec ?? {}
    if (has(spec, 'targetRef') || has(spec, 'targetRefs') || !has(spec, 'selector')) return
    const wanted = textMap(record(spec['selector'])['matchLabels'])
    const gateways = new Set<string>()
    for (const pod of podsSelected(world, namespaceOf(policy), wanted)) {
      const gateway = labelsOf(pod)[gatewayName]
      if (gateway !== undefined) gateways.add(gateway)
    }
    for (const gateway of gateways) report(policy, ineffectiveSelector, [gateway], { path: ['spec', 'selector'] })
  },
}

/** The oldest Gateway API that Istio reads each kind of. */
const minimums: Record<string, readonly [number, number, number]> = {
  'grpcroutes.gateway.networking.k8s.io': [1, 1, 0],
  'backendtlspolicies.gateway.networking.k8s.io': [1, 4, 0],
  'tlsroutes.gateway.networking.k8s.io': [1, 5, 0],
}

export const gatewayApiVersion: EachAnalyzer = {
  name: 'k8sgateway.CRDVersionAnalyzer',
  each: ['apiextensions.k8s.io/CustomResourceDefinition'],
  analyze(definition, _, report) {
    const minimum = minimums[definition.metadata.name]
    const bundle = definition.metadata.annotations?.['gateway.networking.k8s.io/bundle-version'] ?? ''
    const [, major, minor = '0', patch = '0'] = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:[-+].*)?$/.exec(bundle) ?? []
    if (minimum === undefined || major === undefined) return
    const installed = [Number(major), Number(minor), Number(patch)] as const
    const isOlder = installed.reduce<number>((found, part, index) => found || part - (minimum[index] ?? 0), 0) < 0
    if (isOlder)
      report(definition, gatewayApiTooOld, [definition.metadata.name, installed.join('.'), minimum.join('.')], {
        path: ['metadata', 'annotations', 'gateway.networking.k8s.io/bundle-version'],
      })
  },
}
