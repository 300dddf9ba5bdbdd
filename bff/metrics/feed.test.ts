import { describe, expect, it } from 'vitest'
import { cluster } from '#bff/mesh/objects.fixture.ts'
import { sourcesOf } from '#bff/mesh/sources.fixture.ts'
import type { Dashboard } from '#shared/metrics/api.ts'
import type { Told } from '#shared/metrics/told.ts'
import { LiveQuery, rounded } from './feed.ts'
import { openMetrics } from './feature.ts'

const signal = new AbortController().signal
const cart = LiveQuery.parse({ of: 'service', namespace: 'shop', name: 'cart' })

function live() {
  const deps = sourcesOf({ objects: cluster([{ name: 'shop/cart', app: 'cart' }]) })
  const seers = { of: async (user: string) => (user === 'dev' ? new Set(['pay']) : ('everything' as const)) }
  const subject = openMetrics({ ...deps, seers }).subjects.find(({ name }) => name === 'metrics')
  if (subject === undefined) throw new Error('Charts do not live.')
  const read = (user: string) => subject.read(cart, signal, user) as Promise<Told<Dashboard>>
  return { deps, subject, read }
}

describe('charts that live', () => {
  it('are read of Prometheus once for all who look', async () => {
    const { deps, read } = live()
    await Promise.all([read('ann'), read('bob')])
    await read('ann')
    expect(deps.asked).toHaveLength(8)
  })

  it('are refused in words to who may not see them, which is no trouble of a source', async () => {
    const { read, subject } = live()
    const refused = await read('dev')
    expect(refused).toEqual({ charts: null, refused: 'There is nothing of this name that dev may see.' })
    expect(subject.diff(refused, await read('dev'))).toBeNull()
  })

  it.each([
    ['900', 15_000],
    ['604800', 15_000],
  ] as const)('are looked at again within a step of %s s', (range, every) => {
    expect(live().subject.every({ ...cart, range })).toBe(every)
  })

  it('travel in six digits, with nothing made of what is not there', () => {
    const charts = { times: [1, 2], panels: [{ id: 'a', lines: [{ id: 'x', name: 'x', values: [1 / 3, null] }] }] }
    expect(rounded(charts).panels[0]?.lines[0]?.values).toEqual([0.333333, null])
  })
})
