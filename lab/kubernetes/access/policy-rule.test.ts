import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Attributes } from './attributes.ts'
import { aboutResource, attributesOf, attributesOfPath } from './attributes.ts'
import { allows, covers, ruleOf } from './policy-rule.ts'
import { parsePath } from '#lab/kubernetes/api/request.ts'

/** kubernetes.io/docs/reference/access-authn-authz/rbac */
const rbac = 'https://kubernetes.io/docs/reference/access-authn-authz/rbac/#'
/** kubernetes.io/docs/reference/access-authn-authz/authorization */
const requests = 'https://kubernetes.io/docs/reference/access-authn-authz/authorization/#'

const pods = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] }
const ask = (verb: string, resource: string, more: Partial<Attributes> = {}) =>
  aboutResource({ verb, resource, ...more })
const path = (method: string, where: string) => attributesOfPath(method, where)

describe('a rule', () => {
  it.each<[claim: string, source: string, rule: Record<string, unknown>, asked: Attributes, expected: boolean]>([
    ['allows the verbs it names', `${rbac}role-example`, pods, ask('list', 'pods'), true],
    ['allows no other verb', `${rbac}role-example`, pods, ask('watch', 'pods'), false],
    ['allows no other resource', `${rbac}role-example`, pods, ask('get', 'secrets'), false],
    ['is for its API groups only', `${rbac}role-example`, pods, ask('get', 'pods', { group: 'metrics.k8s.io' }), false],
    [
      'does not reach from a resource to its subresources',
      `${rbac}referring-to-resources`,
      pods,
      ask('get', 'pods', { subresource: 'log' }),
      false,
    ],
    [
      'names a subresource after a slash',
      `${rbac}referring-to-resources`,
      { ...pods, resources: ['pods', 'pods/log'] },
      ask('get', 'pods', { subresource: 'log' }),
      true,
    ],
    [
      'for a subresource does not allow the resource itself',
      `${rbac}referring-to-resources`,
      { ...pods, resources: ['pods/log'] },
      ask('get', 'pods'),
      false,
    ],
    [
      'may name one subresource of every resource',
      `${rbac}referring-to-resources`,
      { ...pods, apiGroups: ['apps'], resources: ['*/scale'] },
      ask('get', 'deployments', { group: 'apps', subresource: 'scale' }),
      true,
    ],
    [
      'for one subresource of everything allows nothing else',
      `${rbac}referring-to-resources`,
      { ...pods, resources: ['*/scale'] },
      ask('get', 'pods'),
      false,
    ],
    [
      'with a star reaches every resource and subresource',
      `${rbac}referring-to-resources`,
      { ...pods, resources: ['*'] },
      ask('get', 'pods', { subresource: 'log' }),
      true,
    ],
    [
      'with a star as verb allows even verbs that nobody knew',
      `${rbac}referring-to-resources`,
      { ...pods, verbs: ['*'] },
      ask('escalate', 'pods'),
      true,
    ],
    [
      'with a star as group is for every group',
      `${rbac}referring-to-resources`,
      { ...pods, apiGroups: ['*'] },
      ask('get', 'pods', { group: 'x.example' }),
      true,
    ],
    [
      'does not take a star for a pattern inside a name',
      `${rbac}referring-to-resources`,
      { ...pods, resources: ['po*'] },
      ask('get', 'pods'),
      false,
    ],
    [
      'with names is for these objects only',
      `${rbac}referring-to-resources`,
      { ...pods, resourceNames: ['a'] },
      ask('get', 'pods', { name: 'a' }),
      true,
    ],
    [
      'with names is not for others',
      `${rbac}referring-to-resources`,
      { ...pods, resourceNames: ['a'] },
      ask('get', 'pods', { name: 'b' }),
      false,
    ],
    [
      'with names does not let anybody list',
      `${rbac}referring-to-resources`,
      { ...pods, resourceNames: ['a'] },
      ask('list', 'pods'),
      false,
    ],
    [
      'with names cannot let anybody create: the name is not known then',
      `${rbac}referring-to-resources`,
      { ...pods, verbs: ['create'], resourceNames: ['a'] },
      ask('create', 'pods'),
      false,
    ],
    [
      'for a path is for this path',
      `${rbac}role-and-clusterrole`,
      { verbs: ['get'], nonResourceURLs: ['/healthz'] },
      path('GET', '/healthz'),
      true,
    ],
    [
      'for a path is not for those below',
      `${rbac}role-and-clusterrole`,
      { verbs: ['get'], nonResourceURLs: ['/healthz'] },
      path('GET', '/healthz/etcd'),
      false,
    ],
    [
      'with a star at its end is for all paths below',
      `${rbac}role-examples`,
      { verbs: ['get', 'post'], nonResourceURLs: ['/healthz/*'] },
      path('POST', '/healthz/etcd'),
      true,
    ],
    [
      'for paths does not reach resources',
      `${rbac}role-examples`,
      { verbs: ['*'], nonResourceURLs: ['*'] },
      ask('get', 'pods'),
      false,
    ],
    [
      'for resources does not reach paths',
      `${rbac}role-examples`,
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
      path('GET', '/healthz'),
      false,
    ],
  ])('%s', (_, source, rule, asked, expected) => {
    expect(source).toMatch(/^https:/)
    expect(allows(ruleOf(rule), asked)).toBe(expected)
  })
})

