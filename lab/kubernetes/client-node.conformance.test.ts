import {
  CoreV1Api,
  type Informer,
  KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  type V1ConfigMap,
  type V1Pod,
  Watch,
} from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createServing } from '#lab/certificates/serving.ts'
import { startCluster } from './client.ts'
import { workload } from './fixture.ts'

const serving = createServing(Date.now())
let cluster: Awaited<ReturnType<typeof startCluster>>
let informer: Informer<V1Pod> | undefined
beforeAll(async () => {
  const user = { name: 'mesh-admin', groups: ['system:masters'] }
  cluster = await startCluster({ window: 16, users: [{ token: 'secret', user }], tls: serving.tls })
})
afterAll(async () => {
  await informer?.stop()
  await cluster.server.close()
})

function configured(): KubeConfig {
  const config = new KubeConfig()
  config.loadFromOptions({
    clusters: [{ name: 'lab', server: cluster.address, caData: Buffer.from(serving.authority).toString('base64') }],
    users: [{ name: 'mesh-admin', token: 'secret' }],
    contexts: [{ name: 'lab', cluster: 'lab', user: 'mesh-admin' }],
    currentContext: 'lab',
  })
  return config
}

it('the informer of the JavaScript client follows pods, and starts again when its revision is too old', async () => {
  const config = configured()
  const api = config.makeApiClient(CoreV1Api)
  const path = '/api/v1/namespaces/shop/pods'
  const names = new Map<string, string>()
  const events: string[] = []
  const started = makeInformer(config, path, () => api.listNamespacedPod({ namespace: 'shop' }))
  informer = started
  const nameOf = (pod: V1Pod) => pod.metadata?.name ?? ''
  started.on('add', pod => names.set(nameOf(pod), events.push('add') ? (pod.status?.phase ?? '') : ''))
  started.on('update', pod => names.set(nameOf(pod), pod.status?.phase ?? ''))
  started.on('delete', pod => names.delete(nameOf(pod)))
  started.on('error', error => events.push(String(error)))
  await started.start()

  cluster.store.create(workload('Deployment', 'shop', 'web', { replicas: 2 }))
  cluster.run(6)
  await expect.poll(() => [...names.values()]).toEqual(['Running', 'Running'])
  cluster.store.remove('deployments.apps', 'shop', 'web')
  cluster.run(3)
  await expect.poll(() => names.size).toBe(0)

  // An outage during which more happens than the server remembers.
  cluster.server.setAvailable(false)
  cluster.store.create(workload('Deployment', 'shop', 'api', { replicas: 30 }))
  cluster.run(60)
  cluster.server.setAvailable(true)
  await started.start()
  await expect.poll(() => [...names.values()].filter(phase => phase === 'Running').length).toBe(30)
})

it('the JavaScript client creates, patches and deletes', async () => {
  const api = configured().makeApiClient(CoreV1Api)
  const body = { metadata: { name: 'made' }, data: { a: 'b' } }
  const made = await api.createNamespacedConfigMap({ namespace: 'shop', body })
  expect(made.metadata?.uid).toBeDefined()
  const patch = [{ op: 'replace', path: '/data/a', value: 'c' }]
  const patched = await api.patchNamespacedConfigMap({ namespace: 'shop', name: 'made', body: patch })
  expect(patched.data).toEqual({ a: 'c' })
  await api.deleteNamespacedConfigMap({ namespace: 'shop', name: 'made' })
  await expect(api.readNamespacedConfigMap({ namespace: 'shop', name: 'made' })).rejects.toMatchObject({ code: 404 })
})

it('the JavaScript client applies on the server, meets a conflict and takes over by force', async () => {
  const api = KubernetesObjectApi.makeApiClient(configured())
  const apply = (manager: string, data: Record<string, string>, force = false): Promise<V1ConfigMap> => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied', namespace: 'shop' }, data }
    return api.patch<V1ConfigMap>(object, undefined, undefined, manager, force, PatchStrategy.ServerSideApply)
  }
  await apply('weft', { a: '1', b: '1' })
  await expect(apply('other', { a: '2' })).rejects.toMatchObject({
    code: 409,
    body: expect.stringContaining('conflict with \\"weft\\": .data.a'),
  })
  const taken = await apply('other', { a: '2' }, true)
  expect(taken.data).toEqual({ a: '2', b: '1' })
  expect(taken.metadata?.managedFields?.map(entry => [entry.manager, entry.fieldsV1])).toEqual([
    ['other', { 'f:data': { 'f:a': {} } }],
    ['weft', { 'f:data': { 'f:b': {} } }],
  ])
  expect((await apply('weft', {})).data).toEqual({ a: '2' })
})

it('a watch of the JavaScript client is told that it is too late (410), and goes on from a new list', async () => {
  const api = configured().makeApiClient(CoreV1Api)
  const old = (await api.listNamespacedConfigMap({ namespace: 'legacy' })).metadata?.resourceVersion ?? ''
  const put = (round: number) => {
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'late', namespace: 'legacy' },
      data: { round: `${round}` },
    }
    return cluster.store.get('configmaps', 'legacy', 'late')
      ? cluster.store.replace(object)
      : cluster.store.create(object)
  }
  for (let round = 0; round < 64; round++) put(round)
  const follow = async (resourceVersion: string) => {
    const seen: unknown[] = []
    const path = '/api/v1/namespaces/legacy/configmaps'
    let end: (error: unknown) => void = () => undefined
    const ended = new Promise<unknown>(resolve => (end = resolve))
    const abort = await new Watch(configured()).watch(
      path,
      { resourceVersion },
      (type: string, object: V1ConfigMap & { code?: number }) =>
        seen.push([type, object.code ?? object.data?.['round']]),
      error => end(error),
    )
    return { seen, ended, close: () => abort.abort() }
  }
  const late = await follow(old)
  expect([await late.ended, late.seen]).toEqual([null, [['ERROR', 410]]])
  const { metadata } = await api.listNamespacedConfigMap({ namespace: 'legacy' })
  const now = await follow(metadata?.resourceVersion ?? '')
  put(100)
  await expect.poll(() => now.seen).toEqual([['MODIFIED', '100']])
  now.close()
})
