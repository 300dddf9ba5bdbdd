import { describe, expect, it } from 'vitest'
import type { MeshObject } from '#shared/mesh/object.ts'
import { draftWith } from './continue.ts'

const at = (weight: number): MeshObject => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'web', namespace: 'shop', resourceVersion: '7' },
  spec: { hosts: ['web'], http: [{ route: [{ destination: { host: 'web' }, weight }], timeout: '2s' }] },
})
const object = { group: 'networking.istio.io', kind: 'VirtualService', namespace: 'shop', name: 'web' }
const written = { object, before: at(90), after: at(50) }

describe('a task that goes on in the editor', () => {
  it('changes what it changes in the typed text, and keeps comments and what else was typed', () => {
    const text =
      'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: web, namespace: shop}\nspec:\n  hosts: [web] # ours\n  http:\n    - route:\n        - destination: {host: web}\n          weight: 90 # for now\n      timeout: 9s\n'
    const draft = { object, text, base: at(90), typedAt: 1 }
    expect(draftWith(written, draft, 2)).toEqual({
      ...draft,
      text: text.replace('weight: 90', 'weight: 50'),
      typedAt: 2,
    })
  })

  it('begins from the cluster’s object where nothing was typed', () => {
    expect(draftWith(written, null, 2)).toMatchObject({ base: at(90), text: expect.stringContaining('weight: 50') })
  })

  it('leaves a text alone that cannot be read', () => {
    expect(draftWith(written, { object, text: 'a: [', base: at(90), typedAt: 1 }, 2)).toBeNull()
  })
})
