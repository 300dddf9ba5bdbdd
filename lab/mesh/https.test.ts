import { describe, expect, it } from 'vitest'
import { createGatewayCertificates } from '#lab/certificates/gateway.ts'
import { createCertificates } from '#lab/certificates/certificates.ts'
import type { RequestTree } from '#lab/contract.ts'
import { createKubernetes } from '#lab/kubernetes/kubernetes.ts'
import { createScenario } from '#lab/scenario/scenario.ts'
import { createMesh } from './mesh.ts'

const startedAt = Date.UTC(2026, 10, 23, 8)

/** The shop with the certificates of its gateway, and what comes in there within some seconds. */
function shop() {
  let now = startedAt
  const scenario = createScenario('shop', 1, startedAt)
  const { store, controllers } = createKubernetes({ now: () => now, seed: 1 })
  const { secrets } = createCertificates(scenario, { seed: 1, startedAt, realNow: startedAt })
  controllers.adopt([...secrets, ...scenario.objects])
  let trees: RequestTree[] = []
  const mesh = createMesh({
    scenario,
    store,
    sink: { add: tree => void trees.push(tree) },
    seed: 1,
    startedAt,
    historyHours: 0.1,
    sampling: { logShare: 1, limit: 1000 },
  })
  const arrived = (seconds: number) => {
    trees = []
    for (let second = 0; second < seconds; second++) mesh.advanceTo((now += 1000))
    return trees.filter(({ host, port }) => host === 'www.shop.example' && port === 443).length
  }
  const serveWith = (data: Record<string, string>) => {
    const secret = store.get('secrets', 'gateways', 'www-shop-example-tls')
    if (!secret) throw new Error('the shop has no certificate')
    store.replace({ ...secret, data: { ...(secret['data'] as Record<string, string>), ...data } })
    return secret['data'] as Record<string, string>
  }
  return { arrived, serveWith, now: () => now }
}

const { expired } = createGatewayCertificates({ seed: 1, startedAt })
const day = 86_400_000

describe('browsers come to the shop over HTTPS', { timeout: 60_000 }, () => {
  it('by the name of the certificate', () => {
    const { arrived } = shop()
    expect(arrived(5)).toBeGreaterThan(20)
  })

  it('and leave when it is over, at the second it is over, until it is renewed', () => {
    const { arrived, serveWith, now } = shop()
    // Over in ten seconds.
    const before = serveWith(expired(['www.shop.example'], now() + 3 * day + 10_000))
    expect(arrived(8)).toBeGreaterThan(20)
    arrived(4)
    expect(arrived(5)).toBe(0)
    serveWith(before)
    expect(arrived(5)).toBeGreaterThan(20)
  })

  it('and leave when there is none', () => {
    const { arrived, serveWith } = shop()
    serveWith({ 'tls.crt': '' })
    arrived(2)
    expect(arrived(5)).toBe(0)
  })
})
