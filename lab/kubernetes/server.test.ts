import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type Call, startCluster } from './client.ts'
import { service, virtualService, workload } from './fixture.ts'
import { at, listOf } from './value.ts'

let cluster: Awaited<ReturnType<typeof startCluster>>
beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.server.close())

const deployments = '/apis/apps/v1/namespaces/shop/deployments'
const configMaps = '/api/v1/namespaces/shop/configmaps'
const virtualServices = '/apis/networking.istio.io/v1/namespaces/shop/virtualservices'
const configMap = (name: string, data: Record<string, string> = { a: '1' }) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
})
const post = (path: string, body: unknown, more: Partial<Call> = {}) =>
  cluster.call({ method: 'POST', path, body, ...more })

describe('discovery', () => {
  it('tells groups, versions and resources in the old form', async () => {
    expect((await cluster.call({ path: '/api' })).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] })
    const groups = listOf(at((await cluster.call({ path: '/apis' })).body, 'groups'))
    const istio = groups.find(group => group['name'] === 'networking.istio.io')
    expect(istio?.['preferredVersion']).toEqual({ groupVersion: 'networking.istio.io/v1', version: 'v1' })
    const resources = listOf(at((await cluster.call({ path: '/apis/apps/v1' })).body, 'resources'))
    expect(resources.map(item => item['name'])).toEqual(
      expect.arrayContaining(['deployments', 'deployments/status', 'deployments/scale', 'daemonsets']),
    )
  })

  it.each(['v2', 'v2beta1'])('tells all at once in the new form %s', async version => {
    const accept = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList,application/json`
    const { body, headers } = await cluster.call({ path: '/apis', accept })
    expect(body).toMatchObject({ kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}` })
    expect(headers['content-type']).toContain('as=APIGroupDiscoveryList')
    expect(listOf(at(body, 'items')).map(item => at(item, 'metadata.name'))).toContain('gateway.networking.k8s.io')
  })

  it.each(['/healthz', '/livez', '/readyz', '/version', '/openapi/v2', '/openapi/v3', '/'])(
    'answers %s',
    async path => {
      expect((await cluster.call({ path })).status).toBe(200)
    },
  )

  it('describes every group version in OpenAPI 3', async () => {
    const paths = at((await cluster.call({ path: '/openapi/v3' })).body, 'paths')
    for (const part of ['api/v1', 'apis/apps/v1', 'apis/networking.istio.io/v1alpha3']) {
      const link = at((paths as Record<string, unknown>)[part], 'serverRelativeURL')
      const { body } = await cluster.call({ path: String(link) })
      const schemas = at(body, 'components.schemas') as Record<string, unknown>
      const refs = JSON.stringify(body).match(/#\/components\/schemas\/[\w.]+/g) ?? []
      for (const ref of refs) expect(Object.keys(schemas)).toContain(ref.split('/').at(-1))
    }
  })
})