describe('a request', () => {
  it.each<[claim: string, method: string, address: string, expected: Partial<Attributes>]>([
    [
      'GET of a collection is a list',
      'GET',
      '/api/v1/namespaces/shop/pods',
      { verb: 'list', namespace: 'shop', name: '' },
    ],
    ['GET of an object is a get', 'GET', '/api/v1/namespaces/shop/pods/a', { verb: 'get', name: 'a' }],
    ['HEAD counts as GET', 'HEAD', '/api/v1/pods', { verb: 'list', namespace: '' }],
    [
      '?watch makes a watch of it',
      'GET',
      '/apis/apps/v1/deployments?watch=1',
      { verb: 'watch', group: 'apps', version: 'v1' },
    ],
    ['POST creates', 'POST', '/api/v1/namespaces/shop/pods', { verb: 'create' }],
    [
      'POST to a subresource creates, too',
      'POST',
      '/api/v1/namespaces/shop/pods/a/eviction',
      { verb: 'create', subresource: 'eviction', name: 'a' },
    ],
    ['PUT updates', 'PUT', '/api/v1/namespaces/shop/pods/a/status', { verb: 'update', subresource: 'status' }],
    ['PATCH patches', 'PATCH', '/apis/apps/v1/namespaces/shop/deployments/a', { verb: 'patch' }],
    ['DELETE of an object deletes', 'DELETE', '/api/v1/nodes/a', { verb: 'delete', name: 'a' }],
    [
      'DELETE of a collection deletes collections',
      'DELETE',
      '/api/v1/namespaces/shop/pods',
      { verb: 'deletecollection' },
    ],
    [
      'a list of one name is of that name',
      'GET',
      '/api/v1/namespaces/shop/pods?fieldSelector=metadata.name%3Da',
      { verb: 'list', name: 'a' },
    ],
    [
      'a namespace is inside itself',
      'GET',
      '/api/v1/namespaces/shop',
      { verb: 'get', resource: 'namespaces', namespace: 'shop', name: 'shop' },
    ],
  ])(`%s (${requests}determine-the-request-verb)`, (_, method, address, expected) => {
    const url = new URL(address, 'http://lab')
    const target = parsePath(url.pathname)
    expect(target && attributesOf(method, target, url.searchParams)).toMatchObject(expected)
  })
})

const words = (...all: string[]) => fc.subarray(all, { minLength: 1 })
const rules = fc
  .record({
    verbs: words('get', 'list', 'create', '*'),
    apiGroups: words('', 'apps', '*'),
    resources: words('pods', 'pods/log', 'deployments', '*/log', '*'),
    resourceNames: fc.subarray(['a', 'b']),
  })
  .map(ruleOf)
const questions = fc.record({
  verb: fc.constantFrom('get', 'list', 'create', 'watch'),
  group: fc.constantFrom('', 'apps', 'batch'),
  resource: fc.constantFrom('pods', 'deployments'),
  subresource: fc.constantFrom('', 'log'),
  name: fc.constantFrom('', 'a', 'b'),
})

it('a rule that covers another allows all that the other allows', () => {
  fc.assert(
    fc.property(rules, rules, questions, (owned, rule, question) => {
      fc.pre(covers(owned, rule) && allows(rule, aboutResource(question)))
      expect(allows(owned, aboutResource(question))).toBe(true)
    }),
    { numRuns: 2000 },
  )
})
