import { describe, expect, it } from 'vitest'
import type { MeshObject } from '#shared/mesh/object.ts'
import { foundDraft } from './changes.ts'

const written = Date.parse('2026-11-13T08:00:00Z')
const now = Date.parse('2026-11-25T08:00:00Z')
const object: MeshObject = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: {
    namespace: 'shop',
    name: 'web',
    managedFields: [
      {
        manager: 'kubectl',
        operation: 'Apply',
        apiVersion: 'networking.istio.io/v1',
        time: '2026-11-13T08:00:00Z',
        fieldsV1: { 'f:spec': { 'f:hosts': {} } },
      },
    ],
  },
  spec: { hosts: ['web'] },
}
const kept = { ...object, metadata: { namespace: 'shop', name: 'web' }, spec: { hosts: ['old'] } }

describe('what is found happened when its fields say', () => {
  it.each<[claim: string, last: Parameters<typeof foundDraft>[1], at: number]>([
    ['where nothing is kept of it', null, written],
    ['where what is kept is older', { after: kept, at: written - 1000 }, written],
    ['but not before what is kept: then it is so now', { after: kept, at: written + 1000 }, now],
  ])('%s', (_, last, at) => {
    expect(foundDraft('lab', last, object, now)).toMatchObject({ change: 'found', at, manager: 'kubectl' })
  })
})
