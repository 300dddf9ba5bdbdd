import { describe, expect, it } from 'vitest'
import { defaultSettings } from '#shared/config/world/settings.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { draftOf, withStatus } from './draft.ts'
import { createAnalysis } from './engine.ts'
import { conditions } from './istio/conditions.ts'

const policy = (spec: Record<string, unknown>, status?: Record<string, unknown>): MeshObject => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { namespace: 'shop', name: 'readers' },
  spec,
  ...(status && { status }),
})
const refused = { type: 'ZtunnelAccepted', status: 'False', reason: 'UnsupportedValue', message: 'methods' }
const status = { conditions: [refused], addresses: ['240.240.0.1'] }

describe('a draft and the status of what it replaces', () => {
  it.each([
    ['its own, where it has one', policy({ a: 1 }, { own: true }), { own: true }],
    ['all of it with the same spec', policy({ a: 1 }), status],
    ['of another spec no controller has spoken yet', policy({ a: 2 }), { addresses: ['240.240.0.1'] }],
  ])('%s', (_, draft, expected) => expect(withStatus(draft, policy({ a: 1 }, status)).status).toEqual(expected))

  it('a new object has none', () => expect(withStatus(policy({}), undefined).status).toBeUndefined())

  it('an object that was opened and not changed is said to be as wrong as the list says it is', () => {
    const there = policy({ a: 1 }, status)
    const analysis = createAnalysis([conditions], [], defaultSettings, [there])
    const typed = (spec: Record<string, unknown>) => {
      const draft = draftOf({ ...policy(spec) })
      return analysis.whatIf({ put: draft === null ? [] : [draft] }).findings.map(({ code }) => code)
    }
    expect(typed({ a: 1 })).toEqual(['IST0171'])
    expect(typed({ a: 2 })).toEqual([])
    expect(
      analysis.findingsOf({ ...there.metadata, namespace: 'shop', group: 'security.istio.io', kind: there.kind }),
    ).toHaveLength(1)
  })
})