describe('writing', () => {
  it('creates, reads, replaces and deletes', async () => {
    const made = await post(configMaps, configMap('crud'))
    expect([made.status, at(made.body, 'metadata.namespace')]).toEqual([201, 'shop'])
    const path = `${configMaps}/crud`
    const replaced = await cluster.call({ method: 'PUT', path, body: { ...(made.body as object), data: { a: '2' } } })
    expect([replaced.status, at(replaced.body, 'data.a')]).toEqual([200, '2'])
    const stale = await cluster.call({ method: 'PUT', path, body: { ...(made.body as object), data: { a: '3' } } })
    expect(stale.body).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on configmaps "crud": the object has been modified; please apply your changes to the latest version and try again',
    })
    const gone = await cluster.call({ method: 'DELETE', path })
    expect(gone.body).toMatchObject({ status: 'Success', details: { name: 'crud', kind: 'configmaps' } })
    expect((await cluster.call({ path })).status).toBe(404)
  })

  it('ignores what only the server may say', async () => {
    const metadata = { name: 'mine', uid: 'x', creationTimestamp: '2001-01-01T00:00:00Z', generation: 9 }
    const { body } = await post(deployments, {
      ...workload('Deployment', 'shop', 'mine'),
      metadata,
      status: { replicas: 7 },
    })
    expect(at(body, 'metadata.uid')).not.toBe('x')
    expect(body).toMatchObject({ metadata: { generation: 1, creationTimestamp: '2026-11-23T08:00:00Z' }, status: {} })
    expect(at(body, 'status.replicas')).toBeUndefined()
  })

  it('fills in defaults', async () => {
    const { body } = await post(deployments, workload('Deployment', 'shop', 'filled'))
    expect(at(body, 'spec')).toMatchObject({
      replicas: 1,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } },
      template: { spec: { restartPolicy: 'Always', containers: [{ imagePullPolicy: 'IfNotPresent' }] } },
    })
    const made = await post('/api/v1/namespaces/shop/services', service('shop', 'filled'))
    expect(at(made.body, 'spec.clusterIP')).toMatch(/^10\.\d+\.\d+\.\d+$/)
  })

  it('stores nothing in a dry run', async () => {
    const made = await post(`${configMaps}?dryRun=All`, configMap('dry'))
    expect([made.status, at(made.body, 'metadata.name')]).toEqual([201, 'dry'])
    expect((await cluster.call({ path: `${configMaps}/dry` })).status).toBe(404)
    await post(configMaps, configMap('wet'))
    await cluster.call({ method: 'DELETE', path: `${configMaps}/wet?dryRun=All` })
    const type = 'application/merge-patch+json'
    const path = `${configMaps}/wet?dryRun=All`
    const patched = await cluster.call({ method: 'PATCH', path, type, body: { data: { a: '9' } } })
    expect(at(patched.body, 'data.a')).toBe('9')
    expect(at((await cluster.call({ path: `${configMaps}/wet` })).body, 'data.a')).toBe('1')
  })

  it('keeps status and the rest apart', async () => {
    await post(virtualServices, virtualService('shop', 'parts'))
    const path = `${virtualServices}/parts`
    const type = 'application/merge-patch+json'
    const status = { status: { observedGeneration: 1 }, spec: { hosts: ['no'] } }
    const told = await cluster.call({ method: 'PATCH', path: `${path}/status`, type, body: status })
    expect(told.body).toMatchObject({ spec: { hosts: ['parts'] }, status: { observedGeneration: 1 } })
    const wish = { status: { observedGeneration: 5 }, spec: { hosts: ['yes'] } }
    const wished = await cluster.call({ method: 'PATCH', path, type, body: wish })
    expect(wished.body).toMatchObject({
      spec: { hosts: ['yes'] },
      status: { observedGeneration: 1 },
      metadata: { generation: 2 },
    })
  })

  it('answers in the version it was asked in', async () => {
    await post(virtualServices, virtualService('shop', 'old'))
    const { body } = await cluster.call({
      path: '/apis/networking.istio.io/v1alpha3/namespaces/shop/virtualservices/old',
    })
    expect(at(body, 'apiVersion')).toBe('networking.istio.io/v1alpha3')
  })

  it('takes YAML and gives YAML', async () => {
    const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\ndata:\n  a: b\n'
    const { status, text } = await post(configMaps, body, { type: 'application/yaml', accept: 'application/yaml' })
    expect([status, (parse(text) as { data: unknown }).data]).toEqual([201, { a: 'b' }])
  })

  it('reads the protobuf of newer kubectl', async () => {
    const field = (number: number, bytes: Buffer) => Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes])
    const text = (number: number, value: string) => field(number, Buffer.from(value))
    const object = Buffer.concat([field(1, text(1, 'binary')), field(2, Buffer.concat([text(1, 'k'), text(2, 'v')]))])
    const envelope = Buffer.concat([field(1, Buffer.concat([text(1, 'v1'), text(2, 'ConfigMap')])), field(2, object)])
    const type = 'application/vnd.kubernetes.protobuf'
    const accept = `${type},application/json`
    const made = await post(configMaps, Buffer.concat([Buffer.from('k8s\0'), envelope]), { type, accept })
    expect(made.body).toMatchObject({ metadata: { name: 'binary' }, data: { k: 'v' } })
    const strange = Buffer.concat([Buffer.from('k8s\0'), field(1, Buffer.concat([text(1, 'v1'), text(2, 'Node')]))])
    expect((await post('/api/v1/nodes', strange, { type })).status).toBe(415)
    expect((await post(configMaps, Buffer.from('nonsense'), { type })).status).toBe(400)
  })

  it('scales by the subresource', async () => {
    await post(deployments, workload('Deployment', 'shop', 'scaled', { replicas: 1 }))
    const path = `${deployments}/scaled/scale`
    expect((await cluster.call({ path })).body).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 1 },
      status: { selector: 'app=scaled' },
    })
    const type = 'application/merge-patch+json'
    await cluster.call({ method: 'PATCH', path, type, body: { spec: { replicas: 3 } } })
    await cluster.call({
      method: 'PUT',
      path,
      body: { kind: 'Scale', apiVersion: 'autoscaling/v1', spec: { replicas: 4 } },
    })
    expect(at((await cluster.call({ path: `${deployments}/scaled` })).body, 'spec.replicas')).toBe(4)
    const wrong = await cluster.call({ method: 'PATCH', path, type, body: { spec: { replicas: -1 } } })
    expect(wrong.status).toBe(422)
  })

  it('waits with deletion while a finalizer holds', async () => {
    await post(configMaps, { ...configMap('held'), metadata: { name: 'held', finalizers: ['a/b'] } })
    const path = `${configMaps}/held`
    const leaving = await cluster.call({ method: 'DELETE', path })
    expect(at(leaving.body, 'metadata.deletionTimestamp')).toBeDefined()
    const type = 'application/merge-patch+json'
    await cluster.call({ method: 'PATCH', path, type, body: { metadata: { finalizers: null } } })
    expect((await cluster.call({ path })).status).toBe(404)
  })

  it('deletes a collection by its labels', async () => {
    for (const name of ['x', 'y', 'z'])
      await post(configMaps, { ...configMap(name), metadata: { name, labels: { set: name === 'z' ? 'b' : 'a' } } })
    await cluster.call({ method: 'DELETE', path: `${configMaps}?labelSelector=set%3Da` })
    const left = await cluster.call({ path: `${configMaps}?labelSelector=set` })
    expect(listOf(at(left.body, 'items')).map(item => at(item, 'metadata.name'))).toEqual(['z'])
  })

  it('orphans dependents when it is told to', async () => {
    const body = workload('Deployment', 'shop', 'parent')
    await post(deployments, body)
    cluster.controllers.settle()
    await cluster.call({ method: 'DELETE', path: `${deployments}/parent?propagationPolicy=Orphan` })
    cluster.run(1)
    expect((await cluster.call({ path: `${deployments}/parent` })).status).toBe(404)
    const sets = cluster.store.list('replicasets.apps', 'shop').filter(set => set.metadata.name.startsWith('parent-'))
    expect(sets.map(set => set.metadata.ownerReferences)).toEqual([undefined])
  })

  it('warns of unknown fields, or refuses them, or says nothing', async () => {
    const body = { ...configMap('odd'), dta: {} }
    const warned = await post(configMaps, body)
    expect([warned.status, warned.headers['warning']]).toEqual([201, '299 - "unknown field \\"dta\\""'])
    expect(warned.body).not.toHaveProperty('dta')
    const refused = await post(`${configMaps}?fieldValidation=Strict`, { ...body, metadata: { name: 'odd2' } })
    expect(refused.body).toMatchObject({
      code: 400,
      message: 'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dta"',
    })
    const quiet = await post(`${configMaps}?fieldValidation=Ignore`, { ...body, metadata: { name: 'odd3' } })
    expect([quiet.status, quiet.headers['warning']]).toEqual([201, undefined])
  })
})

