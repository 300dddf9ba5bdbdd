import { describe, expect, it } from 'vitest'
import { given, security, seen } from '#shared/security/matrix.fixture.ts'
import { matrixOf } from '#shared/security/matrix.ts'
import { standingOf, workloadsNamed } from './standing.ts'

const standing = (name: string, more: Parameters<typeof given>[0] = {}) => {
  const what = given(more)
  const [namespace = '', own = ''] = name.split('/')
  const [workload] = workloadsNamed(what.workloads, namespace, [own])
  if (workload === undefined) throw new Error('There is no such workload.')
  return standingOf(workload, matrixOf(what))
}

describe('what stands before a workload', () => {
  it('is its mode with where it comes from, and each policy with why it applies', () => {
    const { modes, policies } = standing('pay/ledger')
    expect(modes).toMatchObject([{ mode: 'STRICT', policy: { name: 'default' } }])
    expect(
      policies
        .map(({ policy, reach, action }) => [policy.name, reach, action])
        .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    ).toEqual([
      ['deny-all', 'namespace', 'ALLOW'],
      ['ledger-callers', 'selector', 'ALLOW'],
    ])
  })

  it('names staged policies as such, and those that Istio would refuse', () => {
    const staged = security('AuthorizationPolicy', 'pay/staged', { action: 'DENY', rules: [{}] })
    staged.metadata.annotations = { 'istio.io/dry-run': 'true' }
    const { policies } = standing('pay/ledger', { objects: [...given().objects, staged] })
    expect(policies.find(({ policy }) => policy.name === 'staged')?.idle).toBe('dry-run')
  })

  it('has the callers that were seen, most first, and how many may call and never did', () => {
    const flows = [
      seen('pay/payments', 'pay/ledger', { passed: 900 }),
      seen('legacy/batch', 'pay/ledger', { refused: 40 }, true),
    ]
    const { callers, unused } = standing('pay/ledger', { flows })
    expect(callers.map(({ cell }) => [cell.state, cell.passed, cell.refused])).toEqual([
      ['used', 900, 0],
      ['refused', 0, 40],
    ])
    expect(unused).toBe(0)
    expect(standing('shop/cart', { flows }).unused).toBeGreaterThan(1)
  })

  it('is nothing where no proxy is', () => {
    expect(standing('legacy/batch')).toMatchObject({ modes: [], policies: [] })
  })
})
