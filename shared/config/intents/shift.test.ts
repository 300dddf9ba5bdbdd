import { describe, expect, it } from 'vitest'
import { isNothing, isProblem } from './intent.ts'
import { routingOf, ruleKey } from './rules.ts'
import { after, made, sceneWith, service, workload } from './scene.fixture.ts'
import { serviceAt } from './service.ts'
import { shift } from './shift.ts'

const target = { namespace: 'shop', service: 'web' }
const host = 'web.shop.svc.cluster.local'
const workloads = [workload('web', 'v1', 3), workload('web', 'v2', 1)]
const to = (subset: string, weight?: number) => ({
  destination: { host, subset },
  ...(weight === undefined ? {} : { weight }),
})
const subsets = made('DestinationRule', 'web', {
  host: 'web',
  subsets: ['v1', 'v2'].map(version => ({ name: version, labels: { version } })),
})
const split = (v1: number, v2: number, more = {}) =>
  made('VirtualService', 'web', { hosts: ['web'], http: [{ name: 'a', route: [to('v1', v1), to('v2', v2)], ...more }] })

function read(objects: Parameters<typeof sceneWith>[0], asked: Parameters<typeof shift.read>[1] = target) {
  const scene = sceneWith([service('web'), ...objects], workloads)
  const reading = shift.read(scene, asked)
  if (isProblem(reading)) throw new Error(reading.code)
  return { scene, reading, objects: [service('web'), ...objects] }
}
const shares = (v1: number, v2: number) => [
  { id: 'subset v1', weight: v1 },
  { id: 'subset v2', weight: v2 },
]

