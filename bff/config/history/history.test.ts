import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  type Cluster,
  cluster,
  consoleOn,
  type Json,
  type Manifest,
  namespace,
  type Reply,
  virtualService,
} from '#bff/config/lab.fixture.ts'
import { openStore } from '#bff/store/open-store.ts'
import type { HistoryEntry } from '#shared/config/api.ts'

const istio = '/apis/networking.istio.io/v1/namespaces'
const split = (weight: number) => ({
  http: [
    {
      route: [
        { destination: { host: 'web', subset: 'a' }, weight },
        { destination: { host: 'web', subset: 'b' }, weight: 100 - weight },
      ],
    },
  ],
})

/** As `kubectl apply --server-side`, or under another name. */
async function apply(given: Cluster, object: Manifest, manager = 'kubectl'): Promise<void> {
  const { name, namespace: place = '' } = object.metadata
  const path = `${istio}/${place}/virtualservices/${name}?fieldManager=${manager}&force=true`
  await given.as('mesh-admin', 'PATCH', path, object)
}

type Call = (path: string, body?: unknown) => Promise<Reply>
const entriesOf = async (call: Call, query = ''): Promise<HistoryEntry[]> => {
  const { status, body } = await call(`/history${query}`)
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body['entries'] as HistoryEntry[]
}
const web = '?object=networking.istio.io/VirtualService/shop/web'
/** Newest first: `changed web by kubectl`. */
const told = async (call: Call, query = web): Promise<string[]> =>
  (await entriesOf(call, query)).map(({ change, object, author }) => `${change} ${object.name} by ${author}`)
const until = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 15_000, interval: 30 })
const untilTold = (call: Call, expected: string[], query = web): Promise<void> =>
  until(async () => expect(await told(call, query)).toEqual(expected))

