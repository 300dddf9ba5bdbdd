import { describe, expect, it } from 'vitest'
import { given, security, seen } from '#shared/security/matrix.fixture.ts'
import { createReplayer } from '#shared/security/replay/replayer.ts'
import { onMap } from './on-map.ts'

const onlyWeb = security('AuthorizationPolicy', 'shop/cart-callers', {
  selector: { matchLabels: { app: 'cart' } },
  rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }] }],
})
const rowsOf = (flows: Parameters<typeof createReplayer>[0]['flows']) =>
  createReplayer(given({ flows })).replay([{ after: onlyWeb }]).rows
const told = (rows: Parameters<typeof onMap>[0]) => onMap(rows, (effect, requests) => `${requests} ${effect}`)
const textsOf = (rows: Parameters<typeof onMap>[0]) => told(rows).map(({ mark }) => mark.text)

describe('what the map says of a replay', () => {
  it('is told by colour, by dash and by a sign before the words', () => {
    const [only, ...more] = told(rowsOf([seen('legacy/batch', 'shop/cart', { passed: 20 }, true)]))
    expect(only).toEqual({
      source: { namespace: 'legacy', workload: 'batch' },
      destination: { namespace: 'shop', workload: 'cart' },
      protocol: 'http',
      mark: { tone: 'failing', dash: 'dashed', rank: 4, text: '◆ 20 newlyRefused' },
    })
    expect(more).toEqual([])
  })

  it('sums what fares alike between two workloads, and lets what would be refused go before what is', () => {
    const rows = rowsOf([
      seen('legacy/batch', 'shop/cart', { passed: 20 }, true),
      { ...seen('legacy/batch', 'shop/cart', { passed: 2 }, true), id: 'another port', port: 9090 },
    ])
    const refused = rows.map(row => ({
      ...row,
      id: `${row.id} before`,
      effect: 'stillRefused' as const,
      requests: 900,
    }))
    for (const all of [
      [...rows, ...refused],
      [...refused, ...rows],
    ])
      expect(textsOf(all)).toEqual(['◆ 22 newlyRefused'])
    expect(textsOf(refused)).toEqual(['⊘ 1800 stillRefused'])
  })
})
