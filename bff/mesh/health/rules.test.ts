import { describe, expect, it } from 'vitest'
import type { MeshObjects } from '#bff/sources/source.ts'
import type { Health } from '#shared/mesh/health.ts'
import { saidIn } from '#shared/mesh/tolerance.ts'
import { callsOf } from '#bff/mesh/calls.ts'
import { fold } from '#bff/mesh/fold.ts'
import { inventoryOf } from '#bff/mesh/inventory.ts'
import { judgedBy, nodeOf, versionsIn } from '#bff/mesh/nodes.ts'
import { cluster } from '#bff/mesh/objects.fixture.ts'
import { place } from '#bff/mesh/party.ts'
import { readRules } from './read-rules.ts'
import { connection, readings, request } from '#bff/mesh/readings.fixture.ts'
import { defaultRules, type HealthRules } from './rules.ts'

const plain = cluster([{ name: 'shop/web' }, { name: 'shop/cart-v1', app: 'cart' }])

interface Annotated {
  namespace?: string
  service?: string
  workload?: string
}
/** The same with what these objects say. */
function said({ namespace, service, workload }: Annotated): MeshObjects {
  const of = (text: string | undefined) => {
    const read = saidIn(text === undefined ? {} : { 'weft/health': text })
    return read === undefined ? {} : { said: read }
  }
  return {
    ...plain,
    namespaces: plain.namespaces.map(view => ({ ...view, ...of(namespace) })),
    services: plain.services.map(view => ({ ...view, ...(view.name === 'cart' && of(service)) })),
    workloads: plain.workloads.map(view => ({ ...view, ...(view.name === 'cart-v1' && of(workload)) })),
  }
}
const says = (...tolerances: object[]) => JSON.stringify({ tolerances })
const fails = (failing: number, more: object = {}) => says({ code: '5xx', failing, ...more })
const inFile = (json: object): HealthRules => {
  const read = readRules(JSON.stringify(json))
  if ('wrong' in read) throw new Error(read.wrong)
  return read
}

/** 8 of 10 calls of web to cart are answered well. */
const calls = {
  requests: [
    request({ from: 'shop/web', to: 'shop/cart-v1', service: 'shop/cart' }, 8),
    request({ from: 'shop/web', to: 'shop/cart-v1', service: 'shop/cart', code: '503' }, 2),
  ],
  connections: [connection({ from: 'shop/web', to: 'shop/cart-v1', service: 'shop/cart' }, 1)],
}

function judged(id: string, annotated: Annotated, rules = defaultRules, level: 'service' | 'workload' = 'service') {
  const inventory = inventoryOf(said(annotated))
  const around = { inventory, rules, window: 60, isPast: false, namespaces: new Set<string>() }
  const { calls: all } = callsOf(readings(calls), inventory, new Set(), 60)
  const folded = fold(all, party => place(party, level, inventory), versionsIn(inventory)).nodes.get(id)
  if (folded === undefined) throw new Error(`There is no ${id}.`)
  const { health, reason } = nodeOf(folded, around)
  return { health, reason, layers: judgedBy(folded, around).rules.layers }
}

describe('what a service is judged by', () => {
  it('is the defaults where nobody says otherwise, with all the numbers', () => {
    expect(judged('service:shop/cart', {})).toMatchObject({
      health: 'failing',
      reason: {
        rule: 'serverErrors',
        value: 0.2,
        threshold: 0.1,
        limits: { degraded: 0, failing: 0.1 },
        seen: 600,
      },
      layers: [],
    })
  })

  it.each<[string, Annotated, HealthRules, Health, object]>([
    [
      'its own annotation',
      { service: fails(0.5) },
      defaultRules,
      'healthy',
      { kind: 'object', object: { kind: 'Service', name: 'cart' } },
    ],
    [
      'the annotation of its namespace',
      { namespace: fails(0.5) },
      defaultRules,
      'healthy',
      { kind: 'object', object: { kind: 'Namespace', namespace: '', name: 'shop' } },
    ],
    [
      'its own before that of its namespace',
      { service: fails(0.2), namespace: fails(0.9) },
      defaultRules,
      'failing',
      { object: { kind: 'Service' } },
    ],
    [
      'the file, where no object says anything',
      {},
      inFile({ services: { 'shop/cart': [{ code: '5xx', failing: 0.5 }] } }),
      'healthy',
      { kind: 'file' },
    ],
    [
      'its own before the file',
      { service: fails(0.1) },
      inFile({ services: { 'shop/cart': [{ code: '5xx', failing: 0.5 }] } }),
      'failing',
      { kind: 'object' },
    ],
    [
      'the file of the service before its namespace',
      { namespace: fails(0.1) },
      inFile({ services: { 'shop/cart': [{ code: '5xx', failing: 0.5 }] } }),
      'healthy',
      { kind: 'file' },
    ],
    [
      'the file of the whole mesh last',
      {},
      inFile({ mesh: [{ code: '503', failing: 0.5 }] }),
      'healthy',
      { kind: 'file' },
    ],
  ])('is %s', (_, annotated, rules, health, origin) => {
    expect(judged('service:shop/cart', annotated, rules)).toMatchObject({
      health,
      reason: { rule: 'tolerance', value: 0.2, origin, of: { protocol: 'http', direction: 'inbound' } },
    })
  })

  it('says that the file set a limit for the whole mesh', () => {
    const rules = inFile({ serverErrors: { failing: 0.3 } })
    expect(judged('service:shop/cart', {}, rules)).toMatchObject({
      health: 'degraded',
      reason: { rule: 'serverErrors', limits: { degraded: 0, failing: 0.3 }, origin: { kind: 'file' } },
    })
  })

  it('is not what is said of one of its workloads; of the workload it is', () => {
    const annotated = { workload: fails(0.5), service: fails(0.1) }
    expect(judged('service:shop/cart', annotated).health).toBe('failing')
    expect(judged('workload:shop/cart-v1', annotated, defaultRules, 'workload')).toMatchObject({
      health: 'healthy',
      reason: { origin: { object: { group: 'apps', kind: 'Deployment', name: 'cart-v1' } } },
    })
  })

  it('is for a workload what its service says, and for connections what is said of those', () => {
    expect(judged('workload:shop/cart-v1', { service: fails(0.5) }, defaultRules, 'workload').health).toBe('healthy')
    const tcp = says({ protocol: 'tcp', degraded: 0.5 }, { code: '5xx', failing: 0.15 })
    expect(judged('service:shop/cart', { service: tcp })).toMatchObject({
      health: 'failing',
      reason: { of: { protocol: 'http', codes: '5xx' } },
    })
  })

  it('is of what goes out only where somebody says so', () => {
    expect(judged('service:shop/web', {}).health).toBe('healthy')
    expect(judged('service:shop/web', { namespace: fails(0.2, { direction: 'outbound' }) })).toMatchObject({
      health: 'failing',
      reason: { rule: 'tolerance', value: 0.2, seen: 600, of: { direction: 'outbound' } },
    })
  })

  it('is not harmed by an annotation that cannot be read: it is told, and what holds without it holds', () => {
    const { health, reason } = judged('service:shop/cart', { service: '5 %', namespace: fails(0.5) })
    expect(health).toBe('healthy')
    expect(reason?.origin).toMatchObject({ object: { kind: 'Namespace' } })
    expect(reason?.wrongs).toEqual([
      expect.stringMatching(
        /^The annotation weft\/health of Service shop\/cart cannot be read and counts for nothing: it is not JSON/,
      ),
    ])
  })
})
