import { describe, expect, it } from 'vitest'
import type { Outcome } from '#shared/config/api.ts'
import { inverseOf } from '#shared/config/change/inverse.ts'
import {
  type Cluster,
  cluster,
  consoleOn,
  type Json,
  type Manifest,
  namespace,
  service,
  virtualService,
} from './lab.fixture.ts'

interface Wished {
  manifest: unknown
  take?: string[]
  resourceVersion?: string | undefined
}
type Answer = { status: number; outcomes: Outcome[]; isComplete: boolean; detail?: string }

/** A console, asked to change things as one of the lab's people. */
async function changing(given: Cluster) {
  const { as, app } = await consoleOn(given.kubeconfig)
  const send = async (user: string, body: Json): Promise<Answer> => {
    const reply = await as(user)('/apply', body)
    return { status: reply.status, ...(reply.body as Omit<Answer, 'status'>) }
  }
  const apply = (user: string, wishes: Wished[], more: Json = {}) =>
    send(user, { apply: wishes.map(wish => ({ take: [], ...wish })), delete: [], dryRun: false, ...more })
  const remove = (user: string, objects: Json[], more: Json = {}) =>
    send(user, { apply: [], delete: objects.map(object => ({ object })), dryRun: false, ...more })
  const read = async (path: string) => (await as('mesh-admin')(`/objects/${path}`)).body['object'] as Manifest
  return { apply, remove, read, send, as, app }
}

const group = 'networking.istio.io'
const web = 'networking.istio.io/VirtualService/shop/web'
const routes = (weights: number[]) =>
  weights.map((weight, index) => ({ weight, destination: { host: 'web', subset: `v${index + 1}` } }))
const weighted = (...weights: number[]): Manifest =>
  virtualService('shop', 'web', { http: [{ route: routes(weights) }] })
/** As somebody's kubectl has applied it. */
const byKubectl = (given: Cluster, manifest: Manifest, manager = 'kubectl') =>
  given.as(
    'mesh-admin',
    'PATCH',
    `/apis/${group}/v1/namespaces/${manifest.metadata.namespace}/virtualservices/${manifest.metadata.name}?fieldManager=${manager}`,
    manifest,
  )
const versionOf = (object: Manifest) => object.metadata['resourceVersion'] as string

