import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json, MeshObject } from '#shared/mesh/object.ts'
import { createEvaluator } from '#shared/security/evaluate.ts'
import type { Flow } from '#shared/security/flow.ts'
import { known } from '#shared/security/flows.fixture.ts'
import { objectsOf, written } from '#shared/security/policies.fixture.ts'
import { turning } from './why.ts'
import { istioDefaults } from '#shared/security/world.ts'

const policy = (action: string, rules: unknown[], name = action.toLowerCase()): MeshObject => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { name, namespace: 'pay' },
  spec: { action, rules },
})
const strict: MeshObject = {
  apiVersion: 'security.istio.io/v1',
  kind: 'PeerAuthentication',
  metadata: { name: 'default', namespace: 'istio-system' },
  spec: { mtls: { mode: 'STRICT' } },
}
const from = (...principals: string[]) => ({ from: [{ source: { principals } }] })
const to = (operation: Json) => ({ to: [{ operation }] })
const cart = 'cluster.local/ns/shop/sa/cart'
const call = (more: Partial<Flow> = {}): Flow => ({
  id: 'one',
  source: { namespace: 'shop', serviceAccount: 'cart', ip: '10.1.2.3' },
  destination: { namespace: 'pay', workload: 'ledger', labels: { app: 'ledger' }, enforcedBy: 'sidecar' },
  mtls: true,
  protocol: 'http',
  http: { method: 'GET', path: '/books' },
  ...more,
})
const offered = (objects: MeshObject[], flow = call()) =>
  turning(objects, flow).map(({ edits }) =>
    edits.map(({ kind, path, value }) => `${kind} ${path.slice(1).join('.')} ${value}`).join(', '),
  )

describe('what would turn a verdict', () => {
  it.each<[claim: string, objects: MeshObject[], flow: Flow, first: string]>([
    [
      'the caller joins those of a rule',
      [policy('ALLOW', [from('cluster.local/ns/shop/sa/web')])],
      call(),
      `add-value rules.0.from.0.source.principals ${cart}`,
    ],
    [
      'the method joins',
      [policy('ALLOW', [{ ...from(cart), ...to({ methods: ['PUT'] }) }])],
      call(),
      'add-value rules.0.to.0.operation.methods GET',
    ],
    [
      'caller and method together, or a policy of its own',
      [policy('ALLOW', [{ ...from('x'), ...to({ methods: ['PUT'] }) }])],
      call(),
      `add-policy rules.0 ${cart}`,
    ],
    ['where nothing is allowed, a policy of its own', [policy('ALLOW', [])], call(), `add-policy rules.0 ${cart}`],
    [
      'the caller leaves a DENY',
      [policy('DENY', [from(cart, 'x')])],
      call(),
      `remove-value rules.0.from.0.source.principals ${cart}`,
    ],
    [
      'or is exempt from it',
      [policy('DENY', [to({ methods: ['GET'] })])],
      call(),
      `exempt-caller rules.0.from ${cart}`,
    ],
    ['plaintext is let in again', [strict], call({ mtls: false }), 'set-mode mtls.mode PERMISSIVE'],
    [
      'to refuse, the caller leaves an ALLOW',
      [policy('ALLOW', [from(cart, 'x')])],
      call(),
      `remove-value rules.0.from.0.source.principals ${cart}`,
    ],
    ['to refuse what nobody restricts, a DENY of its own', [], call(), `add-policy rules.0 ${cart}`],
    ['by its address, where it proves nothing', [], call({ mtls: false }), 'add-policy rules.0 10.1.2.3'],
    [
      'two edits, where it takes two',
      [strict, policy('ALLOW', [{ from: [{ source: { ipBlocks: ['10.9.0.0/16'] } }] }])],
      call({ mtls: false }),
      'set-mode mtls.mode PERMISSIVE, add-value rules.0.from.0.source.ipBlocks 10.1.2.3',
    ],
  ])('%s', (_, objects, flow, first) => {
    expect(offered(objects, flow)[0]).toBe(first)
  })

  it('names the caller by the trust domain of the mesh', () => {
    const settings = { ...istioDefaults, trustDomain: 'mesh.example' }
    const own = 'mesh.example/ns/shop/sa/cart'
    const values = (objects: MeshObject[]) =>
      turning(objects, call(), settings).map(({ edits: [edit] }) => edit?.value ?? '')
    expect(values([policy('DENY', [from(own, 'x')])])[0]).toBe(own)
    expect(values([policy('ALLOW', [])])).toEqual([own])
    expect(values([])).toEqual([own])
  })

  it('is not asked where facts are missing', () => {
    expect(offered([policy('ALLOW', [to({ methods: ['PUT'] })])], call({ http: {} }))).toEqual([])
  })

  it('stays with what is not its own: fields nobody knows survive an edit', () => {
    const labelled = {
      ...policy('ALLOW', [from('x')]),
      metadata: { name: 'allow', namespace: 'pay', labels: { a: 'b' } },
    }
    const [offer] = turning([labelled], call())
    expect(offer?.edits[0]?.after?.metadata.labels).toEqual({ a: 'b' })
  })

  it('turns it, in all that is offered, and is offered for nearly all', () => {
    let certain = 0
    let helped = 0
    fc.assert(
      fc.property(written, fc.array(known, { minLength: 8, maxLength: 8 }), (policies, flows) => {
        const objects = objectsOf(policies)
        const evaluator = createEvaluator(objects)
        for (const flow of flows) {
          const { verdict } = evaluator.judge(flow)
          const offers = turning(objects, flow)
          expect(offers.length).toBeLessThanOrEqual(3)
          if (verdict === 'uncertain') expect(offers).toEqual([])
          else certain++
          if (offers.length > 0) helped++
          for (const { edits } of offers) {
            const after = edits.reduce<MeshObject[]>(
              (all, edit) => [...all.filter(object => object !== edit.before), ...(edit.after ? [edit.after] : [])],
              objects,
            )
            expect(createEvaluator(after).judge(flow).verdict).toBe(verdict === 'deny' ? 'allow' : 'deny')
          }
        }
      }),
      { numRuns: 60, seed: 3 },
    )
    expect(helped / certain).toBeGreaterThan(0.9)
  })
})
