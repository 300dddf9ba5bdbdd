import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import type { AuthorizerAnswer } from '#lab/mesh/snapshot/facts.ts'
import { authorizationPolicy } from '#lab/mesh/testing/objects.ts'
import { meshConfigMap } from '#lab/mesh/testing/mesh-config-map.ts'
import { flowFrom, snapshotWith } from '#lab/mesh/testing/small-mesh.ts'
import { decide } from './decide.ts'
import type { Flow, Outcome } from './outcome.ts'

const configMap = (...extensionProviders: Record<string, unknown>[]) => meshConfigMap({ extensionProviders })
const at = { service: 'crm.legacy.svc.cluster.local', port: 9000 }
const ask = { name: 'ask', envoyExtAuthzGrpc: at }

const back = { selector: { matchLabels: { app: 'back' } } }
const custom = (provider: string, rules: unknown[] = [{ to: [{ operation: { paths: ['/admin*'] } }] }], name = 'ask') =>
  authorizationPolicy('shop', name, { ...back, action: 'CUSTOM', provider: { name: provider }, rules })
const policy = (action: string, rules: unknown[]) =>
  authorizationPolicy('shop', action.toLowerCase(), { ...back, action, rules })

function decided(objects: KubeObject[], answer: AuthorizerAnswer, more: Partial<Flow> = {}): Outcome {
  const taken = snapshotWith(...objects)
  const snapshot = { ...taken, mesh: { ...taken.mesh, authorizers: new Map([['ask', answer]]) } }
  const [outcome] = decide(snapshot, flowFrom(snapshot, 'shop/front', 'back.shop', 8080, { path: '/admin', ...more }))
  if (!outcome) throw new Error('no outcome')
  return outcome
}

// https://istio.io/latest/docs/tasks/security/authorization/authz-custom/
describe('a CUSTOM policy', () => {
  it.each<
    [claim: string, objects: KubeObject[], answer: AuthorizerAnswer, path: string, code: number, details: string]
  >([
    ['asks the authorizer, which allows', [configMap(ask), custom('ask')], 'allow', '/admin', 200, 'via_upstream'],
    ['or denies', [configMap(ask), custom('ask')], 'deny', '/admin', 403, 'ext_authz_denied'],
    ['fails closed when it is down', [configMap(ask), custom('ask')], 'down', '/admin', 403, 'ext_authz_error'],
    [
      'with the status that the provider wants',
      [configMap({ ...ask, envoyExtAuthzGrpc: { ...at, statusOnError: '503' } }), custom('ask')],
      'down',
      '/admin',
      503,
      'ext_authz_error',
    ],
    [
      'or open, where the provider says so',
      [configMap({ ...ask, envoyExtAuthzGrpc: { ...at, failOpen: true } }), custom('ask')],
      'down',
      '/admin',
      200,
      'via_upstream',
    ],
    ['asks only for what its rules match', [configMap(ask), custom('ask')], 'deny', '/items', 200, 'via_upstream'],
    ['without rules never asks', [configMap(ask), custom('ask', [])], 'deny', '/admin', 200, 'via_upstream'],
    [
      'whose provider is missing refuses what it matches',
      [configMap(), custom('ask')],
      'allow',
      '/admin',
      403,
      'rbac_access_denied_matched_policy[istio-ext-authz-ask-ns[shop]-policy[ask]-rule[0]-deny-due-to-bad-CUSTOM-action]',
    ],
    ['and lets the rest pass', [configMap(), custom('ask')], 'allow', '/items', 200, 'via_upstream'],
    [
      'refuses also when the provider’s host is nobody',
      [configMap({ ...ask, envoyExtAuthzGrpc: { ...at, service: 'nobody.shop.svc.cluster.local' } }), custom('ask')],
      'allow',
      '/admin',
      403,
      'rbac_access_denied_matched_policy[istio-ext-authz-ask-ns[shop]-policy[ask]-rule[0]-deny-due-to-bad-CUSTOM-action]',
    ],
    [
      'refuses when the workload would have to ask two',
      [configMap(ask, { ...ask, name: 'other' }), custom('ask'), custom('other', undefined, 'more')],
      'allow',
      '/admin',
      403,
      'rbac_access_denied_matched_policy[istio-ext-authz-ask-ns[shop]-policy[ask]-rule[0]-deny-due-to-bad-CUSTOM-action]',
    ],
    [
      'is asked before DENY has its say',
      [configMap(ask), custom('ask'), policy('DENY', [{}])],
      'deny',
      '/admin',
      403,
      'ext_authz_denied',
    ],
    [
      'that allows does not overrule a DENY',
      [configMap(ask), custom('ask'), policy('DENY', [{}])],
      'allow',
      '/admin',
      403,
      'rbac_access_denied_matched_policy[ns[shop]-policy[deny]-rule[0]]',
    ],
    [
      'nor an ALLOW that does not match',
      [configMap(ask), custom('ask'), policy('ALLOW', [{ to: [{ operation: { methods: ['PUT'] } }] }])],
      'allow',
      '/admin',
      403,
      'rbac_access_denied_matched_policy[none]',
    ],
  ])('%s', (_, objects, answer, path, code, details) => {
    const outcome = decided(objects, answer, { path })
    expect(outcome.answer?.code ?? 200).toBe(code)
    expect(outcome.details).toBe(details)
  })
  it('reports its refusals with UAEX where they happen, and gRPC hears status 7', () => {
    const outcome = decided([configMap(ask), custom('ask')], 'deny', { protocol: 'grpc' })
    expect(outcome.answer).toMatchObject({ code: 200, grpcStatus: 7 })
    expect(outcome.reports.map(report => [report.reporter, report.flags])).toEqual([
      ['source', '-'],
      ['destination', 'UAEX'],
    ])
    expect(outcome.refusedBy).toBe('shop/ask rule 0')
  })
  it('asks for TCP only an authorizer that speaks gRPC', () => {
    const tcp = (provider: Record<string, unknown>) => {
      const rules = authorizationPolicy('data', 'ask', { action: 'CUSTOM', provider: { name: 'ask' }, rules: [{}] })
      const taken = snapshotWith(configMap({ name: 'ask', ...provider }), rules)
      const snapshot = { ...taken, mesh: { ...taken.mesh, authorizers: new Map([['ask', 'deny' as const]]) } }
      return decide(snapshot, flowFrom(snapshot, 'shop/front', 'db.data', 5432, { protocol: 'tcp' }))[0]?.answer
    }
    expect(tcp({ envoyExtAuthzGrpc: at })).not.toBeNull()
    expect(tcp({ envoyExtAuthzHttp: at })).toBeNull()
  })
})
