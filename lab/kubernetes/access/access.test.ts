import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Call, startCluster } from '#lab/kubernetes/client.ts'
import { at, listOf } from '#lab/kubernetes/value.ts'
import {
  clusterRole,
  clusterRoleBinding,
  group,
  roleBinding,
  rule,
  serviceAccount,
  user,
  writing,
} from './role-objects.ts'

const rbac = '/apis/rbac.authorization.k8s.io/v1'
const shop = '/api/v1/namespaces/shop'

let cluster: Awaited<ReturnType<typeof startCluster>>
beforeAll(async () => {
  const people = ['root', 'dev', 'reader', 'actor', 'binder']
  cluster = await startCluster({
    users: people.map(name => ({ token: name, user: { name, groups: name === 'root' ? ['system:masters'] : [] } })),
  })
  for (const object of [
    clusterRoleBinding('reader', 'view', [user('reader')]),
    roleBinding('shop', 'dev', 'admin', [user('dev')]),
    clusterRole('actor', [
      { ...rule('impersonate', 'users,groups'), resourceNames: ['dev', 'team'] },
      rule('impersonate', 'uids,userextras/scopes', 'authentication.k8s.io'),
      rule('create', 'tokenreviews', 'authentication.k8s.io'),
      rule('create', 'subjectaccessreviews', 'authorization.k8s.io'),
    ]),
    clusterRoleBinding('actor', 'actor', [user('actor')]),
    clusterRole('binder', [
      { ...rule('bind', 'clusterroles', 'rbac.authorization.k8s.io'), resourceNames: ['view'] },
      rule(writing, 'clusterroles,clusterrolebindings', 'rbac.authorization.k8s.io'),
    ]),
    clusterRoleBinding('binder', 'binder', [user('binder')]),
    roleBinding('shop', 'team', 'view', [group('team')]),
  ])
    cluster.store.create(object)
})
afterAll(() => cluster.server.close())

const as = (token: string, call: Call) =>
  cluster.call({ ...call, headers: { authorization: `Bearer ${token}`, ...call.headers } })
const post = (token: string, path: string, body: unknown) => as(token, { method: 'POST', path, body })

describe('who nobody knows', () => {
  it('may see that the server lives, and which version it is', async () => {
    for (const path of ['/healthz', '/livez', '/readyz', '/version'])
      expect((await cluster.call({ path })).status).toBe(200)
  })
  it.each([
    ['/', 'forbidden: User "system:anonymous" cannot get path "/"'],
    ['/apis', 'forbidden: User "system:anonymous" cannot get path "/apis"'],
    ['/a%3Cb', 'forbidden: User "system:anonymous" cannot get path "/a%3Cb"'],
    [
      '/api/v1/pods',
      'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope',
    ],
  ])('is refused %s in the words of the server', async (path, message) => {
    expect((await cluster.call({ path })).body).toMatchObject({ code: 403, reason: 'Forbidden', message })
  })
  it('is told so where the token is nobody’s', async () => {
    expect((await as('stranger', { path: '/version' })).body).toMatchObject({ code: 401, message: 'Unauthorized' })
  })
  it('is asked for a token, and passwords are none', async () => {
    const reply = await cluster.call({ path: '/api', headers: { authorization: 'Basic cm9vdDpyb290' } })
    expect(reply.body).toMatchObject({ code: 403, message: expect.stringContaining('system:anonymous') })
  })
})

describe('a user', () => {
  it.each<[name: string, call: Call, message: string]>([
    [
      'dev',
      { path: '/api/v1/namespaces/pay/pods' },
      'pods is forbidden: User "dev" cannot list resource "pods" in API group "" in the namespace "pay"',
    ],
    [
      'dev',
      { path: '/api/v1/nodes/a' },
      'nodes "a" is forbidden: User "dev" cannot get resource "nodes" in API group "" at the cluster scope',
    ],
    [
      'reader',
      { path: '/api/v1/namespaces/pay/secrets/x' },
      'secrets "x" is forbidden: User "reader" cannot get resource "secrets" in API group "" in the namespace "pay"',
    ],
    [
      'reader',
      { method: 'PATCH', path: '/apis/apps/v1/namespaces/pay/deployments/x/scale' },
      'deployments.apps "x" is forbidden: User "reader" cannot patch resource "deployments/scale" in API group "apps" in the namespace "pay"',
    ],
    [
      'reader',
      { path: '/apis/none.example/v1/a' },
      'a.none.example is forbidden: User "reader" cannot list resource "a" in API group "none.example" at the cluster scope',
    ],
  ])('%s reads why not', async (name, call, message) => {
    expect((await as(name, call)).body).toMatchObject({ code: 403, reason: 'Forbidden', message })
  })
  it('may read the namespace that a RoleBinding is in', async () => {
    expect((await as('dev', { path: shop })).status).toBe(200)
    expect((await as('dev', { path: '/api/v1/namespaces' })).status).toBe(403)
  })
  it('may watch what may be watched', async () => {
    expect((await as('dev', { path: '/api/v1/pods?watch=1' })).status).toBe(403)
  })
  it('needs the right to create for applying something new', async () => {
    cluster.store.create(clusterRole('patcher', [rule('patch', 'configmaps')]))
    cluster.store.create(roleBinding('legacy', 'patcher', 'patcher', [user('dev')]))
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'new' } })
    const reply = await as('dev', {
      method: 'PATCH',
      path: '/api/v1/namespaces/legacy/configmaps/new?fieldManager=x',
      body,
      type: 'application/apply-patch+yaml',
    })
    expect(reply.body).toMatchObject({ code: 403, message: expect.stringContaining('cannot create resource') })
  })
})

