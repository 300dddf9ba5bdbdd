import { describe, expect, it } from 'vitest'
import { createAccess } from '#lab/kubernetes/access/access.ts'
import { aboutResource, type Attributes } from '#lab/kubernetes/access/attributes.ts'
import { defaultRoles } from '#lab/kubernetes/access/default-roles.ts'
import { createObjectStore } from '#lab/kubernetes/store.ts'
import { createScenario } from './scenario.ts'
import { accessObjects, developerPlaces, labUsers } from './users.ts'

const startedAt = Date.UTC(2026, 10, 23, 8)

describe.each(['shop', 'thousand', 'tenthousand'] as const)('in %s', preset => {
  const scenario = createScenario(preset, 1, startedAt)
  const places = developerPlaces(scenario)
  const { edits, reads } = places
  const store = createObjectStore({ now: () => startedAt, seed: 1 })
  for (const object of [...defaultRoles(startedAt), ...accessObjects(places, startedAt)]) store.create(object)
  const users = labUsers.map(({ name, token }) => ({ token, user: { name, groups: [] } }))
  const access = createAccess({ store, now: () => startedAt, users })
  const may = (name: string, verb: string, resource: string, namespace = '', more: Partial<Attributes> = {}) => {
    const [plural = '', subresource = ''] = resource.split('/')
    const attributes = aboutResource({ verb, resource: plural, subresource, namespace, ...more })
    return access.authorize({ name, groups: ['system:authenticated'] }, attributes).allowed
  }
  const istio = { group: 'networking.istio.io' }
  const apps = { group: 'apps' }

  it('shop-dev is at home in two namespaces where applications live', () => {
    const homes = new Set(scenario.objects.filter(({ kind }) => kind === 'Deployment').map(o => o.metadata.namespace))
    expect([homes.has(edits), homes.has(reads), edits === reads]).toEqual([true, true, false])
    if (preset === 'shop') expect(places).toEqual({ edits: 'shop', reads: 'logistics' })
  })
  it('mesh-admin may do everything', () => {
    expect(may('mesh-admin', 'delete', 'nodes')).toBe(true)
    expect(may('mesh-admin', 'get', 'secrets', edits)).toBe(true)
    expect(may('mesh-admin', 'impersonate', 'users')).toBe(true)
  })
  it('shop-dev edits mesh objects, workloads and ConfigMaps at home', () => {
    expect(may('shop-dev', 'create', 'virtualservices', edits, istio)).toBe(true)
    expect(may('shop-dev', 'patch', 'authorizationpolicies', edits, { group: 'security.istio.io' })).toBe(true)
    expect(may('shop-dev', 'delete', 'httproutes', edits, { group: 'gateway.networking.k8s.io' })).toBe(true)
    expect(may('shop-dev', 'update', 'deployments/scale', edits, apps)).toBe(true)
    expect(may('shop-dev', 'patch', 'configmaps', edits)).toBe(true)
    expect(may('shop-dev', 'delete', 'pods', edits)).toBe(true)
  })
  it('shop-dev looks into the proxies at home, the viewer into none, and nobody but mesh-admin into istiod', () => {
    expect(may('shop-dev', 'get', 'pods/proxy', edits)).toBe(true)
    expect(may('shop-dev', 'create', 'pods/proxy', edits)).toBe(false)
    for (const [name, namespace] of [
      ['shop-dev', reads],
      ['shop-dev', 'istio-system'],
      ['viewer', edits],
      ['viewer', 'istio-system'],
    ] as const)
      for (const resource of ['pods/proxy', 'services/proxy'])
        expect([name, namespace, resource, may(name, 'get', resource, namespace)]).toEqual([
          name,
          namespace,
          resource,
          false,
        ])
    expect(may('mesh-admin', 'get', 'services/proxy', 'istio-system')).toBe(true)
  })
  it('shop-dev reads at home and next door, logs included', () => {
    for (const namespace of [edits, reads]) {
      expect(may('shop-dev', 'list', 'pods', namespace)).toBe(true)
      expect(may('shop-dev', 'get', 'pods/log', namespace)).toBe(true)
      expect(may('shop-dev', 'watch', 'virtualservices', namespace, istio)).toBe(true)
      expect(may('shop-dev', 'get', 'namespaces', namespace, { name: namespace })).toBe(true)
    }
    expect(may('shop-dev', 'patch', 'virtualservices', reads, istio)).toBe(false)
    expect(may('shop-dev', 'patch', 'deployments', reads, apps)).toBe(false)
  })
  it('shop-dev reads nothing else, and no Secret', () => {
    expect(may('shop-dev', 'list', 'namespaces')).toBe(false)
    expect(may('shop-dev', 'list', 'pods')).toBe(false)
    expect(may('shop-dev', 'list', 'pods', 'istio-system')).toBe(false)
    expect(may('shop-dev', 'list', 'secrets', edits)).toBe(false)
    expect(may('shop-dev', 'create', 'rolebindings', edits, { group: 'rbac.authorization.k8s.io' })).toBe(false)
  })
  it('viewer reads everything but Secrets, and writes nothing', () => {
    for (const kind of store.resources.all()) {
      const { group, plural } = kind
      expect([kind.name, may('viewer', 'list', plural, '', { group })]).toEqual([kind.name, plural !== 'secrets'])
      for (const verb of ['create', 'update', 'patch', 'delete', 'deletecollection'])
        expect([kind.name, verb, may('viewer', verb, plural, edits, { group })]).toEqual([kind.name, verb, false])
    }
    expect(may('viewer', 'get', 'pods/log', reads)).toBe(true)
    expect(may('viewer', 'create', 'serviceaccounts/token', edits)).toBe(false)
    expect(may('viewer', 'impersonate', 'users')).toBe(false)
  })
  it('the console reads for everyone, sees no Secret, writes nothing, and acts as whoever asks', () => {
    const weft = 'system:serviceaccount:weft-system:weft'
    expect(may(weft, 'watch', 'pods')).toBe(true)
    expect(may(weft, 'list', 'secrets')).toBe(false)
    expect(may(weft, 'patch', 'virtualservices', edits, istio)).toBe(false)
    expect(may(weft, 'impersonate', 'users', '', { name: 'shop-dev' })).toBe(true)
  })
})
