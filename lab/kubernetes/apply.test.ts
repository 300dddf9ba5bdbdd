import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Call, startCluster } from './client.ts'
import { service, virtualService, workload } from './fixture.ts'
import { at, type Fields, listOf } from './value.ts'

let cluster: Awaited<ReturnType<typeof startCluster>>
beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.server.close())

const deployments = '/apis/apps/v1/namespaces/shop/deployments'
const configMaps = '/api/v1/namespaces/shop/configmaps'
const virtualServices = '/apis/networking.istio.io/v1/namespaces/shop/virtualservices'
const services = '/api/v1/namespaces/shop/services'

/** A name of its own for each test. */
let name = ''
let count = 0
beforeEach(() => {
  name = `thing-${count++}`
})

const type = 'application/apply-patch+yaml'
const apply = (path: string, manager: string, body: unknown, more = '') =>
  cluster.call({ method: 'PATCH', path: `${path}/${name}?fieldManager=${manager}${more}`, type, body })
const configMap = (data?: Fields, metadata: Fields = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  ...(data ? { data } : {}),
})
const deployment = (spec: Fields, metadata: Fields = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, ...metadata },
  spec,
})
const write = (method: string, path: string, body: unknown, more: Partial<Call> = {}) =>
  cluster.call({ method, path, body, ...more })
const merge = 'application/merge-patch+json'
const entries = (body: unknown) => listOf(at(body, 'metadata.managedFields'))
const entryOf = (body: unknown, manager: string) => entries(body).find(entry => entry['manager'] === manager)
const fieldsOf = (body: unknown, manager: string) => entryOf(body, manager)?.['fieldsV1']

