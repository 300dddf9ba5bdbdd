import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Call, startCluster } from './client.ts'
import { virtualService, workload } from './fixture.ts'
import { at, type Fields, listOf } from './value.ts'

let cluster: Awaited<ReturnType<typeof startCluster>>
beforeAll(async () => {
  cluster = await startCluster({ bookmarkInterval: 20 })
})
afterAll(() => cluster.server.close())

const deployments = '/apis/apps/v1/namespaces/shop/deployments'
const configMaps = '/api/v1/namespaces/shop/configmaps'
const virtualServices = '/apis/networking.istio.io/v1/namespaces/shop/virtualservices'
const merge = 'application/merge-patch+json'

/** A name of its own for each test. */
let name = ''
let count = 0
beforeEach(() => {
  name = `thing-${count++}`
})
const write = (method: string, path: string, body: unknown, more: Partial<Call> = {}) =>
  cluster.call({ method, path, body, ...more })
const configMap = (more: Fields = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...more })
const deployment = () => ({ ...workload('Deployment', 'shop', name), metadata: { name } })
const stored = (resource: string) => cluster.store.get(resource, 'shop', name)

describe('fieldValidation', () => {
  const json = () => `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"${name}"},"data":{"a":"1","a":"2"}}`
  const yaml = () => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  a: "1"\n  a: "2"\n`
  const nested = () =>
    JSON.stringify(deployment())
      .replace('"image"', '"tty":true,"tty":true,"image"')
      .replace('"containers"', '"x":1,"containers"')

  it.each<[string, string, () => string, string, string]>([
    ['a field twice in JSON', configMaps, json, 'application/json', 'duplicate field "data.a"'],
    ['a field twice in YAML', configMaps, yaml, 'application/yaml', 'line 7: key "a" already set in map'],
    [
      'fields deep in lists',
      deployments,
      nested,
      'application/json',
      'duplicate field "spec.template.spec.containers[0].tty", unknown field "spec.template.spec.x"',
    ],
  ])('Strict refuses, Warn tells and Ignore passes over %s', async (_, path, body, type, told) => {
    const refused = await write('POST', `${path}?fieldValidation=Strict`, body(), { type })
    const inOne = type === 'application/yaml' ? `yaml: unmarshal errors:\n  ${told}` : told
    expect([refused.status, at(refused.body, 'message')]).toEqual([
      400,
      expect.stringMatching(/ in version "v1" cannot be handled as a \w+: strict decoding error: /),
    ])
    expect(at(refused.body, 'message')).toContain(`: strict decoding error: ${inOne}`)
    const warned = await write('POST', `${path}?dryRun=All`, body(), { type })
    const warnings = told.split(', ').map(text => `299 - ${JSON.stringify(text)}`)
    expect([warned.status, warned.headers['warning']]).toEqual([201, warnings.join(', ')])
    const passed = await write('POST', `${path}?fieldValidation=Ignore`, body(), { type })
    expect([passed.status, passed.headers['warning']]).toEqual([201, undefined])
  })

  it('takes the last of two', async () => {
    await write('POST', configMaps, json())
    expect(stored('configmaps')).toMatchObject({ data: { a: '2' } })
  })

  it('speaks of patches and of applies too', async () => {
    await write('POST', configMaps, configMap())
    const path = `${configMaps}/${name}`
    const patch = '{"data":{"a":"1","a":"2"},"dta":{}}'
    const refused = await write('PATCH', `${path}?fieldValidation=Strict`, patch, { type: merge })
    expect(at(refused.body, 'message')).toContain(
      'strict decoding error: duplicate field "data.a", unknown field "dta"',
    )
    const type = 'application/apply-patch+yaml'
    const applied = await write('PATCH', `${path}?fieldManager=weft&fieldValidation=Strict`, yaml(), { type })
    expect(at(applied.body, 'message')).toBe(
      'error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 7: key "a" already set in map',
    )
    const warned = await write('PATCH', `${path}?fieldManager=weft`, yaml(), { type })
    expect([warned.status, warned.headers['warning']]).toEqual([200, '299 - "line 7: key \\"a\\" already set in map"'])
  })

  it('is one of three words', async () => {
    const { body } = await write('POST', `${configMaps}?fieldValidation=Loose`, configMap())
    expect(at(body, 'message')).toBe(
      'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Loose": supported values: "Ignore", "Warn", "Strict"',
    )
  })

  it('sends no more warnings than headers hold', async () => {
    const body = configMap(Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`unknown${index}`, 1])))
    const { status, headers } = await write('POST', configMaps, body)
    expect(status).toBe(201)
    expect(String(headers['warning']).length).toBeLessThan(12_000)
  })
})

describe('a dry run', () => {
  it.each<[string, () => Call]>([
    ['PUT', () => ({ method: 'PUT', path: `${configMaps}/${name}`, body: configMap({ data: { a: '2' } }) })],
    ['PATCH', () => ({ method: 'PATCH', path: `${configMaps}/${name}`, type: merge, body: { data: { a: '2' } } })],
    ['DELETE', () => ({ method: 'DELETE', path: `${configMaps}/${name}` })],
    ['DELETE of many', () => ({ method: 'DELETE', path: configMaps })],
    ['DELETE that waits', () => ({ method: 'DELETE', path: `${configMaps}/${name}?propagationPolicy=Foreground` })],
  ])('of %s changes nothing', async (_, call) => {
    await write('POST', configMaps, configMap({ data: { a: '1' } }))
    const [before, revision] = [stored('configmaps'), cluster.store.revision]
    const { path, ...rest } = call()
    const { status } = await cluster.call({ ...rest, path: `${path}${path.includes('?') ? '&' : '?'}dryRun=All` })
    expect([status, stored('configmaps'), cluster.store.revision]).toEqual([200, before, revision])
  })

  it('of a scale or an eviction changes nothing either', async () => {
    await write('POST', deployments, deployment())
    const path = `${deployments}/${name}/scale?dryRun=All`
    const scaled = await write('PATCH', path, { spec: { replicas: 7 } }, { type: merge })
    expect([at(scaled.body, 'spec.replicas'), at(stored('deployments.apps'), 'spec.replicas')]).toEqual([7, 1])
  })

  it('tells the generation that a change would have', async () => {
    await write('POST', deployments, deployment())
    const { body } = await write(
      'PATCH',
      `${deployments}/${name}?dryRun=All`,
      { spec: { replicas: 7 } },
      { type: merge },
    )
    expect([at(body, 'metadata.generation'), stored('deployments.apps')?.metadata.generation]).toEqual([2, 1])
  })
})

describe('a write that assumes something', () => {
  it.each<[string, (metadata: Fields) => Call, number, RegExp]>([
    [
      'an old resourceVersion in a PUT',
      () => ({
        method: 'PUT',
        path: `${configMaps}/${name}`,
        body: configMap({ metadata: { name, resourceVersion: '1' } }),
      }),
      409,
      /^Operation cannot be fulfilled on configmaps "thing-\d+": the object has been modified; please apply your changes to the latest version and try again$/,
    ],
    [
      'an old resourceVersion in a patch',
      () => ({
        method: 'PATCH',
        path: `${configMaps}/${name}`,
        type: merge,
        body: { metadata: { resourceVersion: '1' } },
      }),
      409,
      /the object has been modified/,
    ],
    [
      'an old resourceVersion in an apply',
      () => ({
        method: 'PATCH',
        path: `${configMaps}/${name}?fieldManager=weft`,
        type: 'application/apply-patch+yaml',
        body: configMap({ metadata: { name, resourceVersion: '1' } }),
      }),
      409,
      /the object has been modified/,
    ],
    [
      'another uid in a patch',
      () => ({ method: 'PATCH', path: `${configMaps}/${name}`, type: merge, body: { metadata: { uid: 'x' } } }),
      409,
      /Precondition failed: UID in precondition: x, UID in object meta: /,
    ],
    [
      'another uid in a DELETE',
      () => ({ method: 'DELETE', path: `${configMaps}/${name}`, body: { preconditions: { uid: 'x' } } }),
      409,
      /Precondition failed: UID in precondition: x, UID in object meta: /,
    ],
    [
      'an old resourceVersion in a DELETE',
      () => ({ method: 'DELETE', path: `${configMaps}/${name}`, body: { preconditions: { resourceVersion: '1' } } }),
      409,
      /Precondition failed: ResourceVersion in precondition: 1, ResourceVersion in object meta: \d+$/,
    ],
    [
      'no name in a PUT',
      () => ({ method: 'PUT', path: `${configMaps}/${name}`, body: { data: {} } }),
      400,
      /^the name of the object \(thing-\d+ based on URL\) was undeterminable: name must be provided$/,
    ],
  ])('is refused: %s', async (_, call, code, message) => {
    const { body: made } = await write('POST', configMaps, configMap())
    const reply = await cluster.call(call(at(made, 'metadata') as Fields))
    expect([reply.status, at(reply.body, 'message')]).toEqual([code, expect.stringMatching(message)])
    expect(stored('configmaps')?.metadata.resourceVersion).toBe(at(made, 'metadata.resourceVersion'))
  })

  it('custom kinds are never overwritten blindly, built-in ones may be', async () => {
    const body = { ...virtualService('shop', name), metadata: { name } }
    await write('POST', virtualServices, body)
    expect(at((await write('PUT', `${virtualServices}/${name}`, body)).body, 'message')).toBe(
      `virtualservices.networking.istio.io "${name}" is invalid: metadata.resourceVersion: Invalid value: 0x0: must be specified for an update`,
    )
    await write('POST', configMaps, configMap())
    expect((await write('PUT', `${configMaps}/${name}`, configMap({ data: { a: '1' } }))).status).toBe(200)
  })
})

describe('a name', () => {
  it('is made where only its beginning is given, another one each time', async () => {
    const body = { metadata: { generateName: 'made-' } }
    const names = [await write('POST', configMaps, body), await write('POST', configMaps, body)].map(reply =>
      String(at(reply.body, 'metadata.name')),
    )
    expect(names).toEqual([expect.stringMatching(/^made-[a-z0-9]{5}$/), expect.stringMatching(/^made-[a-z0-9]{5}$/)])
    expect(names[0]).not.toBe(names[1])
  })
})

describe('generation', () => {
  it('counts changes of the wish, not of labels or status', async () => {
    await write('POST', deployments, deployment())
    const path = `${deployments}/${name}`
    await write('PATCH', path, { metadata: { labels: { a: 'b' } } }, { type: merge })
    await write('PATCH', `${path}/status`, { status: { observedGeneration: 1 } }, { type: merge })
    expect(stored('deployments.apps')?.metadata.generation).toBe(1)
    await write('PATCH', path, { spec: { paused: true } }, { type: merge })
    expect(stored('deployments.apps')?.metadata.generation).toBe(2)
  })
})

describe('a list', () => {
  it.each([
    ['resourceVersionMatch=Exact', 422, /resourceVersionMatch is forbidden unless resourceVersion is provided/],
    [
      'resourceVersion=1&resourceVersionMatch=Near',
      422,
      /Unsupported value: "Near": supported values: "Exact", "NotOlderThan", ""/,
    ],
    [
      'resourceVersion=0&resourceVersionMatch=Exact',
      422,
      /resourceVersionMatch "exact" is forbidden for resourceVersion "0"/,
    ],
    ['resourceVersion=1&resourceVersionMatch=Exact', 410, /too old/],
    ['sendInitialEvents=false', 422, /sendInitialEvents is forbidden for list/],
    ['continue=x&resourceVersion=5', 400, /^specifying resource version is not allowed when using continue$/],
    ['continue=x&resourceVersionMatch=Exact', 422, /resourceVersionMatch is forbidden when continue is provided/],
  ])('is refused with %s', async (query, code, message) => {
    await write('POST', configMaps, configMap())
    const { status, body } = await cluster.call({ path: `${configMaps}?${query}` })
    expect([status, at(body, 'message')]).toEqual([code, expect.stringMatching(message)])
  })

  it('may ask for what is not older than a revision, or for exactly now', async () => {
    const { body } = await write('POST', configMaps, configMap())
    const revision = String(at(body, 'metadata.resourceVersion'))
    for (const match of ['NotOlderThan', 'Exact']) {
      const path = `${configMaps}?resourceVersion=${revision}&resourceVersionMatch=${match}`
      const list = await cluster.call({ path })
      expect(listOf(at(list.body, 'items')).map(item => at(item, 'metadata.name'))).toContain(name)
    }
  })
})

describe('a watch', () => {
  it('lasts where its time is 0: that is no time at all', async () => {
    const watch = await cluster.watch(
      `${configMaps}?watch=1&timeoutSeconds=0&resourceVersion=${cluster.store.revision}`,
    )
    await write('POST', configMaps, configMap())
    expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name } } })
    watch.close()
  })

  it('needs a match also where it wants no initial events', async () => {
    const { body } = await cluster.call({ path: `${configMaps}?watch=1&sendInitialEvents=false` })
    expect(at(body, 'message')).toContain('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')
  })

  it('shows metadata only where that is asked for, with who owns what', async () => {
    const accept = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1'
    const watch = await cluster.watch(`${configMaps}?watch=1&resourceVersion=${cluster.store.revision}`, accept)
    await write('POST', `${configMaps}?fieldManager=weft`, configMap({ data: { a: '1' } }))
    const { object } = await watch.next()
    expect(Object.keys(object)).toEqual(['kind', 'apiVersion', 'metadata'])
    expect(object).toMatchObject({ metadata: { managedFields: [{ manager: 'weft' }] } })
    watch.close()
  })
})
