import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { KubeObject } from '#lab/contract.ts'
import { meshConfigMap } from '#lab/mesh/testing/mesh-config-map.ts'
import { smallObjects, snapshotWith } from '#lab/mesh/testing/small-mesh.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { createEvaluator, type Judgement } from '#shared/security/evaluate.ts'
import { objectsOf, written } from '#shared/security/policies.fixture.ts'
import { turning } from '#shared/security/why/why.ts'
import { istioDefaults } from '#shared/security/world.ts'
import { toldCalls } from './lines.ts'
import { aliases, extensionProviders, lifeWith } from './living.ts'
import { pairsOf, type Request, request } from './requests.ts'

/** Whom a line of the log blames, in words that both sides can be put in; null: it tells of no refusal. */
function blamedBy(text: string): string | null {
  const [, name] = /rbac_access_denied_matched_policy\[(none|ns\[.*?\]-policy\[.*?\]-rule\[\d+\])\]/.exec(text) ?? []
  if (name === 'none') return 'no ALLOW'
  const [, namespace, policy, rule] = /^ns\[(.*)\]-policy\[(.*)\]-rule\[(\d+)\]$/.exec(name ?? '') ?? []
  if (namespace !== undefined) return `${namespace}/${policy} rule ${rule}`
  if (text.includes('ext_authz_denied')) return 'authorizer'
  if (/jwt_authn_access_denied/i.test(text)) return 'token'
  if (/filter_chain_not_found|istio_converted_static_strict/.test(text)) return 'mTLS'
  if (text.includes('allow policies exist, but none allowed')) return 'no ALLOW'
  // ztunnel names a policy and none of its rules.
  return /policy rejection: explicitly denied by: (\S+?)"/.exec(text)?.[1] ?? null
}

function blamed({ verdict, decidedBy, missing }: Judgement, isZtunnel: boolean): string | null {
  if (verdict === 'allow') return null
  if (verdict === 'uncertain') return missing.join().startsWith('answer of provider') ? 'authorizer' : 'uncertain'
  if (decidedBy === undefined) return 'no ALLOW'
  if (decidedBy.kind === 'PeerAuthentication') return 'mTLS'
  if (decidedBy.kind === 'RequestAuthentication') return 'token'
  const { namespace, name, rule } = decidedBy
  return isZtunnel ? `${namespace}/${name}` : `${namespace}/${name} rule ${rule}`
}

describe('whoever reads in an access log that a request was refused', () => {
  it('is told the same policy and rule by the evaluator, and of what passed, that it passes', () => {
    const refused = new Map<string, number>()
    let passed = 0
    let seed = 0
    fc.assert(
      fc.property(written, some => {
        const { trustDomain } = some
        const policies = objectsOf(some)
        const answer = seed++ % 3 === 0 ? 'deny' : 'allow'
        const life = lifeWith(policies as unknown as KubeObject[], { trustDomain, seed, answer })
        life.run(2)
        const around = ['namespaces', 'services'].flatMap(name => life.store.list(name)) as unknown as MeshObject[]
        const settings = { ...istioDefaults, trustDomain, trustDomainAliases: aliases }
        const evaluator = createEvaluator([...around, ...policies], settings)
        for (const { text, by, flow } of toldCalls(life, trustDomain)) {
          const blame = blamedBy(text)
          const said = evaluator.judge(flow)
          const isWaiting = blame === null && answer === 'allow' && blamed(said, false) === 'authorizer'
          if (blame !== blamed(said, by === 'ztunnel') && !isWaiting)
            throw new Error(stringify({ text, blame, said, by, flow, policies }))
          if (blame === null) passed++
          else {
            const kind = / rule \d+$/.test(blame) ? 'a rule' : blame.includes('/') ? 'a policy' : blame
            refused.set(`${by}: ${kind}`, (refused.get(`${by}: ${kind}`) ?? 0) + 1)
          }
        }
      }),
      { numRuns: 120, seed: 31, endOnFailure: true },
    )
    for (const by of ['sidecar', 'waypoint', 'gateway'])
      for (const blame of ['a rule', 'no ALLOW'])
        expect(refused.get(`${by}: ${blame}`), `${by}: ${blame}`).toBeGreaterThan(0)
  }, 120_000)
})

describe('an edit that is offered to turn a verdict', () => {
  it('turns it: for the evaluator, and for the lab once it is applied', () => {
    const offered = { allow: 0, deny: 0 }
    const doors = new Map<string, number>()
    fc.assert(
      fc.property(written, fc.array(request, { minLength: 6, maxLength: 6 }), (some, requests) => {
        const { trustDomain } = some
        const policies = objectsOf(some)
        const settings = { ...istioDefaults, trustDomain, trustDomainAliases: aliases }
        const config = meshConfigMap({ extensionProviders, trustDomain, trustDomainAliases: aliases })
        const decided = (objects: readonly MeshObject[], asked: Request) =>
          pairsOf(snapshotWith(config, ...(objects as unknown as KubeObject[])), asked)[0]
        const around = smallObjects() as unknown as MeshObject[]
        for (const asked of requests) {
          const pair = decided(policies, asked)
          if (pair === undefined || pair.lab.verdict === 'custom') continue
          const wanted = pair.lab.verdict === 'deny' ? 'allow' : 'deny'
          const offers = turning([...around, ...policies], pair.flow, settings)
          for (const { edits, evaluation } of offers) {
            const after = edits.reduce<MeshObject[]>(
              (all, edit) => [...all.filter(object => object !== edit.before), ...(edit.after ? [edit.after] : [])],
              policies,
            )
            const then = decided(after, asked)
            if (evaluation.verdict !== wanted || then?.lab.verdict !== wanted)
              throw new Error(
                stringify({ wanted, evaluation, lab: then?.lab, was: pair.lab, flow: pair.flow, edits, policies }),
              )
            offered[wanted]++
            const { enforcedBy } = pair.flow.destination
            doors.set(enforcedBy, (doors.get(enforcedBy) ?? 0) + 1)
          }
        }
      }),
      { numRuns: 200, seed: 41, endOnFailure: true },
    )
    expect(Math.min(...Object.values(offered))).toBeGreaterThan(100)
    expect([...doors.keys()].toSorted()).toEqual(['gateway', 'sidecar', 'waypoint', 'ztunnel'])
  }, 120_000)
})