describe('reading', () => {
  it('pages through one moment', async () => {
    for (let index = 0; index < 5; index++)
      await post('/api/v1/namespaces/legacy/configmaps', configMap(`page-${index}`))
    const path = '/api/v1/namespaces/legacy/configmaps?limit=2'
    const first = await cluster.call({ path })
    await post('/api/v1/namespaces/legacy/configmaps', configMap('page-later'))
    expect(at(first.body, 'metadata.remainingItemCount')).toBe(3)
    const names: unknown[] = []
    let { body } = first
    for (;;) {
      names.push(...listOf(at(body, 'items')).map(item => at(item, 'metadata.name')))
      expect(at(body, 'metadata.resourceVersion')).toBe(at(first.body, 'metadata.resourceVersion'))
      const token = at(body, 'metadata.continue')
      if (typeof token !== 'string') break
      body = (await cluster.call({ path: `${path}&continue=${encodeURIComponent(token)}` })).body
    }
    expect(names).toEqual(['page-0', 'page-1', 'page-2', 'page-3', 'page-4'])
  })

  it('prints tables', async () => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
    await post(deployments, workload('Deployment', 'shop', 'printed', { replicas: 2 }))
    cluster.controllers.settle()
    const { body } = await cluster.call({ path: `${deployments}?fieldSelector=metadata.name%3Dprinted`, accept })
    expect(
      listOf(at(body, 'columnDefinitions'))
        .map(column => column['name'])
        .slice(0, 5),
    ).toEqual(['Name', 'Ready', 'Up-to-date', 'Available', 'Age'])
    expect(listOf(at(body, 'rows'))[0]).toMatchObject({
      cells: ['printed', '0/2', 2, 0, '0s', 'app', 'shop/web:1', 'app=printed'],
      object: { kind: 'PartialObjectMetadata', metadata: { name: 'printed' } },
    })
  })

  it('gives metadata only', async () => {
    const accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io'
    const { body } = await cluster.call({ path: '/api/v1/namespaces', accept })
    expect(at(body, 'kind')).toBe('PartialObjectMetadataList')
    expect(Object.keys(listOf(at(body, 'items'))[0] ?? {})).toEqual(['kind', 'apiVersion', 'metadata'])
  })

  it('packs large answers for those who can unpack them', async () => {
    await post(configMaps, configMap('large', { a: 'x'.repeat(200_000) }))
    const response = await fetch(`${cluster.address}${configMaps}/large`, { headers: { 'accept-encoding': 'gzip' } })
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(at(await response.json(), 'data.a')).toHaveLength(200_000)
  })

  it('refuses a revision that it has not reached', async () => {
    const path = `${configMaps}?resourceVersion=${cluster.store.revision + 1000}`
    expect((await cluster.call({ path })).body).toMatchObject({ code: 504, reason: 'Timeout' })
  })

  it('answers reviews', async () => {
    const spec = { resourceAttributes: { verb: 'get', resource: 'pods' } }
    const access = await post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { spec })
    expect(at(access.body, 'status.allowed')).toBe(true)
    const self = await post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {})
    expect(at(self.body, 'status.userInfo.username')).toBe('kubernetes-admin')
  })
})

describe('the server', () => {
  it('counts requests, and drops them while it is not available', async () => {
    const before = cluster.server.requestCount()
    await cluster.call({ path: '/version' })
    expect(cluster.server.requestCount()).toBe(before + 1)
    const open = await cluster.watch('/api/v1/namespaces?watch=1&resourceVersion=0')
    cluster.server.setAvailable(false)
    await expect(open.rest()).rejects.toThrow()
    await expect(cluster.call({ path: '/version' })).rejects.toThrow()
    cluster.server.setAvailable(true)
    expect((await cluster.call({ path: '/version' })).status).toBe(200)
  })

  it('knows users by their tokens', async () => {
    const users = [{ token: 'secret', user: { name: 'mesh-admin', groups: ['system:masters'] } }]
    const guarded = await startCluster({ users })
    const ask = (headers: Record<string, string>) => guarded.call({ path: '/api/v1/pods', headers })
    expect((await ask({ authorization: 'Bearer secret' })).status).toBe(200)
    expect((await ask({})).status).toBe(403)
    expect((await ask({ authorization: 'Bearer wrong' })).body).toMatchObject({ code: 401, reason: 'Unauthorized' })
    await guarded.server.close()
  })
})
