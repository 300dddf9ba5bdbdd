import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCluster } from './client.ts'

let cluster: Awaited<ReturnType<typeof startCluster>>
beforeAll(async () => {
  cluster = await startCluster({ window: 8, bookmarkInterval: 20 })
})
afterAll(() => cluster.server.close())

const path = '/api/v1/namespaces/shop/configmaps?watch=true'
const put = (name: string, labels: Record<string, string> = {}, value = '') => {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop', labels }, data: { value } }
  return cluster.store.get('configmaps', 'shop', name) ? cluster.store.replace(object) : cluster.store.create(object)
}
const drop = (name: string) => cluster.store.remove('configmaps', 'shop', name)

describe('a watch', () => {
  it('replays what happened since a revision, then goes on', async () => {
    const start = cluster.store.revision
    put('a')
    drop('a')
    const watch = await cluster.watch(`${path}&resourceVersion=${start}`)
    expect([(await watch.next()).type, (await watch.next()).type]).toEqual(['ADDED', 'DELETED'])
    put('b')
    expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'b' } } })
    watch.close()
    drop('b')
  })

  it('begins with all there is when it names no revision', async () => {
    put('c')
    const watch = await cluster.watch(path)
    expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'c' } } })
    watch.close()
    drop('c')
  })

  it('shows an object that leaves the selector as deleted and one that comes as added', async () => {
    put('d', { side: 'out' })
    const watch = await cluster.watch(`${path}&labelSelector=side%3Din&resourceVersion=${cluster.store.revision}`)
    put('d', { side: 'in' })
    put('d', { side: 'in' }, 'changed')
    const out = put('d', { side: 'out' })
    const seen = [await watch.next(), await watch.next(), await watch.next()]
    expect(seen.map(event => event.type)).toEqual(['ADDED', 'MODIFIED', 'DELETED'])
    expect(seen[2]?.object.metadata).toMatchObject({
      labels: { side: 'in' },
      resourceVersion: out.metadata.resourceVersion,
    })
    watch.close()
    drop('d')
  })

  it('sends bookmarks that say how far it is', async () => {
    const watch = await cluster.watch(`${path}&allowWatchBookmarks=true&resourceVersion=${cluster.store.revision}`)
    expect(await watch.next()).toMatchObject({
      type: 'BOOKMARK',
      object: { kind: 'ConfigMap', metadata: { resourceVersion: String(cluster.store.revision) } },
    })
    watch.close()
  })

  it('marks the end of what there was when it is asked for initial events', async () => {
    put('e')
    const query = '&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
    const watch = await cluster.watch(path + query)
    expect((await watch.next()).type).toBe('ADDED')
    expect(await watch.next()).toMatchObject({
      type: 'BOOKMARK',
      object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
    })
    watch.close()
    drop('e')
    const refused = await cluster.call({ path: `${path}&sendInitialEvents=true` })
    expect(refused.status).toBe(422)
  })

  it('ends after its time', async () => {
    const watch = await cluster.watch(`${path}&timeoutSeconds=1&resourceVersion=${cluster.store.revision}`)
    expect(await watch.rest()).toEqual([])
  })

  it('tells that a revision is too old', async () => {
    const start = cluster.store.revision
    for (let value = 0; value < 40; value++) put('f', {}, String(value))
    const watch = await cluster.watch(`${path}&resourceVersion=${start}`)
    expect(watch.status).toBe(200)
    expect(await watch.rest()).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }])
    drop('f')
  })

  it('tells it by HTTP status where the server is set so', async () => {
    const old = await startCluster({ goneAs: 'status' })
    const reply = await old.call({ path: `${path}&resourceVersion=1` })
    expect(reply.body).toMatchObject({ code: 410, reason: 'Expired' })
    await old.server.close()
  })

  it('sends rows of tables, with columns in the first only', async () => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
    const watch = await cluster.watch(`${path}&resourceVersion=${cluster.store.revision}`, accept)
    put('g')
    put('g', {}, '2')
    const [first, second] = [await watch.next(), await watch.next()]
    expect(first.object).toMatchObject({ kind: 'Table', columnDefinitions: [{ name: 'Name' }, {}, {}] })
    expect(second.object).toMatchObject({ kind: 'Table', columnDefinitions: null, rows: [{ cells: ['g', 1, '0s'] }] })
    watch.close()
    drop('g')
  })

  it('sees one object only when it is opened on its name', async () => {
    const single = '/api/v1/namespaces/shop/configmaps/h?watch=true'
    const watch = await cluster.watch(`${single}&resourceVersion=${cluster.store.revision}`)
    put('other')
    put('h')
    expect(await watch.next()).toMatchObject({ object: { metadata: { name: 'h' } } })
    watch.close()
    for (const name of ['h', 'other']) drop(name)
  })
})
