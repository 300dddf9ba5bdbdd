import { describe, expect, it } from 'vitest'
import { aGraph, anEdge, aNode } from './canvas/shop.fixture.ts'
import { refusalMarks, type RefusalsSeen } from './refusals.ts'
import { toElements } from './elements.ts'
import { englishWords } from './canvas/words.fixture.ts'

const words = { refused: 'refused', wouldBe: 'would be' }
const at = (name: string) => {
  const [namespace = '', workload = ''] = name.split('/')
  return { namespace, workload }
}
const call = (from: string, to: string, rate: number) => ({
  source: at(from),
  destination: at(to),
  protocol: 'http' as const,
  rate,
})
const nothing: RefusalsSeen = { calls: [], workloads: [] }
const web = aNode('service', 'shop', 'web', { related: ['web-v1', 'web-v2'] })
const cart = aNode('service', 'shop', 'cart', { related: ['cart'] })
const ledger = aNode('service', 'pay', 'ledger', { related: ['ledger'] })
const toCart = { ...anEdge(web.id, cart.id, 'http', 20), deniedRatio: 0.25 }
const toLedger = { ...anEdge(web.id, ledger.id, 'http', 4), deniedRatio: 0 }
const graph = aGraph([web, cart, ledger], [toCart, toLedger])
const drawn = (seen: RefusalsSeen) =>
  toElements(graph, 'refusals', new Set(), englishWords, refusalMarks(graph, seen, words))
const edge = (id: string, seen = nothing) => drawn(seen).edges.find(each => each.id === id)

describe('the map of refusals', () => {
  it('says of an edge how many requests a second are refused, by sign, word and dashes; others are quiet', () => {
    expect(edge(toCart.id)).toMatchObject({ tone: 'failing', dash: 'dashed', text: '⊘ 5/s refused', lock: null })
    expect(edge(toLedger.id)).toMatchObject({ tone: 'quiet', dash: null, text: '' })
  })

  it('says how many would be, of all versions of a caller together', () => {
    const seen = { ...nothing, calls: [call('shop/web-v1', 'pay/ledger', 0.2), call('shop/web-v2', 'pay/ledger', 0.3)] }
    expect(edge(toLedger.id, seen)).toMatchObject({ tone: 'degraded', dash: 'dotted', text: '◇ 0.5/s would be' })
    const both = { ...nothing, calls: [call('shop/web-v1', 'shop/cart', 1)] }
    expect(edge(toCart.id, both)).toMatchObject({ tone: 'failing', text: '⊘ 5/s refused · ◇ 1/s would be' })
  })

  it('says below a node what its proxies count: of a Service that of its workloads, of a namespace all of it', () => {
    const workloads = [
      { ...at('pay/ledger'), enforced: 0.4, staged: 0 },
      { ...at('pay/fraud'), enforced: 0, staged: 0.1 },
    ]
    expect(drawn({ ...nothing, workloads }).nodes.find(({ id }) => id === ledger.id)).toMatchObject({
      note: '⊘ 0.4/s',
      noteTone: 'failing',
    })
    const pay = aNode('namespace', '', 'pay')
    const { notes } = refusalMarks(aGraph([pay], []), { ...nothing, workloads }, words)
    expect(notes?.get(pay.id)).toEqual({ tone: 'failing', text: '⊘ 0.4/s · ◇ 0.1/s' })
  })

  it('adds up what one line draws, before a waypoint', () => {
    const waypoint = aNode('waypoint', 'pay', 'waypoint')
    const [one, other] = [aNode('service', 'pay', 'a'), aNode('service', 'pay', 'b')]
    const edges = [one, other].map(({ id }) => ({
      ...anEdge(web.id, id, 'http', 10),
      via: waypoint.id,
      deniedRatio: 0.1,
    }))
    const whole = aGraph([web, waypoint, one, other], edges)
    const lines = toElements(whole, 'refusals', new Set(), englishWords, refusalMarks(whole, nothing, words)).edges
    expect(lines.find(({ source }) => source === web.id)?.text).toBe('⊘ 2/s refused')
  })
})
