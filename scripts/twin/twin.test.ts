import fc from 'fast-check'
import { stringify } from 'yaml'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { meshConfigMap } from '#lab/mesh/testing/mesh-config-map.ts'
import { smallObjects, snapshotWith } from '#lab/mesh/testing/small-mesh.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { createEvaluator, type Judgement } from '#shared/security/evaluate.ts'
import { istioDefaults } from '#shared/security/world.ts'
import { objectsOf, written, type Written } from '#shared/security/policies.fixture.ts'
import { type Pair, pairsOf, request } from './requests.ts'

/**
 * The lab decides what policies do to its traffic without a line of the evaluator's, and the other way round: where
 * both are certain they must say the same.
 */

const extensionProviders = [{ name: 'ask', envoyExtAuthzGrpc: { service: 'crm.legacy.svc.cluster.local', port: 9000 } }]

function worldOf(some: Written) {
  const { trustDomain } = some
  const policies = objectsOf(some)
  const mesh = meshConfigMap({ extensionProviders, trustDomain, trustDomainAliases: ['old.example'] })
  const settings = { ...istioDefaults, trustDomain, trustDomainAliases: ['old.example'] }
  const objects = [...smallObjects(), ...policies] as unknown as MeshObject[]
  return {
    snapshot: snapshotWith(mesh, ...(policies as unknown as KubeObject[])),
    evaluator: createEvaluator(objects, settings),
  }
}

const verdictOf = ({ lab }: Pair) => (lab.verdict === 'custom' ? 'uncertain' : lab.verdict)

/** Who decided, in the lab's words. */
function decidedBy({ decidedBy: by }: Judgement): string | null {
  if (by === undefined) return null
  if (by.kind === 'PeerAuthentication') return 'mtls'
  if (by.kind === 'RequestAuthentication') return 'token'
  return `${by.namespace}/${by.name} ${by.rule}`
}
const deciderOf = ({ by, policy, rule }: Pair['lab']) =>
  by === 'mtls' || by === 'token' ? by : policy && `${policy.namespace}/${policy.name} ${rule}`

describe('the lab and the evaluator', () => {
  it('say the same of every call whose facts are all known, and name the same rule', () => {
    let pairs = 0
    const endings = new Set<string>()
    fc.assert(
      fc.property(written, fc.array(request, { minLength: 60, maxLength: 60 }), (some, requests) => {
        const { snapshot, evaluator } = worldOf(some)
        expect(evaluator.refused).toEqual([])
        for (const asked of requests)
          for (const pair of pairsOf(snapshot, asked)) {
            pairs++
            const said = evaluator.judge(pair.flow)
            endings.add(`${pair.flow.destination.enforcedBy} ${said.verdict}`)
            if (said.verdict === verdictOf(pair) && decidedBy(said) === deciderOf(pair.lab)) continue
            throw new Error(stringify({ said, lab: pair.lab, flow: pair.flow, policies: objectsOf(some) }))
          }
      }),
      { numRuns: 400, seed: 6 },
    )
    expect(pairs).toBeGreaterThan(20_000)
    const enforcers = ['sidecar', 'ztunnel', 'waypoint', 'gateway']
    for (const verdict of ['allow', 'deny'])
      for (const enforcer of enforcers) expect(endings).toContain(`${enforcer} ${verdict}`)
    expect(endings).toContain('sidecar uncertain')
  })
})
