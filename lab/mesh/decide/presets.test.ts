import { describe, expect, it } from 'vitest'
import type { Behaviour, Call } from '#lab/contract.ts'
import { nameOrigins } from '#lab/mesh/origins.ts'
import type { Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'
import { settingsOf, takeSnapshot } from '#lab/mesh/snapshot/snapshot.ts'
import { memoryStore } from '#lab/mesh/testing/memory-store.ts'
import { createScenario } from '#lab/scenario/scenario.ts'
import { decide } from './decide.ts'
import type { Flow } from './outcome.ts'

function read(preset: 'shop' | 'thousand'): { snapshot: Snapshot; behaviours: Behaviour[] } {
  const scenario = createScenario(preset, 1)
  const snapshot = takeSnapshot(memoryStore(scenario.objects), settingsOf(scenario))
  return { snapshot, behaviours: nameOrigins(snapshot, scenario.behaviours) }
}

const flowOf = (source: Workload, call: Call, item: Call['classes'][number]): Flow => ({
  source,
  host: call.host,
  port: call.port,
  protocol: call.protocol,
  method: item.method,
  path: item.path,
  headers: item.headers ?? {},
  token: item.token ?? null,
  validated: null,
  remoteAddress: item.remoteAddress ?? null,
  sni: item.sni ?? null,
  passedOn: false,
})

/** What is refused of all that is asked, and why. */
function refusals({ snapshot, behaviours }: ReturnType<typeof read>): Map<string, string> {
  const found = new Map<string, string>()
  for (const { namespace, workload, calls, origin } of behaviours) {
    const source = snapshot.workloads.get(`${namespace}/${workload}`)
    if (!source) continue
    for (const call of [...(source.proxy === 'gateway' ? [] : calls), ...(origin?.calls ?? [])])
      for (const item of call.classes)
        for (const { answer, details, refusedBy } of decide(snapshot, flowOf(source, call, item)))
          if (answer)
            found.set(`${source.key} ${item.token?.state ?? 'no token'} ${call.host}${item.path}`, refusedBy ?? details)
  }
  return found
}

describe('the security objects of a preset', () => {
  const shop = read('shop')
  it('let in the shop everybody pass but expired sessions and legacy callers', () => {
    expect(Object.fromEntries(refusals(shop))).toEqual({
      'gateways/web-gateway-istio expired www.shop.example/cart': 'jwt_authn_access_denied{Jwt_is_expired}',
      'legacy/batch no token ledger.pay/entries': 'pay/allow-ledger-clients, pay/deny-all: no rule matched',
    })
  })
  it('let in a thousand pods no session pass that has expired', () => {
    const refused = [...refusals(read('thousand'))].filter(([who]) => who.includes('gateway'))
    expect(refused.length).toBeGreaterThan(3)
    for (const [who, why] of refused) {
      expect(who).toContain(' expired ')
      expect(why).toBe('jwt_authn_access_denied{Jwt_is_expired}')
    }
  })
  it('ask in the shop for a login where a person’s own pages are', () => {
    const source = shop.snapshot.workloads.get('gateways/web-gateway-istio')
    const calls = shop.behaviours.find(({ workload }) => workload === 'web-gateway-istio')?.origin?.calls ?? []
    const call = calls.find(({ classes }) => classes.some(({ path }) => path === '/account/orders'))
    const item = call?.classes.find(({ path }) => path === '/account/orders')
    if (!source || !call || !item) throw new Error('The shop has no account pages.')
    const { token: _, ...anonymous } = item
    const [outcome] = decide(shop.snapshot, flowOf(source, call, anonymous))
    expect(outcome?.answer?.code).toBe(403)
    expect(outcome?.refusedBy).toBe('gateways/personal-pages-need-login rule 0')
  })
  it('make in the shop something of every action, and of a dry run', () => {
    const policies = [...shop.snapshot.authorizationPolicies.values()].flat()
    expect(new Set(policies.map(({ action }) => action))).toEqual(new Set(['ALLOW', 'DENY', 'CUSTOM']))
    expect(policies.filter(({ dryRun }) => dryRun).map(({ name }) => name)).toEqual(['no-batch-reads'])
  })
})