describe('rights', () => {
  const role = (rules: object[]) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'made' },
    rules,
  })
  const roles = `${rbac}/namespaces/shop/roles`
  it('cannot be given by who does not have them', async () => {
    const reply = await post('dev', `${roles}?dryRun=All`, role([rule('get,list', 'pods,nodes')]))
    expect(reply.body).toMatchObject({
      code: 403,
      message:
        'roles.rbac.authorization.k8s.io "made" is forbidden: user "dev" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["nodes"], Verbs:["get" "list"]}',
    })
  })
  it('can be given as far as somebody has them', async () => {
    expect((await post('dev', roles, role([rule('get,list', 'pods,pods/log')]))).status).toBe(201)
    const wider = role([rule('*', 'pods')])
    expect((await as('dev', { method: 'PUT', path: `${roles}/made`, body: wider })).status).toBe(403)
    const same = { metadata: { labels: { a: 'b' } } }
    const type = 'application/merge-patch+json'
    expect((await as('dev', { method: 'PATCH', path: `${roles}/made`, body: same, type })).status).toBe(200)
  })
  it('are bound by who has them, or may bind that role', async () => {
    const bindings = `${rbac}/clusterrolebindings`
    const wish = (name: string) => clusterRoleBinding(`to-${name}`, name, [user('friend')])
    expect((await post('binder', bindings, wish('view'))).status).toBe(201)
    expect((await post('binder', bindings, wish('edit'))).body).toMatchObject({
      code: 403,
      message: expect.stringContaining('is attempting to grant RBAC permissions not currently held'),
    })
    expect((await post('binder', bindings, wish('none'))).body).toMatchObject({
      code: 404,
      message: 'clusterroles.rbac.authorization.k8s.io "none" not found',
    })
    expect((await post('root', bindings, wish('none'))).status).toBe(201)
  })
  it('of an aggregated role are everybody’s: only who may do everything writes one', async () => {
    const whole = { ...clusterRole('whole', []), aggregationRule: { clusterRoleSelectors: [] } }
    expect((await post('binder', `${rbac}/clusterroles`, whole)).status).toBe(403)
    expect((await post('root', `${rbac}/clusterroles`, whole)).status).toBe(201)
  })
  it('of monstrous rules are refused without being counted out', async () => {
    const many = (prefix: string) => Array.from({ length: 2000 }, (_, index) => `${prefix}${index}`)
    const monster = [{ verbs: many('v'), apiGroups: [''], resources: many('r'), resourceNames: many('n') }]
    expect((await post('dev', roles, role(monster))).status).toBe(403)
  })
})

