import { describe, expect, it } from 'vitest'
import { type ManagedFields, type MeshObject, pathText } from '#shared/mesh/object.ts'
import { lastChange, ownedFields } from './fields.ts'
import { ownerOf } from './owner.ts'

const anObject = (metadata: Partial<MeshObject['metadata']>): MeshObject => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'web', namespace: 'shop', ...metadata },
})
const by = (manager: string, time = '2026-11-01T10:00:00Z', more: Partial<ManagedFields> = {}): ManagedFields => ({
  manager,
  operation: 'Update',
  time,
  ...more,
})

describe('the owner of an object', () => {
  it.each([
    [
      'Argo CD by its tracking annotation',
      { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:networking.istio.io/VirtualService:shop/web' } },
      'argocd',
      'shop',
      true,
    ],
    ['Argo CD by its label', { labels: { 'argocd.argoproj.io/instance': 'shop' } }, 'argocd', 'shop', true],
    ['Argo CD by its manager', { managedFields: [by('argocd-controller')] }, 'argocd', 'argocd', true],
    ['Flux by its label', { labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } }, 'flux', 'apps', true],
    ['Flux by its manager', { managedFields: [by('kustomize-controller'), by('kubectl-edit')] }, 'flux', 'flux', true],
    ['Helm by its annotation', { annotations: { 'meta.helm.sh/release-name': 'web' } }, 'helm', 'web', false],
    [
      'an operator by its reference',
      { ownerReferences: [{ apiVersion: 'x/v1', kind: 'Canary', name: 'web', uid: '1', controller: true }] },
      'operator',
      'Canary web',
      false,
    ],
    [
      'a person by kubectl',
      { managedFields: [by('kubectl-client-side-apply')] },
      'person',
      'kubectl-client-side-apply',
      false,
    ],
    [
      'Weft',
      { managedFields: [by('kubectl', '2026-11-01T10:00:00Z'), by('weft', '2026-11-02T10:00:00Z')] },
      'weft',
      'weft',
      false,
    ],
    ['nobody who says so', {}, 'unknown', '', false],
  ] as const)('is %s', (_, metadata, kind, name, isGitOps) => {
    expect(ownerOf(anObject(metadata as Partial<MeshObject['metadata']>))).toEqual({ kind, name, isGitOps })
  })
})

describe('owned fields', () => {
  const object = {
    metadata: { labels: { 'a.b/c': 'd' }, finalizers: ['x', 'y'] },
    spec: {
      replicas: 1,
      ports: [
        { port: 80, protocol: 'TCP' },
        { port: 443, protocol: 'TCP', name: 'https' },
      ],
    },
  }
  const paths = (fieldsV1: Record<string, unknown>) =>
    ownedFields(object, [{ manager: 'm', fieldsV1 }])[0]?.paths.map(pathText)

  it.each([
    ['plain fields', { 'f:spec': { 'f:replicas': {} } }, ['spec.replicas']],
    ['keys with dots', { 'f:metadata': { 'f:labels': { '.': {}, 'f:a.b/c': {} } } }, ['metadata.labels["a.b/c"]']],
    [
      'items by key',
      { 'f:spec': { 'f:ports': { 'k:{"port":443,"protocol":"TCP"}': { '.': {}, 'f:name': {} } } } },
      ['spec.ports[1].name'],
    ],
    ['items by value', { 'f:metadata': { 'f:finalizers': { 'v:"y"': {} } } }, ['metadata.finalizers[1]']],
    ['what is no longer there', { 'f:spec': { 'f:gone': {} } }, []],
    ['a key that is no JSON', { 'f:spec': { 'f:ports': { 'k:{': {} } } }, []],
  ])('by %s', (_, fieldsV1, told) => {
    expect(paths(fieldsV1)).toEqual(told)
  })
})

describe('the last change', () => {
  it('is the newest, and none of the status', () => {
    expect(
      lastChange([
        by('kubectl', '2026-11-01T10:00:00Z'),
        by('helm', '2026-11-03T10:00:00Z'),
        by('pilot-discovery', '2026-11-04T10:00:00Z', { subresource: 'status' }),
      ]),
    ).toEqual({ at: Date.parse('2026-11-03T10:00:00Z'), manager: 'helm' })
    expect(lastChange([])).toBeNull()
  })
})
