import { expect, it } from 'vitest'
import { refusalOf } from './refusal.ts'

const rejected = (why: string) => ({ details: null, error: `connection closed due to policy rejection: ${why}` })

it.each([
  [
    'a DENY policy',
    { details: 'rbac_access_denied_matched_policy[ns[pay]-policy[no-shop]-rule[0]]', error: null },
    'pay/no-shop',
  ],
  ['no ALLOW policy', { details: 'rbac_access_denied_matched_policy[none]', error: null }, null],
  ['a DENY policy at ztunnel', rejected('explicitly denied by: amb/no-stock'), 'amb/no-stock'],
  ['no ALLOW policy at ztunnel', rejected('allow policies exist, but none allowed'), null],
  ['required mTLS at ztunnel', rejected('explicitly denied by: istio-system/istio_converted_static_strict'), null],
])('a refusal by %s names it', (_, access, named) => {
  const policy = refusalOf(access)?.policy ?? null
  expect(refusalOf(access)).not.toBeNull()
  expect(policy === null ? null : `${policy.namespace}/${policy.name}`).toBe(named)
})
it('what is no refusal names nothing', () => {
  expect(refusalOf({ details: 'via_upstream', error: null })).toBeNull()
  expect(refusalOf({ details: null, error: 'http status: 401 Unauthorized' })).toBeNull()
})