describe('an apply', () => {
  it('makes a new object, tried before with the server’s own answer', async () => {
    const given = await cluster()
    const { apply, read } = await changing(given)
    const tried = await apply('mesh-admin', [{ manifest: weighted(90, 10) }], { dryRun: true })
    expect(tried).toMatchObject({
      status: 200,
      isComplete: true,
      outcomes: [{ result: 'created', before: null, after: { kind: 'VirtualService' }, diff: [{ path: '' }] }],
    })
    expect(await read(web)).toBeUndefined()
    const { outcomes } = await apply('mesh-admin', [{ manifest: weighted(90, 10) }])
    expect(outcomes[0]?.result).toBe('created')
    expect((await read(web))['spec']).toEqual(outcomes[0]?.after?.['spec'])
  })

  it('tells the fields that differ, and `unchanged` where none does', async () => {
    const given = await cluster()
    const { apply, read } = await changing(given)
    await apply('mesh-admin', [{ manifest: weighted(90, 10) }])
    const resourceVersion = versionOf(await read(web))
    const same = await apply('mesh-admin', [{ manifest: weighted(90, 10), resourceVersion }])
    expect(same.outcomes[0]).toMatchObject({ result: 'unchanged', diff: [] })
    const other = await apply('mesh-admin', [
      { manifest: weighted(50, 50), resourceVersion: versionOf(await read(web)) },
    ])
    expect(other.outcomes[0]).toMatchObject({
      result: 'applied',
      diff: [
        { path: 'spec.http[0].route[0].weight', before: 90, after: 50 },
        { path: 'spec.http[0].route[1].weight', before: 10, after: 50 },
      ],
    })
  })

  it('is made as the caller: two users get two answers', async () => {
    const { apply, read } = await changing(await cluster())
    const viewer = await apply('viewer', [{ manifest: weighted(90, 10) }])
    expect(viewer).toMatchObject({
      isComplete: false,
      outcomes: [
        {
          result: 'forbidden',
          because:
            'viewer may not create virtualservices.networking.istio.io in the namespace shop. Ask an administrator for that right.',
        },
      ],
    })
    expect(await read(web)).toBeUndefined()
    expect((await apply('shop-dev', [{ manifest: weighted(90, 10) }])).outcomes[0]?.result).toBe('created')
    const elsewhere = await apply('shop-dev', [{ manifest: virtualService('pay', 'web') }])
    expect(elsewhere.outcomes[0]).toMatchObject({
      result: 'forbidden',
      because: expect.stringContaining('namespace pay'),
    })
  })

  it('by a stranger is refused, and nothing is written', async () => {
    const { apply, read } = await changing(await cluster())
    expect(await apply('root', [{ manifest: weighted(1) }])).toMatchObject({ status: 400 })
    expect(await read(web)).toBeUndefined()
  })

  it('of what somebody changed meanwhile is a conflict that shows what is there now', async () => {
    const given = await cluster()
    await byKubectl(given, weighted(90, 10))
    const { apply, read } = await changing(given)
    const resourceVersion = versionOf(await read(web))
    await byKubectl(given, weighted(80, 20))
    const { outcomes } = await apply('mesh-admin', [{ manifest: weighted(50, 50), resourceVersion }])
    expect(outcomes[0]).toMatchObject({
      result: 'conflict',
      because: 'VirtualService shop/web was changed by kubectl meanwhile; merge that change and apply again.',
      before: { spec: weighted(80, 20)['spec'] },
    })
    expect((await read(web))['spec']).toMatchObject(weighted(80, 20)['spec'] as object)
  })

  it('onto an object whose status a controller has written meanwhile is no conflict', async () => {
    const given = await cluster([weighted(90, 10)])
    const { apply, read } = await changing(given)
    const seen = await read(web)
    given.put({ ...weighted(90, 10), status: { observedGeneration: '7' } })
    expect(versionOf(await read(web))).not.toBe(versionOf(seen))
    const wish = { manifest: weighted(50, 50), take: ['spec.http'], resourceVersion: versionOf(seen) }
    expect((await apply('mesh-admin', [wish])).outcomes[0]?.result).toBe('applied')
  })

  it('of a new object where there is one is a conflict, and of one deleted meanwhile too', async () => {
    const given = await cluster([weighted(90, 10)])
    const { apply } = await changing(given)
    expect((await apply('mesh-admin', [{ manifest: weighted(1, 2) }])).outcomes[0]).toMatchObject({
      result: 'conflict',
      because: 'There is a VirtualService shop/web already; open it and merge, or choose another name.',
    })
    given.remove(weighted(90, 10))
    expect((await apply('mesh-admin', [{ manifest: weighted(1, 2), resourceVersion: '5' }])).outcomes[0]).toMatchObject(
      {
        result: 'conflict',
        because: expect.stringContaining('was deleted meanwhile'),
      },
    )
  })
})