describe('a role or binding that says nothing', () => {
  const binding = { ...clusterRoleBinding('wrong', 'view', []), subjects: undefined }
  it.each<[what: string, resource: string, body: object, message: RegExp]>([
    [
      'a rule without verbs',
      'clusterroles',
      clusterRole('wrong', [{ apiGroups: [''], resources: ['pods'] }]),
      /rules\[0\].verbs: Required value: verbs must contain at least one value/,
    ],
    [
      'a rule without groups',
      'clusterroles',
      clusterRole('wrong', [{ verbs: ['get'], resources: ['pods'] }]),
      /rules\[0\].apiGroups: Required value/,
    ],
    [
      'a rule without resources',
      'clusterroles',
      clusterRole('wrong', [{ verbs: ['get'], apiGroups: [''] }]),
      /rules\[0\].resources: Required value/,
    ],
    [
      'a rule for paths in a namespace',
      'namespaces/shop/roles',
      { metadata: { name: 'wrong' }, rules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }] },
      /namespaced rules cannot apply to non-resource URLs/,
    ],
    [
      'a binding to no role',
      'clusterrolebindings',
      { ...binding, roleRef: { kind: 'ClusterRole' } },
      /roleRef.name: Required value/,
    ],
    [
      'a cluster-wide binding to a Role',
      'clusterrolebindings',
      { ...binding, roleRef: { kind: 'Role', name: 'x' } },
      /roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"/,
    ],
    [
      'a subject of no kind',
      'clusterrolebindings',
      { ...binding, subjects: [{ kind: 'Robot', name: 'x' }] },
      /subjects\[0\].kind: Unsupported value: "Robot"/,
    ],
  ])('is refused: %s', async (_, resource, body, message) => {
    const reply = await post('root', `${rbac}/${resource}`, body)
    expect(reply.body).toMatchObject({ code: 422, message: expect.stringMatching(message) })
  })
  it('gets the group of its kind where only that is missing', async () => {
    const bare = {
      metadata: { name: 'bare' },
      roleRef: { kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'User', name: 'x' }],
    }
    const { body } = await post('root', `${rbac}/clusterrolebindings?dryRun=All`, bare)
    expect(body).toMatchObject({
      roleRef: { apiGroup: 'rbac.authorization.k8s.io' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io' }],
    })
  })
})

describe('impersonation', () => {
  const reviews = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
  const self = async (token: string, headers: Record<string, string>) =>
    (await as(token, { method: 'POST', path: reviews, body: {}, headers })).body
  it('makes the request another’s, with the groups and extras that are named', async () => {
    const found = await self('actor', {
      'impersonate-user': 'dev',
      'impersonate-group': 'team',
      'impersonate-uid': '7',
      'impersonate-extra-scopes': 'view',
    })
    expect(at(found, 'status.userInfo')).toEqual({
      username: 'dev',
      uid: '7',
      groups: ['team', 'system:authenticated'],
      extra: { scopes: ['view'] },
    })
  })
  it('gives ServiceAccounts their groups', async () => {
    const found = await self('root', { 'impersonate-user': 'system:serviceaccount:shop:default' })
    expect(at(found, 'status.userInfo.groups')).toEqual([
      'system:serviceaccounts',
      'system:serviceaccounts:shop',
      'system:authenticated',
    ])
  })
  it('acts with the other’s rights, not with one’s own', async () => {
    const reply = await as('root', { path: '/api/v1/nodes', headers: { 'impersonate-user': 'dev' } })
    expect(reply.body).toMatchObject({ code: 403, message: expect.stringContaining('User "dev" cannot list') })
  })
  it.each<[what: string, headers: Record<string, string>, message: string]>([
    [
      'a user',
      { 'impersonate-user': 'root' },
      'users "root" is forbidden: User "actor" cannot impersonate resource "users" in API group "" at the cluster scope',
    ],
    [
      'a group',
      { 'impersonate-user': 'dev', 'impersonate-group': 'system:masters' },
      'groups "system:masters" is forbidden: User "actor" cannot impersonate resource "groups" in API group "" at the cluster scope',
    ],
    [
      'an extra',
      { 'impersonate-user': 'dev', 'impersonate-extra-reason': 'x' },
      'userextras.authentication.k8s.io "x" is forbidden: User "actor" cannot impersonate resource "userextras/reason" in API group "authentication.k8s.io" at the cluster scope',
    ],
    [
      'a ServiceAccount',
      { 'impersonate-user': 'system:serviceaccount:shop:default' },
      'serviceaccounts "default" is forbidden: User "actor" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "shop"',
    ],
  ])('of %s needs the right to', async (_, headers, message) => {
    expect(await self('actor', headers)).toMatchObject({ code: 403, message })
  })
  it('needs a user', async () => {
    expect(await self('root', { 'impersonate-group': 'team' })).toMatchObject({
      code: 500,
      message: expect.stringContaining('without impersonating a user'),
    })
  })
})

