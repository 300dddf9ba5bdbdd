import type { MeshObject } from '#shared/mesh/object.ts'
import { createEvaluator } from './evaluate.ts'
import type { Flow } from './flow.ts'

/** Policies and flows of a mesh with many workloads, half of the flows as metrics tell them: without method and path. */
export function measureEvaluator(
  policies: number,
  flows: number,
  now: () => number,
): { index: number; all: number; again: number; keystroke: number; uncertain: number } {
  const objects = Array.from({ length: policies }, (_, index) => policyOf(index, policies))
  const calls = Array.from({ length: flows }, (_, index) => flowOf(index, policies))
  const begun = now()
  const evaluator = createEvaluator(objects)
  const indexed = now()
  const uncertain = calls.filter(flow => evaluator.judge(flow).verdict === 'uncertain').length
  const judged = now()
  for (const flow of calls) evaluator.judge(flow)
  const again = now()
  // Somebody types in one policy: the others are the objects they were.
  const edited = createEvaluator(objects.with(1, policyOf(1, policies)))
  for (const flow of calls.slice(0, 1000)) edited.judge(flow)
  const keystroke = now() - again
  return { index: indexed - begun, all: judged - begun, again: again - judged, keystroke, uncertain }
}

const namespaces = 25

function policyOf(index: number, count: number): MeshObject {
  const isMeshWide = index % 100 === 0
  const action = index % 10 === 9 ? 'DENY' : 'ALLOW'
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: `policy-${index}`, namespace: isMeshWide ? 'istio-system' : `team-${index % namespaces}` },
    spec: {
      ...(isMeshWide || index % 20 === 5 ? {} : { selector: { matchLabels: { app: `service-${index}` } } }),
      action,
      rules: Array.from({ length: 4 }, (_, rule) => ({
        from: [
          {
            source: {
              principals: Array.from(
                { length: 5 },
                (__, caller) =>
                  `cluster.local/ns/team-${(index + rule) % namespaces}/sa/service-${(index + caller * 7) % count}`,
              ),
            },
          },
        ],
        to: [{ operation: { methods: ['GET', 'POST'], paths: [`/api/${rule}/*`, `/v1/{*}/items/${rule}`] } }],
        ...(rule === 3 ? { when: [{ key: 'request.headers[x-tenant]', values: ['a*'] }] } : {}),
      })),
    },
  }
}

function flowOf(index: number, count: number): Flow {
  const to = index % count
  // Most callers are those that a rule of the destination names.
  const from = (to + (index % 7) * 7) % count
  return {
    id: index,
    source: { namespace: `team-${to % namespaces}`, serviceAccount: `service-${from}` },
    destination: {
      namespace: `team-${to % namespaces}`,
      workload: `service-${to}`,
      labels: { app: `service-${to}`, version: `v${index % 3}` },
      port: 8080,
      enforcedBy: index % 4 === 0 ? 'ztunnel' : 'sidecar',
    },
    mtls: index % 8 !== 0,
    protocol: index % 10 === 0 ? 'tcp' : 'http',
    ...(index % 2 === 0 ? {} : { http: { method: 'GET', path: `/api/${index % 5}/items`, host: 'x', headers: {} } }),
  }
}
