import { describe, expect, it } from 'vitest'
import type { ApiRequest } from '#bff/sources/kubernetes-api.ts'
import type { KubernetesClient } from '#bff/sources/kubernetes-users.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import type { TurnSeen } from '#bff/mesh/turns.ts'
import { openAssertionWatch } from './watch.ts'
import { landscapeDeps } from '#bff/security/rights.fixture.ts'

const policy = (namespace: string, name: string, version: string, spec = {}): MeshObject => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: {
    namespace,
    name,
    resourceVersion: version,
    managedFields: [{ manager: 'kubectl', time: '2026-11-26T02:00:00Z' }],
  },
  spec,
})
const map = (namespace: string, text: string) => ({
  metadata: {
    namespace,
    name: 'weft-assertions',
    managedFields: [{ manager: 'weft', time: '2026-11-25T10:00:00Z', fieldsV1: { 'f:data': {} } }],
  },
  data: { assertions: text },
})
const letIn = { rules: [{}] }

/** A console of `mesh-admin`, and a cluster in which a test writes. */
function world(may: (user: string, namespace: string | null) => boolean = () => true) {
  let [now, objects] = [1000, [policy('shop', 'open', '1', letIn), policy('pay', 'open', '1', letIn)]]
  let maps = [map('shop', '- nothing outside shop reaches cart')]
  const reports: unknown[] = []
  const listeners: (() => void)[] = []
  const as = (user: string) => {
    const ask = async ({ path }: ApiRequest) => {
      const namespace = /namespaces\/([^/]+)/.exec(path)?.[1] ?? null
      const isLet = may(user, namespace)
      const items = maps.filter(({ metadata }) => namespace === null || metadata.namespace === namespace)
      return { status: isLet ? 200 : 403, json: isLet ? { items } : {}, warnings: [] }
    }
    return { ask } as unknown as KubernetesClient
  }
  const turns: TurnSeen[] = []
  const base = landscapeDeps()
  const watch = openAssertionWatch({
    ...base,
    objectsOf: (group, kind) =>
      group === 'security.istio.io' && kind === 'AuthorizationPolicy' ? objects : base.objectsOf(group, kind),
    users: { as, current: 'mesh-admin' },
    objects: {
      subscribe: listener => {
        listeners.push(() => listener(undefined))
        return () => listeners.pop()
      },
    },
    turns: { tell: turn => void turns.push(turn) },
    report: error => reports.push(error),
    now: () => now,
  })
  const read = async (user = 'mesh-admin') => watch.subject.read({}, new AbortController().signal, user)
  return {
    watch,
    reports,
    turns,
    read,
    one: async (user?: string) => Object.values((await read(user)).standings)[0],
    at: (time: number, next: MeshObject[], sentences = maps) => {
      now = time
      objects = next
      maps = sentences
    },
  }
}

describe('assertions on whatever changes in the cluster', () => {
  it('are told with since when, and with what turned them', async () => {
    const { one, at, watch } = world()
    expect(await one()).toMatchObject({ outcome: 'broken', since: 1000, isTurnSeen: false, turnedBy: [] })
    const closed = policy('shop', 'open', '2', {
      rules: [{ from: [{ source: { namespaces: ['shop'] } }] }],
    })
    at(2000, [closed, policy('pay', 'open', '1', letIn)])
    expect(await one()).toMatchObject({
      outcome: 'holds',
      since: 2000,
      isTurnSeen: true,
      turnedBy: [{ object: { kind: 'AuthorizationPolicy', namespace: 'shop', name: 'open' }, manager: 'kubectl' }],
    })
    // What goes turns it, too; a line above it does not.
    at(3000, [policy('pay', 'open', '1', letIn)], [map('shop', '# of the shop\n- nothing outside shop reaches cart')])
    expect(await one()).toMatchObject({ outcome: 'broken', since: 3000, turnedBy: [{ object: { name: 'open' } }] })
    at(4000, [policy('pay', 'open', '1', letIn)])
    expect(await one()).toMatchObject({ outcome: 'broken', since: 3000 })
    await watch.close()
  })

  it('tell which change turned them: of several the one that did, and none where only what runs has changed', async () => {
    const { one, at, watch, turns, reports } = world()
    await one()
    const closed = policy('shop', 'open', '7', { rules: [{ from: [{ source: { namespaces: ['shop'] } }] }] })
    const others = (from: number) => [1, 2, 3].map(index => policy('pay', `p${index}`, `${from + index}`, letIn))
    at(2000, [policy('pay', 'open', '1', letIn), ...others(4), closed, policy('pay', 'last', '9', letIn)])
    expect(await one()).toMatchObject({ outcome: 'holds' })
    at(3000, [policy('pay', 'open', '1', letIn), ...others(10)])
    expect(await one()).toMatchObject({ outcome: 'broken' })
    await watch.close()
    const assertion = { namespace: 'shop', name: 'weft-assertions', text: 'nothing outside shop reaches cart' }
    const object = { group: 'security.istio.io', kind: 'AuthorizationPolicy', namespace: 'shop', name: 'open' }
    expect(turns).toEqual([
      { assertion, object, at: 2000, was: 'broken', became: 'holds', version: '7', isGone: false },
      { assertion, object, at: 3000, was: 'holds', became: 'broken', version: '7', isGone: true },
    ])
    expect(reports).toEqual([])
  })

  it('are not checked again where nothing changed, and told only where something did', async () => {
    const { read, watch, at } = world()
    const [first, second] = [await read(), await read()]
    expect(watch.subject.diff(first, second)).toBeNull()
    at(2000, [])
    expect(watch.subject.diff(second, await read())).toMatchObject({
      written: { 'shop/weft-assertions': { manager: 'weft' } },
    })
    await watch.close()
  })

  it('are those that somebody may list, on what they may read, and name nothing else', async () => {
    const { read, one, at, watch } = world((user, namespace) => user === 'mesh-admin' || namespace === 'shop')
    await one()
    at(
      2000,
      [policy('shop', 'open', '1', letIn), policy('pay', 'secret', '1', letIn)],
      [map('shop', '- nothing outside shop reaches cart'), map('pay', '- nothing reaches ledger')],
    )
    await one()
    const told = await read('shop-dev')
    expect(Object.values(told.standings)).toMatchObject([{ outcome: 'uncertain' }])
    expect(JSON.stringify(told)).not.toMatch(/pay|ledger|secret/)
    await watch.close()
  })

  it('say why there are none for who may not list them, and that is no fault', async () => {
    const { read, watch, reports } = world(user => user === 'mesh-admin')
    expect(await read('shop-dev')).toMatchObject({
      because: expect.stringMatching(/list configmaps/) as string,
      standings: {},
    })
    await watch.close()
    expect(reports).toEqual([])
  })
})