describe('server-side apply', () => {
  it('finds no unknown field in a kind that has neither spec nor status', async () => {
    const made = await apply(configMaps, 'weft', configMap({ a: '1' }), '&fieldValidation=Strict')
    expect(made).toMatchObject({ status: 201, body: { data: { a: '1' } } })
    expect(made.headers).not.toHaveProperty('warning')
  })

  it('makes what is not there, and says who owns what', async () => {
    const made = await apply(configMaps, 'weft', configMap({ a: '1' }, { labels: { app: 'x' } }))
    expect(made.status).toBe(201)
    expect(entries(made.body)).toEqual([
      {
        manager: 'weft',
        operation: 'Apply',
        apiVersion: 'v1',
        time: '2026-11-23T08:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { 'f:a': {} }, 'f:metadata': { 'f:labels': { 'f:app': {} } } },
      },
    ])
  })

  it('owns list items by their keys, sets by their values and the rest of lists as a whole', async () => {
    const container = { name: 'app', image: 'a:1', ports: [{ containerPort: 80 }], args: ['x'], env: [{ name: 'A' }] }
    const body = deployment(
      {
        selector: { matchLabels: { a: 'b' } },
        template: { metadata: { labels: { a: 'b' } }, spec: { containers: [container] } },
      },
      { finalizers: ['lab/held'] },
    )
    const { body: made } = await apply(deployments, 'weft', body)
    expect(fieldsOf(made, 'weft')).toEqual({
      'f:metadata': { 'f:finalizers': { 'v:"lab/held"': {} } },
      'f:spec': {
        'f:selector': {},
        'f:template': {
          'f:metadata': { 'f:labels': { 'f:a': {} } },
          'f:spec': {
            'f:containers': {
              'k:{"name":"app"}': {
                '.': {},
                'f:args': {},
                'f:env': { 'k:{"name":"A"}': { '.': {}, 'f:name': {} } },
                'f:image': {},
                'f:name': {},
                'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
              },
            },
          },
        },
      },
    })
  })

  it('owns Istio routes as a whole: its definitions name no list types', async () => {
    const body = { ...virtualService('shop', name), metadata: { name } }
    const { body: made } = await apply(virtualServices, 'weft', body)
    expect(at(fieldsOf(made, 'weft'), 'f:spec')).toMatchObject({ 'f:hosts': {}, 'f:http': {} })
    const other = { ...body, spec: { hosts: ['other'] } }
    const refused = await apply(virtualServices, 'argocd', other)
    expect(at(refused.body, 'message')).toBe('Apply failed with 1 conflict: conflict with "weft": .spec.hosts')
  })

  it('refuses to change what another has written, in words that name field and manager', async () => {
    await write('POST', `${deployments}?fieldManager=kubectl`, {
      ...workload('Deployment', 'shop', name),
      metadata: { name },
    })
    const containers = [{ name: 'app', image: 'b:2' }]
    const { body } = await apply(deployments, 'weft', deployment({ replicas: 3, template: { spec: { containers } } }))
    expect(body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      reason: 'Conflict',
      code: 409,
      message: [
        'Apply failed with 2 conflicts: conflicts with "kubectl" using apps/v1:',
        '- .spec.replicas',
        '- .spec.template.spec.containers[name="app"].image',
      ].join('\n'),
      details: {
        causes: [
          { reason: 'FieldManagerConflict', message: 'conflict with "kubectl" using apps/v1', field: '.spec.replicas' },
          {
            reason: 'FieldManagerConflict',
            message: 'conflict with "kubectl" using apps/v1',
            field: '.spec.template.spec.containers[name="app"].image',
          },
        ],
      },
    })
  })

  it('names one conflict in one line, with the subresource it was written through', async () => {
    await write('POST', deployments, { ...workload('Deployment', 'shop', name), metadata: { name } })
    const path = `${deployments}/${name}/scale?fieldManager=kubectl`
    await write('PATCH', path, { spec: { replicas: 4 } }, { type: merge })
    const { body } = await apply(deployments, 'weft', deployment({ replicas: 3 }))
    expect(at(body, 'message')).toBe(
      'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
    )
  })

  it('owns replicas by applying a Scale, and lets go of them', async () => {
    await write('POST', deployments, { ...workload('Deployment', 'shop', name), metadata: { name } })
    const scale = (spec: Fields, more: string) =>
      cluster.call({
        method: 'PATCH',
        path: `${deployments}/${name}/scale?fieldManager=autoscaler${more}`,
        type,
        body: { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name }, spec },
      })
    expect((await scale({ replicas: 5 }, '')).status).toBe(409)
    expect(at((await scale({ replicas: 5 }, '&force=true')).body, 'spec.replicas')).toBe(5)
    const { body } = await cluster.call({ path: `${deployments}/${name}` })
    expect(entryOf(body, 'autoscaler')).toMatchObject({
      operation: 'Apply',
      subresource: 'scale',
      fieldsV1: { 'f:spec': { 'f:replicas': {} } },
    })
  })

  it('takes over by force, and the other owns it no more', async () => {
    await apply(configMaps, 'argocd', configMap({ a: '1', b: '1' }))
    expect((await apply(configMaps, 'weft', configMap({ a: '2' }))).status).toBe(409)
    const { body } = await apply(configMaps, 'weft', configMap({ a: '2' }), '&force=true')
    expect(at(body, 'data')).toEqual({ a: '2', b: '1' })
    expect(fieldsOf(body, 'argocd')).toEqual({ 'f:data': { 'f:b': {} } })
    expect(fieldsOf(body, 'weft')).toEqual({ 'f:data': { 'f:a': {} } })
  })

  it('lets two own a field while they agree; it goes when both have let go', async () => {
    await apply(configMaps, 'argocd', configMap({ a: '1', b: '1' }))
    const shared = await apply(configMaps, 'weft', configMap({ a: '1' }))
    expect([shared.status, fieldsOf(shared.body, 'weft')]).toEqual([200, { 'f:data': { 'f:a': {} } }])
    expect(at((await apply(configMaps, 'argocd', configMap({ b: '1' }))).body, 'data')).toEqual({ a: '1', b: '1' })
    expect(at((await apply(configMaps, 'weft', configMap())).body, 'data')).toEqual({ b: '1' })
  })

  it('removes what its manager no longer names, and nothing else', async () => {
    await apply(configMaps, 'weft', configMap({ a: '1', b: '1' }, { annotations: { note: 'x' } }))
    await write('PATCH', `${configMaps}/${name}?fieldManager=other`, { data: { c: '1' } }, { type: merge })
    const { body } = await apply(configMaps, 'weft', configMap({ a: '1' }))
    expect(at(body, 'data')).toEqual({ a: '1', c: '1' })
    expect(at(body, 'metadata.annotations')).toBeUndefined()
  })

  it('merges list items by their keys and keeps the items of others', async () => {
    const port = (number: number, more: Fields = {}) => ({ port: number, name: `p${number}`, ...more })
    const body = { apiVersion: 'v1', kind: 'Service', metadata: { name } }
    await apply(services, 'argocd', { ...body, spec: { ports: [port(80), port(443)] } })
    const { body: merged } = await apply(services, 'weft', {
      ...body,
      spec: { ports: [port(8080), port(443, { appProtocol: 'h2' })] },
    })
    expect(listOf(at(merged, 'spec.ports')).map(item => item['port'])).toEqual([80, 8080, 443])
    const { body: less } = await apply(services, 'weft', { ...body, spec: { ports: [] } })
    expect(listOf(at(less, 'spec.ports'))).toMatchObject([{ port: 80 }, { port: 443 }])
    expect(at(listOf(at(less, 'spec.ports'))[1], 'appProtocol')).toBeUndefined()
  })

  it('changes nothing where it is applied again: revision and time stay', async () => {
    const first = await apply(configMaps, 'weft', configMap({ a: '1' }))
    cluster.clock.pass(60)
    expect((await apply(configMaps, 'weft', configMap({ a: '1' }))).body).toEqual(first.body)
    const changed = await apply(configMaps, 'weft', configMap({ a: '2' }))
    expect(entryOf(changed.body, 'weft')?.['time']).not.toBe(entryOf(first.body, 'weft')?.['time'])
  })

  it('shows what it would do in a dry run, conflicts too, and does nothing', async () => {
    await apply(configMaps, 'argocd', configMap({ a: '1' }))
    const before = (await cluster.call({ path: `${configMaps}/${name}` })).body
    expect((await apply(configMaps, 'weft', configMap({ a: '2' }), '&dryRun=All')).status).toBe(409)
    const dry = await apply(configMaps, 'weft', configMap({ a: '2' }), '&dryRun=All&force=true')
    expect(at(dry.body, 'data')).toEqual({ a: '2' })
    expect(at(dry.body, 'metadata.resourceVersion')).toBe(at(before, 'metadata.resourceVersion'))
    expect((await cluster.call({ path: `${configMaps}/${name}` })).body).toEqual(before)
  })

  it('keeps status and the rest apart', async () => {
    // With a Service behind it istiod has nothing to say of it.
    cluster.store.create(service('shop', name))
    await apply(virtualServices, 'weft', {
      ...virtualService('shop', name),
      metadata: { name },
      status: { observedGeneration: 7 },
    })
    const told = await cluster.call({
      method: 'PATCH',
      path: `${virtualServices}/${name}/status?fieldManager=reporter`,
      type,
      body: {
        apiVersion: 'networking.istio.io/v1',
        kind: 'VirtualService',
        metadata: { name, labels: { a: 'b' } },
        spec: { hosts: ['no'] },
        status: { observedGeneration: 1, conditions: [{ type: 'Reconciled', status: 'True' }] },
      },
    })
    expect(told.body).toMatchObject({ spec: { hosts: [name] }, status: { observedGeneration: 1 } })
    expect(at(told.body, 'metadata.labels')).toBeUndefined()
    expect(entryOf(told.body, 'reporter')).toMatchObject({ subresource: 'status', operation: 'Apply' })
    expect(Object.keys(fieldsOf(told.body, 'reporter') ?? {})).toEqual(['f:status'])
    expect(fieldsOf(told.body, 'weft')).not.toHaveProperty('f:status')
  })

  it('owns what was there before anybody was known as of "before-first-apply"', async () => {
    await write('POST', configMaps, configMap({ a: '1' }))
    await write('PATCH', `${configMaps}/${name}`, { metadata: { managedFields: [{}] } }, { type: merge })
    const { body } = await apply(configMaps, 'weft', configMap({ a: '2' }))
    expect(at(body, 'message')).toBe(
      'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a',
    )
  })

  it('goes on without conflict where kubectl applied before, and keeps its annotation up', async () => {
    const annotation = 'kubectl.kubernetes.io/last-applied-configuration'
    const last = JSON.stringify(configMap({ a: '1' }))
    const body = configMap({ a: '1', b: '1' }, { annotations: { [annotation]: last } })
    await write('POST', `${configMaps}?fieldManager=kubectl-client-side-apply`, body)
    expect((await apply(configMaps, 'weft', configMap({ a: '2' }))).status).toBe(409)
    expect(at((await apply(configMaps, 'kubectl', configMap({ a: '2', b: '2' }))).body, 'message')).toContain(
      ': .data.b',
    )
    const taken = await apply(configMaps, 'kubectl', configMap({ a: '2' }))
    expect(at(taken.body, 'data')).toEqual({ a: '2', b: '1' })
    const annotations = at(taken.body, 'metadata.annotations') as Record<string, string>
    expect(at(JSON.parse(annotations[annotation] ?? ''), 'data')).toEqual({ a: '2' })
  })

  it('runs on scenario objects, which have plausible owners', async () => {
    cluster.store.create({ ...virtualService('shop', name), status: { observedGeneration: 1 } })
    const { body } = await cluster.call({ path: `${virtualServices}/${name}` })
    expect(entries(body).map(entry => [entry['manager'], entry['subresource']])).toEqual([
      ['kubectl-client-side-apply', undefined],
      ['pilot-discovery', 'status'],
    ])
    const refused = await apply(virtualServices, 'weft', { ...virtualService('shop', name), spec: { hosts: ['x'] } })
    expect(at(refused.body, 'message')).toContain(
      'conflict with "kubectl-client-side-apply" using networking.istio.io/v1: .spec.hosts',
    )
  })

  it.each<[string, () => Partial<Call> & { query?: string }, number, string | RegExp]>([
    [
      'without a manager',
      () => ({ query: '', body: configMap() }),
      422,
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    ],
    [
      'with managedFields',
      () => ({ body: configMap({}, { managedFields: [] }) }),
      400,
      'metadata.managedFields must be nil',
    ],
    [
      'with another name',
      () => ({ body: configMap({}, { name: 'other' }) }),
      400,
      /^the name of the object \(other\) does not match the name on the URL \(thing-\d+\)$/,
    ],
    [
      'without a name for a new object',
      () => ({ body: { apiVersion: 'v1', kind: 'ConfigMap' } }),
      400,
      /was undeterminable: name must be provided/,
    ],
    [
      'in another version',
      () => ({ body: { ...configMap(), apiVersion: 'v2' } }),
      400,
      'Incorrect version specified in apply patch. Specified patch version: v2, expected: v1',
    ],
    [
      'with a field that its kind has not',
      () => ({ body: { ...configMap(), dta: {} } }),
      500,
      /^failed to create typed patch object \(shop\/thing-\d+; \/v1, Kind=ConfigMap\): \.dta: field not declared in schema$/,
    ],
    [
      'with an item twice',
      () => ({ body: configMap({}, { finalizers: ['a/b', 'a/b'] }) }),
      500,
      /\.metadata\.finalizers: duplicate entries for key \[="a\/b"\]$/,
    ],
    ['with a list for an object', () => ({ body: '[]' }), 400, /^error decoding YAML: /],
    ['with broken YAML', () => ({ body: 'a: [' }), 400, /^error decoding YAML: /],
    [
      'for a uid that is not there',
      () => ({ body: configMap({}, { uid: 'x' }) }),
      409,
      /uid mismatch: the provided object specified uid x, and no existing object was found$/,
    ],
  ])('is refused %s', async (_, call, code, message) => {
    const { query = '?fieldManager=weft', body } = call()
    const reply = await cluster.call({ method: 'PATCH', path: `${configMaps}/${name}${query}`, type, body })
    expect(reply.body).toMatchObject({ kind: 'Status', status: 'Failure', code })
    expect(at(reply.body, 'message')).toEqual(typeof message === 'string' ? message : expect.stringMatching(message))
    expect(cluster.store.get('configmaps', 'shop', name)).toBeUndefined()
  })

  it('takes no force from patches that are no apply', async () => {
    await write('POST', configMaps, configMap())
    const { body } = await write('PATCH', `${configMaps}/${name}?force=true`, {}, { type: merge })
    expect(at(body, 'message')).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    )
  })
})

