import { describe, expect, it } from 'vitest'
import type { HistoryEntry } from '#shared/config/api.ts'
import { howOf } from './how.ts'
import { linesOf, shownOf } from './lines.ts'
import { type Page, readNewer, withNewer } from './query.ts'
import { authorsIn, authorsText, filterIn, historySearchIn, picked } from './search.ts'

const entry = (id: number, more: Partial<HistoryEntry> = {}): HistoryEntry => ({
  id: String(id),
  object: { group: 'networking.istio.io', kind: 'VirtualService', namespace: 'shop', name: 'web' },
  at: id * 1000,
  change: 'changed',
  author: 'kubectl',
  manager: 'kubectl',
  isThroughWeft: false,
  reason: null,
  fields: [],
  findings: { Error: 0, Warning: 0, Info: 0 },
  turns: { broken: 0, holds: 0, uncertain: 0 },
  ...more,
})
const entries = (...ids: number[]) => ids.map(id => entry(id))
const idsOf = (of: readonly HistoryEntry[]) => of.map(({ id }) => Number(id))

describe('the timeline', () => {
  it('has a line over each day, and keeps the order in which things were seen', () => {
    const dayOf = (at: number) => String(Math.floor(at / 10_000))
    const lines = linesOf([entry(25), entry(21), entry(20, { at: 5000 }), entry(19)], dayOf)
    expect(lines.map(line => (line.kind === 'day' ? `day ${line.at}` : line.id))).toEqual([
      'day 25000',
      '25',
      '21',
      'day 5000',
      '20',
      'day 19000',
      '19',
    ])
  })

  it('does not move while somebody reads further down: what is newer waits and is counted', () => {
    expect(shownOf(entries(5, 4, 3), '4')).toEqual({ shown: entries(4, 3), waiting: 1 })
    expect(shownOf(entries(5, 4, 3), null)).toEqual({ shown: entries(5, 4, 3), waiting: 0 })
  })

  it('puts newer changes first, each once, and takes over what was told later of a known one', () => {
    const data = {
      pages: [
        { entries: entries(3, 2), isEnd: false },
        { entries: entries(1), isEnd: true },
      ],
      pageParams: [null, '2'],
    }
    const told = withNewer(data, [entry(5), entry(4), entry(3, { author: 'shop-dev' }), entry(1, { reason: 'why' })])
    expect(told.pages.map(page => idsOf(page.entries))).toEqual([[5, 4, 3, 2], [1]])
    expect(told.pages[0]?.entries[2]?.author).toBe('shop-dev')
    expect(told.pages[1]?.entries[0]?.reason).toBe('why')
    expect(withNewer(told, entries(5, 4)).pages.map(page => idsOf(page.entries))).toEqual([[5, 4, 3, 2], [1]])
  })

  it('catches up page by page until it meets what is known, and gives up where too much has happened', async () => {
    const all = Array.from({ length: 400 }, (_, index) => entry(400 - index))
    const ask = async ({ before, limit }: { before?: string; limit: string }): Promise<Page> => {
      const older = all.filter(({ id }) => before === undefined || Number(id) < Number(before))
      return { entries: older.slice(0, Number(limit)), isEnd: older.length <= Number(limit) }
    }
    const { signal } = new AbortController()
    expect(idsOf((await readNewer({}, '399', signal, ask)) ?? [])).toHaveLength(50)
    expect(idsOf((await readNewer({}, '300', signal, ask)) ?? []).at(-1)).toBe(251)
    expect(await readNewer({}, '20', signal, ask)).toBeNull()
    expect(await readNewer({}, null, signal, async () => ({ entries: [], isEnd: true }))).toEqual([])
  })
})

describe('the address of the history', () => {
  it('drops what it does not understand', () => {
    const search = {
      object: 'a/b',
      change: 'created,exploded',
      through: 'x',
      from: 'noon',
      open: '1;2',
      pick: '1,2,3,x',
    }
    expect(historySearchIn(search)).toEqual({ change: 'created', pick: '2,3' })
  })

  it('keeps any name of an author', () => {
    const names = ["o'neil, j", 'kubectl', '100%', '日本']
    expect(authorsIn({ author: authorsText(names) })).toEqual(names)
    expect(authorsIn({ author: '%' })).toEqual(['%'])
  })

  it('becomes what the store is asked for; of one object namespaces say nothing', () => {
    expect(
      filterIn({ ns: 'shop', author: 'a%2Cb,c', from: '1970-01-01T00:01Z', through: 'weft', q: ' x ', open: '3' }),
    ).toEqual({ namespaces: 'shop', author: '["a,b","c"]', since: '60000', through: 'weft', q: 'x' })
    expect(filterIn({ ns: 'shop', object: 'core/Namespace/-/shop' })).toEqual({ object: 'core/Namespace/-/shop' })
  })

  it('compares the two changes that were ticked last', () => {
    expect(picked([], '1')).toBe('1')
    expect(picked(['1'], '2')).toBe('1,2')
    expect(picked(['1', '2'], '3')).toBe('2,3')
    expect(picked(['1'], '1')).toBeUndefined()
  })
})

it.each([
  [{ isThroughWeft: true, manager: 'weft' }, 'weft'],
  [{ isThroughWeft: false, manager: 'kubectl-client-side-apply' }, 'kubectl'],
  [{ isThroughWeft: false, manager: 'argocd-controller' }, 'argocd'],
  [{ isThroughWeft: false, manager: 'kustomize-controller' }, 'flux'],
  [{ isThroughWeft: false, manager: 'helm' }, 'helm'],
  [{ isThroughWeft: false, manager: 'pilot-discovery' }, 'controller'],
  [{ isThroughWeft: false, manager: 'kube-controller-manager' }, 'controller'],
  [{ isThroughWeft: false, manager: 'curl' }, 'other'],
  [{ isThroughWeft: false, manager: null }, 'unknown'],
] as const)('%j came by %s', (entryOf, how) => expect(howOf(entryOf)).toBe(how))