describe('a review', () => {
  const authorization = '/apis/authorization.k8s.io/v1'
  const pods = { resourceAttributes: { verb: 'list', resource: 'pods', namespace: 'shop' } }
  it('says what the asker may do, and why', async () => {
    const status = async (token: string, spec: object) =>
      at((await post(token, `${authorization}/selfsubjectaccessreviews`, { spec })).body, 'status')
    expect(await status('dev', pods)).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by RoleBinding "dev/shop" of ClusterRole "admin" to User "dev"',
    })
    expect(await status('actor', pods)).toEqual({ allowed: false })
    const path = { nonResourceAttributes: { verb: 'get', path: '/version' } }
    expect(await status('actor', path)).toMatchObject({ allowed: true })
  })
  it('says it of others to those who may ask', async () => {
    const body = { spec: { ...pods, user: 'somebody', groups: ['team'] } }
    const reply = await post('actor', `${authorization}/subjectaccessreviews`, body)
    expect(at(reply.body, 'status.allowed')).toBe(true)
    expect((await post('reader', `${authorization}/subjectaccessreviews`, body)).status).toBe(403)
    const local = `${authorization}/namespaces/shop/localsubjectaccessreviews`
    expect(at((await post('dev', local, body)).body, 'status.allowed')).toBe(true)
    const elsewhere = { spec: { ...body.spec, resourceAttributes: { ...pods.resourceAttributes, namespace: 'pay' } } }
    expect((await post('dev', local, elsewhere)).body).toMatchObject({ code: 422 })
  })
  it.each([
    ['neither', {}],
    ['both', { ...pods, nonResourceAttributes: { verb: 'get', path: '/' } }],
  ])('that asks %s of the two questions is no question', async (_, spec) => {
    const reply = await post('dev', `${authorization}/selfsubjectaccessreviews`, { spec })
    expect(reply.body).toMatchObject({ code: 422, reason: 'Invalid' })
  })
  it('lists the rules of the asker in a namespace', async () => {
    const path = `${authorization}/selfsubjectrulesreviews`
    const { body } = await post('dev', path, { spec: { namespace: 'shop' } })
    expect(listOf(at(body, 'status.resourceRules'))).toContainEqual(
      expect.objectContaining({ apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] }),
    )
    const other = await post('dev', path, { spec: { namespace: 'pay' } })
    expect(JSON.stringify(other.body)).not.toContain('pods/eviction')
    expect((await post('dev', path, { spec: {} })).body).toMatchObject({ code: 400 })
  })
})

describe('a token of a ServiceAccount', () => {
  const path = `${shop}/serviceaccounts/default/token`
  const request = (spec: object) => post('dev', path, { kind: 'TokenRequest', spec })
  const tokenOf = async (spec: object) => String(at((await request(spec)).body, 'status.token'))
  const review = async (token: string, audiences?: string[]) =>
    at(
      (await post('actor', '/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token, audiences } })).body,
      'status',
    )

  it('lets it in with the rights of its bindings, until its time is over', async () => {
    cluster.store.create(roleBinding('shop', 'robot', 'view', [serviceAccount('shop', 'default')]))
    const token = await tokenOf({ expirationSeconds: 600 })
    expect((await as(token, { path: `${shop}/pods` })).status).toBe(200)
    expect((await as(token, { path: '/api/v1/pods' })).body).toMatchObject({
      message: expect.stringContaining('User "system:serviceaccount:shop:default" cannot list'),
    })
    cluster.clock.pass(601)
    expect((await as(token, { path: `${shop}/pods` })).status).toBe(401)
  })
  it('is for its audience only', async () => {
    const token = await tokenOf({ audiences: ['vault'] })
    expect((await as(token, { path: '/version' })).status).toBe(401)
    expect(await review(token, ['vault', 'other'])).toMatchObject({
      authenticated: true,
      audiences: ['vault'],
      user: { username: 'system:serviceaccount:shop:default' },
    })
    expect(await review(token)).toMatchObject({ error: expect.stringContaining('is invalid for the target audiences') })
  })
  it('dies with its ServiceAccount', async () => {
    cluster.store.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'brief', namespace: 'shop' } })
    const reply = await post('root', `${shop}/serviceaccounts/brief/token`, {})
    const token = String(at(reply.body, 'status.token'))
    expect(await review(token)).toMatchObject({ authenticated: true })
    cluster.store.remove('serviceaccounts', 'shop', 'brief')
    expect(await review(token)).toMatchObject({ error: '[service account token has been invalidated]' })
  })
  it('is worth nothing when a letter of it is changed', async () => {
    const token = await tokenOf({})
    const [head, , signature] = token.split('.')
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'system:serviceaccount:shop:root' })).toString(
      'base64url',
    )
    for (const bad of [
      `${head}.${forged}.${signature}`,
      `${token}x`,
      token.slice(0, -4),
      `${head}..${signature}`,
      '..',
      'a.b.c',
    ])
      expect((await as(bad, { path: '/version' })).status).toBe(401)
  })
  it('lives ten minutes at least', async () => {
    expect((await request({ expirationSeconds: 10 })).body).toMatchObject({
      code: 422,
      message: expect.stringContaining('may not specify a duration less than 10 minutes'),
    })
  })
  it('can be checked by others with the published key', async () => {
    const { body } = await as('root', { path: '/openid/v1/jwks' })
    expect(listOf(at(body, 'keys'))[0]).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256' })
  })
})