describe('every other write', () => {
  const userAgent = (agent: string) => ({ headers: { 'user-agent': agent } })

  it('is its program’s where it names no manager', async () => {
    const made = await write('POST', configMaps, configMap({ a: '1' }), userAgent('argocd-server/v2 (linux)'))
    expect(entries(made.body)).toMatchObject([
      { manager: 'argocd-server', operation: 'Update', fieldsV1: { 'f:data': { '.': {}, 'f:a': {} } } },
    ])
  })

  it('owns what it creates, defaults too, but not what the server hands out', async () => {
    const made = await write('POST', `${services}?fieldManager=kubectl-create`, {
      ...service('shop', name),
      metadata: { name },
    })
    expect(fieldsOf(made.body, 'kubectl-create')).toEqual({
      'f:spec': {
        'f:internalTrafficPolicy': {},
        'f:ipFamilies': {},
        'f:ipFamilyPolicy': {},
        'f:ports': {
          '.': {},
          'k:{"port":80,"protocol":"TCP"}': {
            '.': {},
            'f:name': {},
            'f:port': {},
            'f:protocol': {},
            'f:targetPort': {},
          },
        },
        'f:selector': {},
        'f:sessionAffinity': {},
        'f:type': {},
      },
    })
  })

  it.each<[string, string, unknown]>([
    ['a merge patch', merge, { data: { a: '2', b: null } }],
    ['a strategic patch', 'application/strategic-merge-patch+json', { data: { a: '2', b: null } }],
    [
      'a JSON patch',
      'application/json-patch+json',
      [
        { op: 'replace', path: '/data/a', value: '2' },
        { op: 'remove', path: '/data/b' },
      ],
    ],
  ])('moves what it changes to who changed it, and forgets what is gone: %s', async (_, patchType, patch) => {
    await apply(configMaps, 'weft', configMap({ a: '1', b: '1', c: '1' }))
    const { body } = await write('PATCH', `${configMaps}/${name}?fieldManager=hand`, patch, { type: patchType })
    expect(fieldsOf(body, 'weft')).toEqual({ 'f:data': { 'f:c': {} } })
    expect(fieldsOf(body, 'hand')).toEqual({ 'f:data': { 'f:a': {} } })
  })

  it('changes nothing where it writes what there is', async () => {
    const made = await write('POST', configMaps, configMap({ a: '1' }))
    cluster.clock.pass(60)
    const path = `${configMaps}/${name}?fieldManager=other`
    expect((await write('PUT', path, made.body)).body).toEqual(made.body)
    expect((await write('PATCH', path, { data: { a: '1' } }, { type: merge })).body).toEqual(made.body)
    cluster.store.create(service('shop', name))
    cluster.store.create(virtualService('shop', name))
    const shown = await cluster.call({ path: `${virtualServices}/${name}` })
    expect((await write('PUT', `${virtualServices}/${name}`, shown.body)).body).toEqual(shown.body)
  })

  it('tells the status apart from the rest', async () => {
    cluster.store.create(service('shop', name))
    await write('POST', `${virtualServices}?fieldManager=kubectl`, {
      ...virtualService('shop', name),
      metadata: { name },
    })
    const path = `${virtualServices}/${name}/status?fieldManager=reporter`
    const { body } = await write('PATCH', path, { status: { observedGeneration: 1 } }, { type: merge })
    expect(entryOf(body, 'reporter')).toMatchObject({
      subresource: 'status',
      fieldsV1: { 'f:status': { '.': {}, 'f:observedGeneration': {} } },
    })
  })

  it('leaves controllers’ status to them', async () => {
    await write('POST', `${deployments}?fieldManager=kubectl-create`, {
      ...workload('Deployment', 'shop', name),
      metadata: { name },
    })
    cluster.controllers.settle()
    const { body } = await cluster.call({ path: `${deployments}/${name}` })
    expect(entryOf(body, 'kube-controller-manager')).toMatchObject({ operation: 'Update', subresource: 'status' })
    expect(fieldsOf(body, 'kubectl-create')).not.toHaveProperty('f:status')
  })

  it('may take ownership from everybody by one empty entry, not by an empty list', async () => {
    const made = await write('POST', `${configMaps}?fieldManager=hand`, configMap({ a: '1' }))
    const path = `${configMaps}/${name}`
    const kept = await write('PATCH', path, { metadata: { managedFields: [] } }, { type: merge })
    expect(entries(kept.body)).toEqual(entries(made.body))
    const reset = await write('PATCH', path, { metadata: { managedFields: [{}] } }, { type: merge })
    expect(reset.body).not.toHaveProperty('metadata.managedFields')
    const after = await write('PATCH', path, { data: { a: '2' } }, { type: merge })
    expect(after.body).not.toHaveProperty('metadata.managedFields')
  })

  it('may hand ownership on, as kubectl does when it turns to server-side apply', async () => {
    const made = await write('POST', `${configMaps}?fieldManager=kubectl-client-side-apply`, configMap({ a: '1' }))
    const [entry] = entries(made.body)
    const patch = [
      { op: 'replace', path: '/metadata/managedFields', value: [{ ...entry, manager: 'kubectl', operation: 'Apply' }] },
      { op: 'replace', path: '/metadata/resourceVersion', value: at(made.body, 'metadata.resourceVersion') },
    ]
    const path = `${configMaps}/${name}?fieldManager=kubectl`
    const moved = await write('PATCH', path, patch, { type: 'application/json-patch+json' })
    expect(entries(moved.body)).toMatchObject([{ manager: 'kubectl', operation: 'Apply' }])
    expect(at((await apply(configMaps, 'kubectl', configMap({ b: '1' }))).body, 'data')).toEqual({ b: '1' })
  })

  it('is refused with managers that cannot be', async () => {
    await write('POST', configMaps, configMap())
    const managedFields = [{ manager: 'x', operation: 'Guess', fieldsType: 'FieldsV2' }]
    const { body } = await write('PATCH', `${configMaps}/${name}`, { metadata: { managedFields } }, { type: merge })
    expect(at(body, 'message')).toContain(
      'metadata.managedFields.operation: Invalid value: "Guess": must be `Apply` or `Update`',
    )
  })

  it('is told apart by manager up to ten; the oldest become one', async () => {
    await write('POST', `${configMaps}?fieldManager=m0`, configMap({ k0: '1' }))
    for (let index = 1; index < 12; index++) {
      cluster.clock.pass(1)
      await write(
        'PATCH',
        `${configMaps}/${name}?fieldManager=m${index}`,
        { data: { [`k${index}`]: '1' } },
        { type: merge },
      )
    }
    const { body } = await cluster.call({ path: `${configMaps}/${name}` })
    expect(entries(body)).toHaveLength(10)
    expect(fieldsOf(body, 'ancient-changes')).toEqual({ 'f:data': { '.': {}, 'f:k0': {}, 'f:k1': {}, 'f:k2': {} } })
  })
})

it('pods that only controllers wrote are shown without managers: there may be ten thousand', async () => {
  await write('POST', deployments, { ...workload('Deployment', 'shop', name), metadata: { name } })
  cluster.run(1)
  const { body } = await cluster.call({ path: '/api/v1/namespaces/shop/pods' })
  expect(listOf(at(body, 'items')).filter(pod => entries(pod).length > 0)).toEqual([])
})