/** A file for a store; each call of `open` is a console's own use of it. */
function storeFile() {
  const folder = mkdtempSync(join(tmpdir(), 'weft-history-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'history.db')
  return { path, folder, open: () => openStore({ place: { kind: 'file', path } }) }
}

describe('the history of an object', { timeout: 20_000 }, () => {
  it('tells each change: when, by whom, which fields, and what was found then', async () => {
    const given = await cluster([virtualService('shop', 'web', split(90))])
    const { as } = await consoleOn(given.kubeconfig)
    const admin = as('mesh-admin')
    await until(async () => expect(await told(admin)).toHaveLength(1))
    const began = Date.now()
    await apply(given, virtualService('shop', 'web', split(50)))
    await until(async () => expect(await told(admin)).toHaveLength(2))
    await apply(given, virtualService('shop', 'web', split(40)), 'argocd-controller')
    given.remove(virtualService('shop', 'web'))
    await until(async () => expect(await told(admin)).toHaveLength(4))
    const [deleted, second, first, found] = await entriesOf(admin, web)
    expect(found).toMatchObject({ change: 'found', fields: [], isThroughWeft: false, reason: null })
    expect(first).toMatchObject({
      change: 'changed',
      author: 'kubectl',
      manager: 'kubectl',
      fields: ['spec.http[0].route[0].weight', 'spec.http[0].route[1].weight'],
      object: { group: 'networking.istio.io', kind: 'VirtualService', namespace: 'shop', name: 'web' },
    })
    expect(first?.findings.Error).toBeGreaterThan(0)
    expect(first?.at).toBeGreaterThanOrEqual(Math.floor(began / 1000) * 1000)
    expect(first?.at).toBeLessThanOrEqual(Date.now() + 1000)
    expect(second).toMatchObject({ change: 'changed', author: 'argocd-controller' })
    expect(deleted).toMatchObject({
      change: 'deleted',
      author: 'unknown',
      manager: null,
      findings: { Error: 0, Warning: 0, Info: 0 },
    })
  })

  it('is narrowed where it is kept: by author, kind, sort, way, words and time, with what there is to choose from', async () => {
    const given = await cluster([virtualService('shop', 'web', split(90)), namespace('shop')])
    const { as } = await consoleOn(given.kubeconfig)
    const admin = as('mesh-admin')
    await until(async () => expect(await told(admin)).toHaveLength(1))
    await apply(given, virtualService('shop', 'web', split(50)), 'argocd-controller')
    await until(async () => expect(await told(admin)).toHaveLength(2))
    const all = await entriesOf(admin)
    const [newest] = await entriesOf(admin, web)
    const ask = async (query: string) => (await entriesOf(admin, query)).map(({ id }) => id)
    expect(await ask(`?author=${encodeURIComponent('["argocd-controller"]')}`)).toEqual([newest?.id])
    expect(await ask('?kind=networking.istio.io/VirtualService,core/Namespace')).toHaveLength(all.length)
    expect(await ask('?kind=core/Namespace')).toHaveLength(all.length - 2)
    expect(await ask('?change=changed,deleted')).toEqual([newest?.id])
    expect(await ask('?through=weft')).toEqual([])
    expect(await ask('?q=ARGO%20weight')).toEqual([newest?.id])
    expect(await ask(`?since=${(newest?.at ?? 0) + 1}`)).toEqual([])
    expect(await ask(`?until=${(newest?.at ?? 0) + 1}`)).toHaveLength(all.length)
    // oxlint-disable-next-line no-await-in-loop -- one by one
    for (const wrong of ['author=kubectl', 'kind=Gateway', 'since=yesterday', 'through=magic'])
      expect(await admin(`/history?${wrong}`), wrong).toMatchObject({ status: 400 })
    const { body } = await admin('/history-tally?namespaces=shop')
    expect(body['authors']).toContainEqual({ author: 'argocd-controller', count: 1 })
    expect(body['kinds']).toContainEqual({ group: 'networking.istio.io', kind: 'VirtualService', count: 2 })
    await apply(given, virtualService('pay', 'secret'), 'payer')
    await until(async () => expect(await told(admin, '?author=["payer"]')).toHaveLength(1))
    const { body: seen } = await as('shop-dev')('/history-tally')
    expect((seen['authors'] as { author: string }[]).map(({ author }) => author)).not.toContain('payer')
  })

  it('tells what it finds at its start in the order it was written, whatever the kinds', async () => {
    const times = [7, 3, 9]
    const objects = times.map((day, index) => ({
      ...(index === 1 ? namespace('n3') : virtualService('shop', `n${day}`)),
    }))
    const written = objects.map((object, index) => ({
      ...object,
      metadata: {
        ...object.metadata,
        labels: { 'istio-injection': 'enabled' },
        managedFields: [
          {
            manager: 'kubectl',
            operation: 'Update',
            apiVersion: 'v1',
            time: `2026-11-0${times[index]}T00:00:00Z`,
            fieldsV1: {},
          },
        ],
      },
    }))
    const given = await cluster(written as Manifest[])
    const { as } = await consoleOn(given.kubeconfig)
    await until(async () => {
      const names = (await entriesOf(as('mesh-admin'))).map(({ object }) => object.name)
      expect(names.filter(name => /^n\d$/.test(name))).toEqual(['n9', 'n7', 'n3'])
    })
  })

  it('is quiet about what nobody means: status, and the bookkeeping of the server', async () => {
    const given = await cluster([virtualService('shop', 'web')])
    const { as } = await consoleOn(given.kubeconfig)
    await until(async () => expect(await told(as(''))).toHaveLength(1))
    const path = `${istio}/shop/virtualservices/web/status?fieldManager=istiod&force=true`
    await given.as('mesh-admin', 'PATCH', path, {
      ...virtualService('shop', 'web'),
      status: { conditions: [{ type: 'Reconciled', status: 'True' }] },
    })
    await apply(given, virtualService('shop', 'other'))
    await until(async () => expect(await told(as(''), '')).toContain('created other by kubectl'))
    expect(await told(as(''))).toHaveLength(1)
  })

  it('knows which user of the console made a change, and why', async () => {
    const given = await cluster()
    const { as } = await consoleOn(given.kubeconfig)
    const [dev, admin] = [as('shop-dev'), as('mesh-admin')]
    const change = (manifest: Manifest, more: Json = {}) => ({
      apply: [{ manifest, take: [], ...more }],
      delete: [],
      dryRun: false,
      reason: 'incident 12',
    })
    expect(await dev('/apply', change(virtualService('shop', 'web', split(90))))).toMatchObject({
      body: { isComplete: true },
    })
    await untilTold(admin, ['created web by shop-dev'])
    expect((await entriesOf(admin, web))[0]).toMatchObject({
      manager: 'weft',
      isThroughWeft: true,
      reason: 'incident 12',
    })
    const { body } = await dev('/objects/networking.istio.io/VirtualService/shop/web')
    const resourceVersion = (body['object'] as Manifest).metadata['resourceVersion']
    const gone = { apply: [], delete: [{ object: { ...(await entriesOf(admin, web))[0]?.object }, resourceVersion }] }
    expect(await admin('/apply', { ...gone, dryRun: false })).toMatchObject({ body: { isComplete: true } })
    await untilTold(admin, ['deleted web by mesh-admin', 'created web by shop-dev'])
  })

  it('knows which assertions a change turned, and tells them whoever may list the ConfigMaps that keep them', async () => {
    const { open } = storeFile()
    const store = open()
    onTestFinished(() => store.close())
    const given = await cluster([virtualService('shop', 'web', split(90)), namespace('shop'), namespace('pay')])
    const { as } = await consoleOn(given.kubeconfig, store)
    const [dev, admin] = [as('shop-dev'), as('mesh-admin')]
    await until(async () => expect(await told(admin)).toHaveLength(1))
    const path = `${istio}/shop/virtualservices/web?fieldManager=kubectl&force=true`
    const written = await given.as('mesh-admin', 'PATCH', path, virtualService('shop', 'web', split(50)))
    const { metadata } = written as unknown as Manifest
    await until(async () => expect((await told(admin))[0]).toContain('changed'))
    const object = { group: 'networking.istio.io', kind: 'VirtualService', namespace: 'shop', name: 'web' }
    const turn = { mesh: 'lab', object, at: 1, written: String(metadata['resourceVersion']), was: 'holds' } as const
    const assertion = (place: string) => ({
      namespace: place,
      name: 'promises',
      text: `nothing reaches ${place}-vault`,
    })
    await store.turn({ ...turn, assertion: assertion('shop'), became: 'broken' })
    await store.turn({ ...turn, at: 2, assertion: assertion('pay'), became: 'uncertain' })
    const turnsOf = async (call: Call) => {
      const [entry] = await entriesOf(call, web)
      const { body } = await call(`/history/${entry?.id}`)
      return { counts: entry?.turns, turns: body['turns'] }
    }
    expect(await turnsOf(admin)).toEqual({
      counts: { broken: 1, holds: 0, uncertain: 1 },
      turns: [
        { assertion: assertion('shop'), was: 'holds', became: 'broken' },
        { assertion: assertion('pay'), was: 'holds', became: 'uncertain' },
      ],
    })
    const seen = await turnsOf(dev)
    expect(seen.counts).toEqual({ broken: 1, holds: 0, uncertain: 0 })
    expect(JSON.stringify(seen)).not.toContain('pay')
  })

  it('knows the user of each step, where a change needs two', async () => {
    const given = await cluster()
    const { as } = await consoleOn(given.kubeconfig)
    const [dev, admin] = [as('shop-dev'), as('mesh-admin')]
    expect(await told(admin, '')).toEqual([])
    const object = virtualService('shop', 'web', split(90))
    await apply(given, { ...object, metadata: { ...object.metadata, labels: { team: 'us' } } })
    await untilTold(admin, ['created web by kubectl'])
    const { body } = await dev('/objects/networking.istio.io/VirtualService/shop/web')
    const { resourceVersion } = (body['object'] as Manifest).metadata
    const manifest = { ...object, spec: { ...(object['spec'] as Json), exportTo: ['.'] } }
    const change = { apply: [{ manifest, take: ['metadata.labels'], resourceVersion }], delete: [], dryRun: false }
    const done = await dev('/apply', change)
    expect(done.body['outcomes']).toMatchObject([{ result: 'applied', because: null }])
    await untilTold(admin, ['changed web by shop-dev', 'changed web by shop-dev', 'created web by kubectl'])
    const [removed, added] = await entriesOf(admin, web)
    expect([removed?.fields, added?.fields]).toEqual([['metadata.labels'], ['spec.exportTo']])
  })

  it('holds the labels of Namespaces that the mesh reads, in the namespace’s own timeline', async () => {
    const given = await cluster([namespace('team'), virtualService('shop', 'web')])
    const { as } = await consoleOn(given.kubeconfig)
    const admin = as('mesh-admin')
    await until(async () => expect(await told(admin)).toHaveLength(1))
    given.put(namespace('team', { 'istio-injection': 'enabled', owner: 'us' }))
    given.put(namespace('team', { 'istio-injection': 'enabled', owner: 'them' }))
    await until(async () => expect(await entriesOf(admin, '?namespaces=team')).toHaveLength(1))
    expect((await entriesOf(admin, '?namespaces=team'))[0]).toMatchObject({
      change: 'changed',
      fields: ['metadata.labels'],
      object: { kind: 'Namespace', name: 'team' },
    })
    expect(await told(admin, '?namespaces=shop')).toHaveLength(1)
  })

  it('can be paged through, and says what it does not understand', async () => {
    const given = await cluster(Array.from({ length: 7 }, (_, index) => virtualService('shop', `web-${index}`)))
    const { as } = await consoleOn(given.kubeconfig)
    const admin = as('mesh-admin')
    await until(async () => expect(await entriesOf(admin)).toHaveLength(7))
    const first = await admin('/history?limit=5')
    const entries = first.body['entries'] as HistoryEntry[]
    expect(first.body).toMatchObject({ isEnd: false })
    const second = await admin(`/history?limit=5&before=${entries.at(-1)?.id}`)
    expect(second.body).toMatchObject({ isEnd: true })
    const names = [...entries, ...(second.body['entries'] as HistoryEntry[])].map(({ object }) => object.name)
    expect(new Set(names).size).toBe(7)
    // oxlint-disable-next-line no-await-in-loop -- few
    for (const query of ['limit=0', 'limit=1e3', 'before=x', 'object=shop/web', 'object=a/b/c/d/e'])
      expect(await admin(`/history?${query}`)).toMatchObject({ status: 400 })
  })
})

describe('a version', { timeout: 20_000 }, () => {
  it('is told with what was before it, and brings the object back when it is applied', async () => {
    const given = await cluster()
    const { as } = await consoleOn(given.kubeconfig)
    const admin = as('mesh-admin')
    expect(await told(admin, '')).toEqual([])
    await apply(given, virtualService('shop', 'web', split(90)))
    await untilTold(admin, ['created web by kubectl'])
    await apply(given, virtualService('shop', 'web', split(50)))
    await until(async () => expect(await told(admin)).toHaveLength(2))
    const [newer, older] = await entriesOf(admin, web)
    const { body } = await admin(`/history/${newer?.id}`)
    expect(body).toMatchObject({ entry: newer, before: { spec: split(90) }, after: { spec: split(50) } })
    expect(body['findings']).toContainEqual(expect.objectContaining({ code: 'IST0101' }))
    for (const word of ['managedFields', 'resourceVersion', '"uid"', 'status', 'creationTimestamp'])
      expect(JSON.stringify(body)).not.toContain(word)

    const compared = await admin(`/history/${older?.id}/compare/${newer?.id}`)
    expect(compared.body).toMatchObject({
      from: older,
      to: newer,
      diff: [
        { path: 'spec.http[0].route[0].weight', before: 90, after: 50 },
        { path: 'spec.http[0].route[1].weight', before: 10, after: 50 },
      ],
    })
    await apply(given, body['before'] as unknown as Manifest)
    await until(async () => expect(await told(admin)).toHaveLength(3))
    const back = await admin(`/history/${older?.id}/compare/${(await entriesOf(admin, web))[0]?.id}`)
    expect(back.body['diff']).toEqual([])
  })

  it.each(['999999', '0', 'x', '1e3', '-1', '%2e%2e'])('that is not there (%s) is a problem with words', async id => {
    const given = await cluster()
    const { as } = await consoleOn(given.kubeconfig)
    const { status, body } = await as('mesh-admin')(`/history/${id}`)
    expect(status).toBe(404)
    expect(body['detail']).toMatch(/^There is no/)
  })
})

describe('a restart', { timeout: 20_000 }, () => {
  it('records nothing twice, and once each what changed while nobody watched', async () => {
    const file = storeFile()
    const same = ['web', 'edited', 'gone'].map(name => virtualService('shop', name))
    let later = 0
    const objects = [...same, namespace('team', { 'istio-injection': 'enabled' })]
    const given = await cluster(objects, { now: () => Date.now() + later })
    const query = '?namespaces=shop,team'
    const run = async (check: (call: Call) => Promise<void>) => {
      const store = file.open()
      const { as, app } = await consoleOn(given.kubeconfig, store)
      await check(as('mesh-admin'))
      await app.close()
      await store.close()
    }
    await run(async call => {
      await until(async () => expect(await told(call, query)).toHaveLength(4))
      await apply(given, virtualService('shop', 'web', { hosts: ['web', 'www'] }))
      await until(async () => expect(await told(call, query)).toHaveLength(5))
    })
    await run(async call => {
      await call('/objects')
      expect(await told(call, query)).toHaveLength(5)
    })
    await apply(given, virtualService('shop', 'edited', { hosts: ['first'] }))
    later = 5000
    await apply(given, virtualService('shop', 'edited', { hosts: ['second'] }), 'helm')
    given.remove(virtualService('shop', 'gone'))
    await run(async call => {
      await until(async () => expect(await told(call, query)).toHaveLength(7))
      const entries = await entriesOf(call, query)
      expect(
        entries
          .slice(0, 2)
          .map(({ object }) => object.name)
          .toSorted(),
      ).toEqual(['edited', 'gone'])
      expect(entries.find(({ object }) => object.name === 'edited')).toMatchObject({
        change: 'found',
        author: 'helm',
        fields: ['spec.hosts[0]'],
      })
      expect(entries.find(({ object }) => object.name === 'gone')).toMatchObject({ change: 'deleted' })
    })
    await run(async call => {
      await call('/objects')
      expect(await told(call, query)).toHaveLength(7)
    })
  })
})

describe('what the past holds back', { timeout: 20_000 }, () => {
  it('is what the caller may not get', async () => {
    const objects = ['shop', 'pay', 'logistics'].map(place => virtualService(place, `${place}-web`))
    const given = await cluster(objects)
    const { as } = await consoleOn(given.kubeconfig)
    const admin = as('mesh-admin')
    await until(async () => expect(await told(admin, '')).toHaveLength(3))
    const all = await entriesOf(admin)
    const names = async (user: string, query = '') =>
      (await entriesOf(as(user), query)).map(({ object }) => object.name).toSorted()
    expect(await names('viewer')).toEqual(['logistics-web', 'pay-web', 'shop-web'])
    expect(await names('shop-dev')).toEqual(['logistics-web', 'shop-web'])
    expect(await names('shop-dev', '?namespaces=pay')).toEqual([])
    const hiddenOne = all.find(({ object }) => object.namespace === 'pay')
    const shown = all.find(({ object }) => object.namespace === 'shop')
    expect(await as('shop-dev')(`/history/${hiddenOne?.id}`)).toMatchObject({ status: 404 })
    expect(await as('shop-dev')(`/history/${shown?.id}`)).toMatchObject({ status: 200 })
    expect(await as('shop-dev')(`/history/${shown?.id}/compare/${hiddenOne?.id}`)).toMatchObject({ status: 404 })
    expect(await as('shop-dev')('/history?object=networking.istio.io/VirtualService/pay/pay-web')).toMatchObject({
      status: 403,
      body: { detail: 'shop-dev may not read VirtualService pay/pay-web (get), nor its history.' },
    })
  })

  it('is every Secret, also in the file', async () => {
    const file = storeFile()
    const secret = (word: string): Manifest => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'certificate', namespace: 'shop', labels: { 'istio.io/rev': 'x' } },
      data: { key: Buffer.from(word).toString('base64') },
    })
    const given = await cluster([secret('first-secret'), virtualService('shop', 'web')])
    const store = file.open()
    const { as, app } = await consoleOn(given.kubeconfig, store)
    await until(async () => expect(await told(as(''))).toHaveLength(1))
    given.put(secret('second-secret'))
    await apply(given, virtualService('shop', 'later'))
    await until(async () => expect(await told(as(''), '')).toHaveLength(2))
    const { body } = await as('')('/history?object=core/Secret/shop/certificate')
    expect(body['entries'] ?? []).toEqual([])
    await app.close()
    await store.close()
    const bytes = readFileSync(file.path).toString('latin1')
    for (const word of ['certificate', Buffer.from('first-secret').toString('base64')])
      expect(bytes).not.toContain(word)
  })
})

