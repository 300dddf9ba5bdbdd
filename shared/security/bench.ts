import type { MeshObject } from '#shared/mesh/object.ts'
import { createChecker } from './assert/assert.ts'
import { type Assertion, parse } from './assert/sentence.ts'
import type { Change } from './replay/change.ts'
import { createEvaluator } from './evaluate.ts'
import type { Flow } from './flow.ts'
import type { SeenFlow, Workload } from './landscape.ts'
import { records } from './read.ts'
import { createReplayer } from './replay/replayer.ts'
import { istioDefaults } from './world.ts'

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

/** A mesh of as many workloads, replayed at each key: somebody types in a policy of one workload, or of all. */
export function measureReplay(
  workloads: number,
  flows: number,
  now: () => number,
): { first: number; keystroke: number; meshWide: number; forAll: number } {
  const objects = Array.from({ length: workloads / 2 }, (_, index) => policyOf(index, workloads))
  const replayer = createReplayer({
    objects: objects.map(object => ({ ...object })),
    workloads: Array.from({ length: workloads }, (_, index) => workloadOf(index)),
    settings: istioDefaults,
    readable: { mesh: true, namespaces: null },
    flows: Array.from({ length: flows }, (_, index) => seenOf(index, workloads)),
  })
  let keys = 0
  /** Each key makes another path of it. @param isForAll for whoever calls, so that every call may be meant */
  const typed = (index: number, isForAll: boolean): Change => {
    const before = policyOf(index, workloads)
    const [first, ...rules] = records(before.spec?.['rules'])
    const to = [{ operation: { paths: [`/typed/${keys++}/*`] } }]
    const rule = isForAll ? { to } : { ...first, to }
    return { before: objects[index] ?? null, after: { ...before, spec: { ...before.spec, rules: [rule, ...rules] } } }
  }
  const spent = (index: number, count: number, isForAll = false) => {
    const begun = now()
    for (let key = 0; key < count; key += 1) replayer.replay([typed(index, isForAll)])
    return (now() - begun) / count
  }
  const first = spent(1, 1)
  // Of the root namespace, and without a selector.
  return { first, keystroke: spent(1, 20), meshWide: spent(100, 10), forAll: spent(100, 10, true) }
}

/** What a change in a cluster of as many workloads costs whoever watches over one sentence: of two ends, and of all callers. */
export function measureAssertions(
  workloads: number,
  now: () => number,
): { made: number; one: number; everybody: number } {
  const objects = Array.from({ length: workloads / 2 }, (_, index) => policyOf(index, workloads))
  const running = Array.from({ length: workloads }, (_, index) => workloadOf(index))
  const begun = now()
  const { check } = createChecker(objects, istioDefaults, {
    workloads: running,
    readable: { mesh: true, namespaces: null },
  })
  const made = now()
  check(understood('team-2/service-2 may GET /api/1/x of team-1/service-1'))
  const one = now()
  check(understood('nothing outside team-1 reaches team-1/service-1'))
  return { made: made - begun, one: one - made, everybody: now() - one }
}

function understood(sentence: string): Assertion {
  const read = parse(sentence)
  if ('problem' in read) throw new Error(read.problem)
  return read.assertion
}

const workloadOf = (index: number): Workload => ({
  namespace: `team-${index % namespaces}`,
  name: `service-${index}`,
  kind: 'Deployment',
  labels: { app: `service-${index}`, version: 'v1' },
  serviceAccounts: [`service-${index}`],
  pods: 2,
  guarded: 2,
  enforcedBy: index % 4 === 0 ? 'ztunnel' : 'sidecar',
  role: null,
  ports: [{ service: `service-${index}`, name: 'http', port: 8080, protocol: 'http' }],
})

function seenOf(index: number, count: number): SeenFlow {
  const { source, destination } = flowOf(index, count)
  const namespace = source.namespace ?? ''
  const name = source.serviceAccount ?? ''
  return {
    id: String(index),
    source: { namespace, workload: name, principal: `cluster.local/ns/${namespace}/sa/${name}`, isHidden: false },
    destination: {
      namespace: destination.namespace,
      workload: destination.workload ?? '',
      service: destination.workload ?? '',
    },
    protocol: 'http',
    mtls: true,
    port: 8080,
    passed: 100 + index,
    refused: 0,
  }
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
