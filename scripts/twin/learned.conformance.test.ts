import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { startedAt } from '#lab/mesh/testing/small-mesh.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { surroundingsOf } from '#shared/security/evaluate/attach.ts'
import { createEvaluator } from '#shared/security/evaluate.ts'
import type { Enforcer, Flow } from '#shared/security/flow.ts'
import { learn } from '#shared/security/learn/learn.ts'
import type { Sighting } from '#shared/security/learn/kinds.ts'
import { callsOf } from '#shared/security/replay/seen.ts'
import { istioDefaults } from '#shared/security/world.ts'
import { toldCalls } from './lines.ts'
import { lifeWith } from './living.ts'
import { fatesIn } from './truth.ts'

/** Policies that are learned from what proxies told, applied in the lab, and lived with. */
function livedWith(trustDomain: string, silent: readonly string[]) {
  const settings = { ...istioDefaults, trustDomain }
  const life = lifeWith([], { trustDomain, seed: 9, silent })
  life.run(24)
  const objects = ['namespaces', 'services'].flatMap(name => life.store.list(name)) as unknown as MeshObject[]
  const workloads = life.workloads()
  const stage = { workloads, around: surroundingsOf(objects, 'istio-system'), settings }
  const counted = callsOf(life.seen(22), stage)
  // Where proxies see requests, samples of them say what metrics do not.
  const sampled = new Map<string, Sighting>()
  for (const { by, flow } of toldCalls(life, trustDomain)) {
    if (by === 'ztunnel' || by === 'gateway' || flow.protocol === 'tcp') continue
    const { source, destination, http, mtls } = flow
    const key = JSON.stringify([source.principal, destination.workload, http?.method, http?.path?.split('?')[0]])
    const known = sampled.get(key)
    const times = (known?.sightings ?? 0) + 1
    const call = { ...flow, source: { principal: source.principal }, http: { method: http?.method, path: http?.path } }
    sampled.set(key, { flow: { ...call, mtls, jwt: null }, sightings: times, requests: times * 50 })
  }
  const isSeenWhole = ({ flow }: Sighting) => flow.protocol === 'tcp' || flow.destination.enforcedBy === 'ztunnel'
  const { proposals, closing } = learn([...counted.filter(isSeenWhole), ...sampled.values()], {
    settings,
    objects,
    workloads: workloads.filter(({ role }) => role === null),
  })
  const policies = [...proposals, ...closing].flatMap(({ policy }) => policy ?? [])
  life.write(...(policies as unknown as KubeObject[]))
  const before = fatesIn(life, startedAt)
  life.run(24)
  const after = fatesIn(life, startedAt + 25 * 15_000)
  const [passed, refused] = [...after.values()].reduce<[number, number]>(
    ([all, none], fate) => [all + fate.passed, none + fate.refused],
    [0, 0],
  )
  const cutOff = [...before].flatMap(([door, fate]) =>
    fate.passed > 0 && (after.get(door)?.passed ?? 0) === 0 ? [door] : [],
  )
  return { proposals, closing, policies, passed, refused, cutOff }
}

describe('policies that are learned from the lab’s proxies and applied there', () => {
  it.each(['cluster.local', 'mesh.example'])('let all that is legitimate pass, and nobody else (%s)', trustDomain => {
    const { policies, proposals, closing, passed, refused, cutOff } = livedWith(trustDomain, ['legacy/batch'])
    expect(createEvaluator(policies).refused).toEqual([])
    expect(proposals.flatMap(({ policy, workloads }) => (policy ? workloads : [])).toSorted()).toEqual(
      expect.arrayContaining(['back-v1', 'bare', 'db', 'front', 'stock']),
    )
    expect(closing.flatMap(({ namespace, policy }) => (policy ? [namespace] : []))).toContain('shop')
    const stranger = (namespace: string, workload: string, app: string, enforcedBy: Enforcer): Flow => ({
      id: workload,
      source: { principal: `${trustDomain}/ns/legacy/sa/crm` },
      destination: { namespace, workload, labels: { app, version: 'v1' }, enforcedBy, port: 9080 },
      mtls: true,
      protocol: 'http',
      http: { method: 'GET', path: '/items' },
      jwt: null,
    })
    const { judge } = createEvaluator(policies, { ...istioDefaults, trustDomain })
    expect(judge(stranger('shop', 'back-v1', 'back', 'sidecar')).verdict).toBe('deny')
    expect(judge(stranger('amb', 'bare', 'bare', 'ztunnel')).verdict).toBe('deny')
    expect(judge(stranger('amb', 'stock', 'stock', 'waypoint')).verdict).toBe('deny')
    expect(passed).toBeGreaterThan(3000)
    expect(refused / (passed + refused)).toBeLessThanOrEqual(0.001)
    expect(cutOff).toEqual([])
  })

  it('cut off no caller without a name: what it calls stays open, and is told', () => {
    const { proposals, refused, passed, cutOff } = livedWith('cluster.local', [])
    const withheld = proposals.filter(one => one.withheld?.because === 'unidentified').flatMap(one => one.workloads)
    expect(withheld).toEqual(expect.arrayContaining(['back-v1', 'db']))
    expect(refused / (passed + refused)).toBeLessThanOrEqual(0.001)
    expect(cutOff).toEqual([])
  })
})