describe('a field of somebody else', () => {
  it('is a conflict with owner and time, and changed only when it is ticked', async () => {
    const given = await cluster()
    await byKubectl(given, {
      ...weighted(90, 10),
      metadata: { ...weighted().metadata, labels: { 'app.kubernetes.io/name': 'a' } },
    })
    const { apply, read } = await changing(given)
    const manifest = {
      ...weighted(50, 50),
      metadata: { ...weighted().metadata, labels: { 'app.kubernetes.io/name': 'b' } },
    }
    const wish = { manifest, resourceVersion: versionOf(await read(web)) }
    const { outcomes } = await apply('mesh-admin', [wish], { dryRun: true })
    expect(outcomes[0]).toMatchObject({
      result: 'conflict',
      because: '2 fields are owned by kubectl: tick what to take over, or leave it as it is.',
      conflicts: [
        {
          path: 'metadata.labels["app.kubernetes.io/name"]',
          manager: 'kubectl',
          kind: 'change',
          theirs: 'a',
          ours: 'b',
        },
        { path: 'spec.http', manager: 'kubectl', kind: 'change', time: expect.any(Number) },
      ],
    })
    expect(outcomes[0]?.diff.length).toBeGreaterThan(0)
    const bare = { ...weighted(50, 50), spec: { ...(weighted(50, 50)['spec'] as Json), hosts: ['other'] } }
    const three = await apply('mesh-admin', [{ ...wish, manifest: bare }], { dryRun: true })
    expect(three.outcomes[0]?.conflicts.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      'change spec.hosts',
      'change spec.http',
      'remove metadata.labels',
    ])
    const one = await apply('mesh-admin', [{ ...wish, take: ['spec.http'] }])
    expect(one.outcomes[0]).toMatchObject({
      result: 'conflict',
      because: expect.stringContaining('A field is owned by kubectl'),
    })
    expect((await read(web)).metadata.labels).toEqual({ 'app.kubernetes.io/name': 'a' })
    const both = await apply('mesh-admin', [
      { ...wish, take: ['spec.http', 'metadata.labels["app.kubernetes.io/name"]'] },
    ])
    expect(both.outcomes[0]?.result).toBe('applied')
    expect((await read(web)).metadata.labels).toEqual({ 'app.kubernetes.io/name': 'b' })
  })

  it('that was left out stays and is told, and goes when it is ticked', async () => {
    const given = await cluster()
    const labels = { team: 'kubectl', 'a.b/c': 'x' }
    await byKubectl(given, { ...weighted(90, 10), metadata: { ...weighted().metadata, labels } })
    const { apply, read } = await changing(given)
    const { status: _, ...object } = await read(web)
    const { resourceVersion, labels: __, ...metadata } = object.metadata
    const wish = { manifest: { ...object, metadata }, resourceVersion: resourceVersion as string }
    const tried = await apply('mesh-admin', [wish], { dryRun: true })
    expect(tried.outcomes[0]?.conflicts).toMatchObject([
      { path: 'metadata.labels', manager: 'kubectl', kind: 'remove', theirs: labels },
    ])
    expect(tried.isComplete).toBe(true)
    const take = ['metadata.labels']
    const ticked = await apply('mesh-admin', [{ ...wish, take }], { dryRun: true })
    expect(ticked.outcomes[0]).toMatchObject({
      result: 'applied',
      conflicts: [],
      diff: [{ path: 'metadata.labels', before: labels }],
    })
    expect((await read(web)).metadata.labels).toEqual(labels)
    const done = await apply('mesh-admin', [{ ...wish, take }])
    expect(done.outcomes[0]).toMatchObject({ result: 'applied', conflicts: [] })
    expect((await read(web)).metadata.labels).toBeUndefined()
  })

  it('of an object that GitOps looks after needs a reason', async () => {
    const given = await cluster()
    const tracked = { ...weighted().metadata, annotations: { 'argocd.argoproj.io/tracking-id': 'shop-prod:x' } }
    await byKubectl(given, { ...weighted(90, 10), metadata: tracked }, 'argocd-controller')
    const { apply, read } = await changing(given)
    const wish = {
      manifest: { ...weighted(50, 50), metadata: tracked },
      take: ['spec.http'],
      resourceVersion: versionOf(await read(web)),
    }
    expect((await apply('mesh-admin', [wish])).outcomes[0]).toMatchObject({
      result: 'rejected',
      because: expect.stringContaining('is looked after by Argo CD (shop-prod), which will undo a change made here'),
    })
    expect((await apply('mesh-admin', [wish], { reason: '  ' })).isComplete).toBe(false)
    expect((await apply('mesh-admin', [wish], { reason: 'outage' })).outcomes[0]?.result).toBe('applied')
  })
})

describe('a race of fifty', () => {
  it('edits of one object loses none, and each conflict is shown', async () => {
    const given = await cluster([weighted(90, 10)])
    const { apply, read } = await changing(given)
    let conflicts = 0
    let isStale = true
    const edit = async (index: number): Promise<void> => {
      for (;;) {
        const object = await read(web)
        const { resourceVersion, managedFields: _, ...metadata } = object.metadata
        const annotations = {
          ...(metadata['annotations'] as Record<string, string> | undefined),
          [`edit-${index}`]: 'x',
        }
        const manifest = { ...object, metadata: { ...metadata, annotations } }
        const { outcomes } = await apply('mesh-admin', [
          { manifest, resourceVersion: resourceVersion as string, take: ['spec.hosts', 'spec.http'] },
        ])
        if (outcomes[0]?.result === 'applied') return
        expect(outcomes[0]).toMatchObject({ result: 'conflict', because: expect.stringMatching(/meanwhile/) })
        isStale &&= (outcomes[0]?.because ?? '') !== ''
        conflicts += 1
      }
    }
    await Promise.all(Array.from({ length: 50 }, (_, index) => edit(index)))
    const kept = Object.keys((await read(web)).metadata['annotations'] as object).filter(name =>
      name.startsWith('edit-'),
    )
    expect(kept).toHaveLength(50)
    expect(conflicts).toBeGreaterThan(0)
    expect(isStale).toBe(true)
  }, 60_000)

  it('makers of one new object lets one make it, and says to the others that it is there', async () => {
    const { apply, read } = await changing(await cluster())
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => apply('mesh-admin', [{ manifest: weighted(index + 1, 1) }])),
    )
    const results = answers.map(({ outcomes }) => outcomes[0]?.result)
    expect(results.filter(result => result === 'created')).toHaveLength(1)
    expect(results.filter(result => result === 'conflict')).toHaveLength(49)
    const winner = results.indexOf('created') + 1
    expect((await read(web))['spec']).toMatchObject(weighted(winner, 1)['spec'] as object)
  }, 30_000)
})

