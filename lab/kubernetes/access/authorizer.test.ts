import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { createCluster } from '#lab/kubernetes/fixture.ts'
import { aboutResource } from './attributes.ts'
import { createAuthorizer } from './authorizer.ts'
import { clusterRole, clusterRoleBinding, group, roleBinding, rule, serviceAccount, user } from './role-objects.ts'
import type { Subject } from './subject.ts'

const cluster = (...objects: KubeObject[]) => {
  const { store, controllers } = createCluster()
  for (const object of objects) store.create(object)
  controllers.settle()
  return { store, controllers, ...createAuthorizer(store) }
}
const who = (name: string, ...groups: string[]) => ({ name, groups })
const list = (namespace: string, resource = 'pods') => aboutResource({ verb: 'list', resource, namespace })

it('a ClusterRoleBinding is for every namespace and the cluster, a RoleBinding for its own', () => {
  const { authorize } = cluster(
    clusterRole('reader', [rule('list', 'pods')]),
    clusterRoleBinding('everywhere', 'reader', [user('wide')]),
    roleBinding('shop', 'here', 'reader', [user('narrow')]),
  )
  expect(authorize(who('wide'), list('shop'))).toEqual({
    allowed: true,
    reason: 'RBAC: allowed by ClusterRoleBinding "everywhere" of ClusterRole "reader" to User "wide"',
  })
  expect(authorize(who('wide'), list('')).allowed).toBe(true)
  expect(authorize(who('narrow'), list('shop')).reason).toBe(
    'RBAC: allowed by RoleBinding "here/shop" of ClusterRole "reader" to User "narrow"',
  )
  expect(authorize(who('narrow'), list('logistics')).allowed).toBe(false)
  expect(authorize(who('narrow'), list('')).allowed).toBe(false)
})

it('subjects are users, groups and ServiceAccounts; a name of one kind is no name of another', () => {
  const { authorize } = cluster(
    clusterRole('reader', [rule('list', 'pods')]),
    clusterRoleBinding('a', 'reader', [group('team'), serviceAccount('shop', 'robot')]),
  )
  expect(authorize(who('ann', 'team'), list('shop')).reason).toMatch(/to Group "team"$/)
  expect(authorize(who('team'), list('shop')).allowed).toBe(false)
  expect(authorize(who('system:serviceaccount:shop:robot'), list('pay')).reason).toMatch(
    /to ServiceAccount "robot\/shop"$/,
  )
  expect(authorize(who('system:serviceaccount:pay:robot'), list('pay')).allowed).toBe(false)
})

it('rights come and go with roles and bindings, at once', () => {
  const { store, authorize } = cluster()
  const allowed = () => authorize(who('ann'), list('shop')).allowed
  store.create(roleBinding('shop', 'here', 'reader', [user('ann')]))
  expect(authorize(who('ann'), list('shop'))).toEqual({
    allowed: false,
    reason: 'RBAC: clusterrole.rbac.authorization.k8s.io "reader" not found',
  })
  const role = store.create(clusterRole('reader', [rule('list', 'pods')]))
  expect(allowed()).toBe(true)
  store.replace({ ...role, rules: [rule('get', 'pods')] })
  expect(allowed()).toBe(false)
  store.replace(role)
  expect(allowed()).toBe(true)
  const binding = store.get('rolebindings.rbac.authorization.k8s.io', 'shop', 'here')
  if (binding) store.replace({ ...binding, subjects: [user('bob')] })
  expect(allowed()).toBe(false)
  expect(authorize(who('bob'), list('shop')).allowed).toBe(true)
  store.remove('rolebindings.rbac.authorization.k8s.io', 'shop', 'here')
  expect(authorize(who('bob'), list('shop')).allowed).toBe(false)
})

it('an aggregated ClusterRole has the rules of those that its selectors fit, as they come and go', () => {
  const { store, controllers, authorize } = cluster(
    { ...clusterRole('whole', []), aggregationRule: { clusterRoleSelectors: [{ matchLabels: { part: 'true' } }] } },
    clusterRole('part', [rule('list', 'pods')], { part: 'true' }),
    clusterRoleBinding('ann', 'whole', [user('ann')]),
  )
  expect(authorize(who('ann'), list('shop')).allowed).toBe(true)
  store.create(clusterRole('more', [rule('list', 'services')], { part: 'true' }))
  controllers.settle()
  expect(authorize(who('ann'), list('shop', 'services')).allowed).toBe(true)
  store.remove('clusterroles.rbac.authorization.k8s.io', undefined, 'part')
  controllers.settle()
  expect(authorize(who('ann'), list('shop')).allowed).toBe(false)
})

it('a question looks at the roles of the asker only, however many bindings there are', () => {
  const { store, authorize } = cluster(clusterRole('reader', [rule('list', 'pods')]))
  for (let index = 0; index < 10_000; index++)
    store.create(clusterRoleBinding(`many-${index}`, 'reader', [user(`user-${index % 100}`), group('crowd')]))
  let looks = 0
  const { get } = store
  store.get = (...place) => {
    looks++
    return get(...place)
  }
  expect(authorize(who('user-7', 'crowd'), list('shop', 'secrets')).allowed).toBe(false)
  expect(authorize(who('stranger'), list('shop')).allowed).toBe(false)
  expect(looks).toBe(2)
})

const names = fc.constantFrom('ann', 'bob', 'team', 'robot')
const subjects: fc.Arbitrary<Subject> = fc.oneof(
  names.map(user),
  names.map(group),
  names.map(name => serviceAccount('shop', name)),
)
const bindings = fc.array(
  fc.record({
    role: fc.constantFrom('reader', 'writer', 'missing'),
    place: fc.constantFrom('', 'shop', 'pay'),
    subjects: fc.array(subjects, { maxLength: 3 }),
  }),
  { maxLength: 8 },
)

it('adding a binding never takes a right away, and taking it back leaves no trace', () => {
  fc.assert(
    fc.property(
      bindings,
      bindings.filter(some => some.length > 0),
      (first, more) => {
        const { store, authorize } = cluster(
          clusterRole('reader', [rule('list', 'pods')]),
          clusterRole('writer', [rule('create,list', 'pods,services')]),
        )
        const add = (all: typeof first, prefix: string) =>
          all.map(({ role, place, subjects: given }, index) =>
            store.create(
              place === ''
                ? clusterRoleBinding(`${prefix}${index}`, role, given)
                : roleBinding(place, `${prefix}${index}`, role, given),
            ),
          )
        const rights = () =>
          ['ann', 'bob', 'system:serviceaccount:shop:robot'].flatMap(name =>
            ['list', 'create'].flatMap(verb =>
              ['', 'shop', 'pay'].map(
                namespace => authorize(who(name, 'team'), aboutResource({ verb, resource: 'pods', namespace })).allowed,
              ),
            ),
          )
        add(first, 'a')
        const before = rights()
        const added = add(more, 'b')
        const after = rights()
        expect(before.every((had, index) => !had || after[index])).toBe(true)
        for (const { kind, metadata } of added)
          store.remove(`${kind.toLowerCase()}s.rbac.authorization.k8s.io`, metadata.namespace, metadata.name)
        expect(rights()).toEqual(before)
      },
    ),
    { numRuns: 60 },
  )
})
