import { describe, expect, it } from 'vitest'
import type { Outcome } from '#shared/config/api.ts'
import { inverseOf } from '#shared/config/change/inverse.ts'
import { cluster, consoleOn, type Json, type Manifest, namespace, service } from './lab.fixture.ts'

const name = 'weft/health'
const text = '{"tolerances":[{"code":"5xx","failing":0.5}]}'
const other = '{"tolerances":[{"code":"5xx","failing":0.7}]}'

/** A Service that kubectl made, with an annotation of its own. */
async function world() {
  const given = await cluster()
  const cart = service('shop', 'cart')
  cart.metadata['annotations'] = { team: 'carts' }
  given.put(namespace('shop'))
  await given.as('mesh-admin', 'POST', '/api/v1/namespaces/shop/services', cart)
  const { as, app } = await consoleOn(given.kubeconfig)
  const read = async (path = 'core/Service/shop/cart') =>
    (await as('mesh-admin')(`/objects/${path}`)).body as {
      object: Manifest & { metadata: { annotations?: Record<string, string>; resourceVersion: string } }
      fieldOwners: { manager: string; paths: string[] }[]
      owner: { kind: string }
    }
  const annotate = async (value: string | null, more: { user?: string; take?: string[]; dryRun?: boolean } = {}) => {
    const { object } = await read()
    const { [name]: _, ...others } = object.metadata.annotations ?? {}
    const { user = 'mesh-admin', take = [], dryRun = false } = more
    const manifest = {
      ...object,
      metadata: { ...object.metadata, annotations: { ...others, ...(value !== null && { [name]: value }) } },
    }
    const wish = { manifest, take, annotations: [name], resourceVersion: object.metadata.resourceVersion }
    return send(user, { apply: [wish], delete: [], dryRun })
  }
  const send = async (user: string, body: Json) => {
    const reply = await as(user)('/apply', body)
    return (reply.body as unknown as { outcomes: Outcome[] }).outcomes[0]
  }
  return { given, as, app, read, annotate, send }
}

describe('an annotation of an object that is not ours', () => {
  it('is tried, written, changed and taken away, and nothing else of the object becomes ours', async () => {
    const { annotate, read } = await world()
    expect(await annotate(text, { dryRun: true })).toMatchObject({
      result: 'applied',
      conflicts: [],
      annotations: [name],
      diff: [{ path: 'metadata.annotations["weft/health"]', after: text }],
    })
    expect((await read()).object.metadata.annotations).toEqual({ team: 'carts' })
    expect(await annotate(text)).toMatchObject({ result: 'applied', conflicts: [] })
    const written = await read()
    expect(written.object.metadata.annotations).toEqual({ team: 'carts', [name]: text })
    expect(written.fieldOwners.filter(({ manager }) => manager.startsWith('weft'))).toMatchObject([
      { manager: 'weft-annotations', paths: ['metadata.annotations["weft/health"]'] },
    ])
    expect(written.owner.kind).not.toBe('weft')
    expect(await annotate(other)).toMatchObject({ result: 'applied', conflicts: [] })
    const gone = await annotate(null)
    expect(gone).toMatchObject({ result: 'applied', conflicts: [] })
    const after = await read()
    expect(after.object.metadata.annotations).toEqual({ team: 'carts' })
    expect(after.object['spec']).toEqual(written.object['spec'])
  })

  it('is taken back by what undoes it, and that leaves the rest alone, too', async () => {
    const { annotate, read, send } = await world()
    const outcome = await annotate(text)
    const inverse = inverseOf(outcome === undefined ? [] : [outcome])
    expect(await send('mesh-admin', { ...inverse, dryRun: false })).toMatchObject({ result: 'applied', conflicts: [] })
    const { object, fieldOwners } = await read()
    expect(object.metadata.annotations).toEqual({ team: 'carts' })
    expect(fieldOwners.filter(({ manager }) => manager === 'weft')).toEqual([])
  })

  it('that somebody else wrote is taken over, and away, only where that is ticked', async () => {
    const { given, annotate, read } = await world()
    const path = 'metadata.annotations["weft/health"]'
    await given.as('mesh-admin', 'PATCH', '/api/v1/namespaces/shop/services/cart?fieldManager=helm', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'cart', annotations: { [name]: text } },
    })
    expect(await annotate(other)).toMatchObject({ result: 'conflict', conflicts: [{ path, manager: 'helm' }] })
    expect(await annotate(null)).toMatchObject({ conflicts: [{ path, manager: 'helm', kind: 'remove' }] })
    expect((await read()).object.metadata.annotations).toMatchObject({ [name]: text })
    expect(await annotate(null, { take: [path] })).toMatchObject({ result: 'applied', conflicts: [] })
    expect((await read()).object.metadata.annotations).toEqual({ team: 'carts' })
  })

  it('that was written here with the whole object is changed and taken away without asking', async () => {
    const { annotate, read, send } = await world()
    const { object } = await read()
    const { resourceVersion } = object.metadata
    const manifest = { ...object, metadata: { ...object.metadata, annotations: { [name]: text, team: 'carts' } } }
    expect(
      await send('mesh-admin', { apply: [{ manifest, take: [], resourceVersion }], delete: [], dryRun: false }),
    ).toMatchObject({ result: 'applied' })
    expect(await annotate(other)).toMatchObject({ result: 'applied', conflicts: [] })
    expect(await annotate(null)).toMatchObject({ result: 'applied', conflicts: [] })
    const after = await read()
    expect(after.object.metadata.annotations).toEqual({ team: 'carts' })
    expect(after.object['spec']).toEqual(object['spec'])
  })

  it('is for those who may patch the object: others are told the right, before and when they try', async () => {
    const { annotate, as } = await world()
    expect(await annotate(text, { user: 'viewer' })).toMatchObject({
      result: 'forbidden',
      because: expect.stringContaining('patch'),
    })
    const rights = (await as('viewer')('/rights')).body['rights'] as { kind: string; verbs: string[] }[]
    expect(rights.find(({ kind }) => kind === 'Service')?.verbs).toEqual(['get', 'list', 'watch'])
  })

  it('is not written on what is not there', async () => {
    const { send } = await world()
    const manifest = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'shop', name: 'gone', annotations: { [name]: text } },
    }
    expect(
      await send('mesh-admin', { apply: [{ manifest, take: [], annotations: [name] }], delete: [], dryRun: true }),
    ).toMatchObject({
      result: 'rejected',
      because: 'There is no Service shop/gone that could be annotated.',
    })
  })

  it('is kept in history as what it is, and no other remark on a Service is', async () => {
    const { as, annotate, given } = await world()
    await annotate(text)
    given.put({ ...service('shop', 'web'), metadata: { name: 'web', namespace: 'shop', annotations: { team: 'web' } } })
    await expect
      .poll(async () => (await as('mesh-admin')('/history')).body['entries'], { timeout: 10_000 })
      .toMatchObject([
        {
          object: { kind: 'Service', name: 'cart' },
          author: 'mesh-admin',
          isThroughWeft: true,
          change: 'changed',
          fields: ['metadata.annotations'],
        },
      ])
  })
})