describe('what cannot be', () => {
  const manifest = (changes: Json) => ({ ...weighted(1), ...changes })
  it.each<[string, unknown, string, string]>([
    ['a field nobody knows', manifest({ spec: { hosts: ['web'], htp: [] } }), 'rejected', 'htp'],
    ['a value the schema refuses', manifest({ spec: { hosts: ['web'], http: 'no' } }), 'rejected', 'http'],
    ['no kind', manifest({ kind: undefined }), 'rejected', 'has no kind'],
    [
      'a kind the cluster does not serve',
      manifest({ kind: 'Teapot' }),
      'rejected',
      'does not serve Teapot in networking.istio.io/v1',
    ],
    [
      'a version the cluster does not serve',
      manifest({ apiVersion: 'networking.istio.io/v9' }),
      'rejected',
      'does not serve',
    ],
    ['an apiVersion that leads elsewhere', manifest({ apiVersion: '../../api/v1' }), 'rejected', 'does not serve'],
    ['no name', manifest({ metadata: { namespace: 'shop' } }), 'rejected', 'The name of the VirtualService is missing'],
    [
      'a name that leads elsewhere',
      manifest({ metadata: { namespace: 'shop', name: '../x' } }),
      'rejected',
      'may not contain "/"',
    ],
    ['a name of dots', manifest({ metadata: { namespace: 'shop', name: '..' } }), 'rejected', 'may not be ".."'],
    ['no namespace', manifest({ metadata: { name: 'web' } }), 'rejected', 'lives in a namespace'],
    [
      'a namespace that is not there',
      manifest({ metadata: { name: 'web', namespace: 'nowhere' } }),
      'rejected',
      'There is no namespace nowhere',
    ],
    [
      'a namespace that is none',
      manifest({ metadata: { name: 'web', namespace: '<b>' } }),
      'rejected',
      '"<b>" is not a namespace name',
    ],
    [
      'a namespace for what belongs to the cluster',
      { ...namespace('a'), metadata: { name: 'a', namespace: 'shop' } },
      'rejected',
      'belongs to the whole cluster',
    ],
  ])('%s is told so, and nothing is written', async (_, wished, result, because) => {
    const given = await cluster()
    const { apply } = await changing(given)
    const before = given.kubernetes.store.revision
    const { outcomes, isComplete } = await apply('mesh-admin', [{ manifest: wished }])
    expect(outcomes[0]).toMatchObject({ result, because: expect.stringContaining(because) })
    expect(isComplete).toBe(false)
    expect(given.kubernetes.store.revision).toBe(before)
  })

  it('names the field of an unknown one', async () => {
    const { apply } = await changing(await cluster())
    const { outcomes } = await apply('mesh-admin', [{ manifest: manifest({ spec: { hosts: ['web'], htp: [] } }) }])
    expect(outcomes[0]?.causes).toEqual([{ path: 'spec.htp', message: expect.any(String) }])
  })
})