describe('a store that does not answer', { timeout: 20_000 }, () => {
  it('is said to whoever asks, and later gets what happened meanwhile, once', async () => {
    const { folder } = storeFile()
    const path = join(folder, 'later', 'history.db')
    writeFileSync(join(folder, 'later'), 'in the way')
    const store = openStore({ place: { kind: 'file', path }, pause: 50 })
    onTestFinished(() => store.close())
    const given = await cluster([virtualService('shop', 'web')])
    const { as } = await consoleOn(given.kubeconfig, store)
    const admin = as('mesh-admin')
    await apply(given, virtualService('shop', 'other'))
    const { status, body } = await admin('/history')
    expect(status).toBe(503)
    expect(body['detail']).toMatch(/^The store .* cannot be opened: .*WEFT_STORE says where it is\.$/)
    rmSync(join(folder, 'later'))
    await until(async () => expect(await told(admin, '')).toHaveLength(2))
    expect((await entriesOf(admin)).map(({ object }) => object.name).toSorted()).toEqual(['other', 'web'])
  })
})

describe('a cluster that does not answer', { timeout: 20_000 }, () => {
  it('is said to whoever asks for its past: whose past it is, nobody knows', async () => {
    const given = await cluster()
    writeFileSync(given.kubeconfig, readFileSync(given.kubeconfig, 'utf8').replace(/127\.0\.0\.1:\d+/, '127.0.0.1:9'))
    const { as } = await consoleOn(given.kubeconfig)
    const { status, body } = await as('mesh-admin')('/history')
    expect([502, 503]).toContain(status)
    expect(body['detail']).toMatch(/Kubernetes/)
  })
})