describe('shift traffic', () => {
  it('reads the weights that are there', () => {
    const { reading } = read([subsets, split(90, 10)])
    expect(reading.model.shares).toEqual(shares(90, 10))
    expect(reading.from).toMatchObject([{ kind: 'VirtualService', name: 'web' }])
  })

  it('says that a service of the ambient mesh has no waypoint to read its requests, until it has one', () => {
    const ambient = workloads.map(each => ({ ...each, proxy: 'ztunnel' as const }))
    const notes = (objects: Parameters<typeof sceneWith>[0]) => {
      const reading = shift.read(sceneWith([subsets, split(90, 10), ...objects], ambient), target)
      return isProblem(reading) ? reading : reading.notes.map(({ code }) => code)
    }
    const bound = service('web')
    bound.metadata.labels = { 'istio.io/use-waypoint': 'w' }
    const waypoint = {
      ...made('Gateway', 'w', { gatewayClassName: 'istio-waypoint' }),
      apiVersion: 'gateway.networking.k8s.io/v1',
    }
    expect(notes([service('web')])).toEqual(['noWaypoint'])
    expect(notes([bound])).toEqual(['noWaypoint'])
    expect(notes([bound, waypoint])).toEqual([])
  })

  it('writes the weights and nothing else', () => {
    const { scene, reading } = read([subsets, split(90, 10, { timeout: '2s' })])
    const change = shift.write(scene, target, { ...reading.model, shares: shares(50, 50) })
    expect(change.create).toEqual([])
    expect(change.edit).toMatchObject([
      {
        object: { kind: 'VirtualService' },
        edits: [
          { op: 'set', path: ['spec', 'http', 0, 'route', 0, 'weight'], value: 50 },
          { op: 'set', path: ['spec', 'http', 0, 'route', 1, 'weight'], value: 50 },
        ],
      },
    ])
  })

  it('makes a VirtualService and a DestinationRule where there is none, and reads them back', () => {
    const { scene, reading, objects } = read([])
    expect(reading).toMatchObject({ model: { shares: null }, from: [] })
    const model = { ...reading.model, shares: shares(80, 20) }
    const change = shift.write(scene, target, model)
    expect(change.create.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
      ['DestinationRule', 'web'],
      ['VirtualService', 'web'],
    ])
    const next = after(scene, objects, change)
    expect(shift.read(next.scene, target)).toMatchObject({ model })
  })

  it('names a version that was not named, and defines its subset', () => {
    const rule = made('DestinationRule', 'web', { host, subsets: [{ name: 'v1', labels: { version: 'v1' } }] })
    const { scene, reading } = read([
      rule,
      made('VirtualService', 'web', { hosts: [host], http: [{ route: [to('v1')] }] }),
    ])
    expect(reading.model.shares).toEqual(shares(100, 0))
    const change = shift.write(scene, target, { ...reading.model, shares: shares(75, 25) })
    expect(change.edit.map(({ object, edits }) => [object.kind, edits.map(({ op }) => op)])).toEqual([
      ['DestinationRule', ['insert']],
      ['VirtualService', ['set', 'insert']],
    ])
  })

  it('goes back to no split', () => {
    const { scene, reading, objects } = read([subsets, split(90, 10)])
    const change = shift.write(scene, target, { ...reading.model, shares: null })
    const next = after(scene, objects, change)
    expect(shift.read(next.scene, target)).toMatchObject({ model: { shares: null } })
    expect(next.objects.at(-1)?.spec).toEqual({
      hosts: ['web'],
      http: [{ name: 'a', route: [{ destination: { host } }] }],
    })
  })

  it('changes nothing where shares are written otherwise', () => {
    const { scene, reading } = read([subsets, split(1, 1)])
    expect(reading.model.shares).toEqual(shares(50, 50))
    expect(isNothing(shift.write(scene, target, reading.model))).toBe(true)
  })

  it('edits the rule that is asked for', () => {
    const object = made('VirtualService', 'web', {
      hosts: ['web'],
      http: [
        { match: [{ headers: { beta: { exact: 'yes' } } }], route: [to('v2')] },
        { route: [to('v1', 90), to('v2', 10)] },
      ],
    })
    const { scene } = read([subsets, object])
    const facts = serviceAt(scene, target)
    if (isProblem(facts)) throw new Error(facts.code)
    const [beta] = routingOf(scene, facts).rules
    const asked = { ...target, rule: beta === undefined ? '' : ruleKey(beta) }
    const { reading } = read([subsets, object], asked)
    expect(reading.model).toMatchObject({ rule: { index: 0 }, shares: shares(0, 100) })
    const change = shift.write(scene, asked, { ...reading.model, shares: shares(50, 50) })
    expect(change.edit[0]?.edits.every(({ path }) => path[2] === 0)).toBe(true)
    expect(read([subsets, object]).reading.model.rule.index).toBe(1)
  })

  it('works on a route of the Gateway API that is attached to the Service, by Services of one version', () => {
    const route = made('HTTPRoute', 'web', {
      parentRefs: [{ group: '', kind: 'Service', name: 'web', port: 8080 }],
      rules: [
        {
          backendRefs: [
            { name: 'web-v1', port: 8080, weight: 9 },
            { name: 'web-v2', port: 8080, weight: 1 },
          ],
        },
      ],
    })
    const parts = [
      service('web-v1', { app: 'web', version: 'v1' }),
      service('web-v2', { app: 'web', version: 'v2' }),
      route,
    ]
    const { scene, reading } = read(parts)
    expect(reading.model.shares?.map(({ weight }) => weight)).toEqual([90, 10])
    const change = shift.write(scene, target, {
      ...reading.model,
      shares: (reading.model.shares ?? []).map(each => ({ ...each, weight: 50 })),
    })
    expect(change.edit).toMatchObject([
      { edits: [{ path: ['spec', 'rules', 0, 'backendRefs', 0, 'weight'], value: 50 }, { value: 50 }] },
    ])
  })

  it.each([
    ['noSuchService', { namespace: 'shop', service: 'nobody' }, workloads],
    ['oneVersion', target, [workload('web', 'v1')]],
    ['noPods', target, []],
  ])('says what stands in the way: %s', (code, asked, those) => {
    expect(shift.read(sceneWith([service('web')], those), asked)).toMatchObject({ code })
  })

  it('says that an older VirtualService takes the host, that a rule is delegated, and that shares are not whole', () => {
    const older = made('VirtualService', 'older', { hosts: [host], http: [{ delegate: { name: 'parts' } }] }, 'shop', 1)
    const newer = {
      ...split(90, 10),
      metadata: { ...split(90, 10).metadata, creationTimestamp: '2026-11-20T00:00:00Z' },
    }
    const { scene, reading } = read([subsets, newer, older])
    expect(reading.notes).toMatchObject([
      { code: 'older', values: { name: 'VirtualService shop/older', other: 'VirtualService shop/web' } },
    ])
    expect(shift.check(scene, target, { ...reading.model, shares: shares(90, 9) })).toMatchObject([
      { field: 'rule', code: 'delegated' },
      { field: 'shares', code: 'sum', values: { sum: 99 } },
    ])
  })
})