describe('a change of several objects', () => {
  const rule = virtualService('shop', 'b')

  it('is tried as a whole: where one is refused, none is written', async () => {
    const { apply, read } = await changing(await cluster())
    const bad = virtualService('shop', 'bad', { hosts: 7 })
    const { outcomes, isComplete } = await apply('mesh-admin', [
      { manifest: weighted(1) },
      { manifest: bad },
      { manifest: rule },
    ])
    expect(isComplete).toBe(false)
    expect(outcomes.map(({ result }) => result)).toEqual(['notTried', 'rejected', 'notTried'])
    expect(await read(web)).toBeUndefined()
  })

  it('stops at the first that fails in the middle, says what was written, and can be taken back', async () => {
    const given = await cluster([service('shop', 'web')])
    const { apply, read, send } = await changing(given)
    // The API server goes away after the first of three has been written.
    const leave = given.kubernetes.store.subscribe(({ object }) => {
      if (object.kind === 'VirtualService' && object.metadata.name === 'web')
        given.kubernetes.server.setAvailable(false)
    })
    const { outcomes, isComplete } = await apply('mesh-admin', [
      { manifest: rule },
      { manifest: weighted(1) },
      { manifest: virtualService('shop', 'c') },
    ])
    leave()
    expect(isComplete).toBe(false)
    expect(outcomes.map(({ result }) => result)).toEqual(['created', 'failed', 'notTried'])
    expect(outcomes[1]?.because).toMatch(/Whether VirtualService shop\/web was written is not known; look at it/)
    expect(outcomes[2]?.because).toBe('Not tried, because VirtualService shop/web failed before.')
    given.kubernetes.server.setAvailable(true)
    expect((await read('networking.istio.io/VirtualService/shop/b')).metadata.name).toBe('b')
    const back = await send('mesh-admin', { ...inverseOf(outcomes), dryRun: false })
    expect(back.outcomes.map(({ result }) => result)).toEqual(['deleted'])
    expect(await read('networking.istio.io/VirtualService/shop/b')).toBeUndefined()
  })

  it('may make a namespace and what lives in it', async () => {
    const { apply, read } = await changing(await cluster())
    const answer = await apply('mesh-admin', [
      { manifest: namespace('fresh') },
      { manifest: virtualService('fresh', 'web') },
    ])
    expect(answer.outcomes.map(({ result }) => result)).toEqual(['created', 'created'])
    expect((await read('networking.istio.io/VirtualService/fresh/web')).metadata.namespace).toBe('fresh')
  })

  it.each([
    ['the same object twice', [{ manifest: weighted(1) }, { manifest: weighted(2) }], 'is in this change twice'],
    [
      'a hundred and one',
      Array.from({ length: 101 }, (_, index) => ({ manifest: virtualService('shop', `v${index}`) })),
      'at most 100',
    ],
  ])('of %s is refused', async (_, wishes, detail) => {
    const { apply } = await changing(await cluster())
    expect(await apply('mesh-admin', wishes)).toMatchObject({ status: 400, detail: expect.stringContaining(detail) })
  })

  it('is taken back field by field as it was', async () => {
    const { apply, read, send } = await changing(await cluster())
    await apply('mesh-admin', [{ manifest: weighted(90, 10) }])
    const before = await read(web)
    const { outcomes } = await apply('mesh-admin', [{ manifest: weighted(50, 50), resourceVersion: versionOf(before) }])
    const back = await send('mesh-admin', { ...inverseOf(outcomes), dryRun: false })
    expect(back.isComplete).toBe(true)
    expect((await read(web))['spec']).toEqual(before['spec'])
  })
})

describe('a delete', () => {
  const object = { group, kind: 'VirtualService', namespace: 'shop', name: 'web' }

  it('is tried, made as the caller, and of what is gone already no failure', async () => {
    const { remove, read } = await changing(await cluster([weighted(1)]))
    expect((await remove('mesh-admin', [object], { dryRun: true })).outcomes[0]).toMatchObject({
      result: 'deleted',
      before: { kind: 'VirtualService' },
    })
    expect((await read(web)).metadata.name).toBe('web')
    expect((await remove('viewer', [object])).outcomes[0]).toMatchObject({
      result: 'forbidden',
      because: expect.stringContaining('viewer may not delete'),
    })
    expect((await remove('mesh-admin', [object])).outcomes[0]?.result).toBe('deleted')
    expect(await read(web)).toBeUndefined()
    expect((await remove('mesh-admin', [object])).outcomes[0]).toMatchObject({
      result: 'unchanged',
      because: expect.stringContaining('not there any more'),
    })
  })

  it('of another version than the person saw is a conflict', async () => {
    const given = await cluster([weighted(1)])
    const { send, read } = await changing(given)
    const answer = await send('mesh-admin', { apply: [], delete: [{ object, resourceVersion: '1' }], dryRun: false })
    expect(answer.outcomes[0]).toMatchObject({ result: 'conflict', because: expect.stringContaining('meanwhile') })
    expect((await read(web)).metadata.name).toBe('web')
  })
})

describe('a Secret', () => {
  it('is changed without showing what it holds, before or after', async () => {
    const secret = (value: string) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'certificate', namespace: 'shop' },
      type: 'Opaque',
      data: { key: value },
    })
    const given = await cluster([secret('b2xkLXNlY3JldA==')])
    const { apply, read } = await changing(given)
    const resourceVersion = versionOf(await read('core/Secret/shop/certificate'))
    const answer = await apply('mesh-admin', [{ manifest: secret('bmV3LXNlY3JldA=='), resourceVersion }], {
      dryRun: true,
    })
    expect(answer.outcomes[0]?.diff).toEqual([{ path: 'data.key', before: '(hidden)', after: '(hidden)' }])
    expect(JSON.stringify(answer)).not.toMatch(/b2xkLXNlY3JldA|bmV3LXNlY3JldA/)
  })
})
