import { describe, expect, it } from 'vitest'
import { worstShown } from '#shared/config/api.ts'
import { row } from '#shared/config/list.fixture.ts'
import { cluster, consoleOn, type Json, virtualService } from './lab.fixture.ts'
import { worstRows } from './worst.ts'

const found = (text: string, Error: number, Warning: number, Info = 0) =>
  row(text, { findings: { Error, Warning, Info } })
const names = (rows: ReturnType<typeof worstRows>) => rows.map(({ ref }) => ref.name)

describe('the worst findings', () => {
  it.each([
    ['errors before warnings, however many', [found('A s/a', 0, 9), found('A s/b', 1, 0)], '', ['b', 'a']],
    ['by name where they are alike', [found('A s/b', 1, 0), found('A s/a', 1, 0)], '', ['a', 'b']],
    ['hints are left to the list', [found('A s/a', 0, 0, 7)], '', []],
    ['of the chosen namespaces', [found('A s/a', 1, 0), found('A t/b', 1, 0)], 't', ['b']],
  ])('stand in the worst objects: %s', (_, rows, namespace, expected) =>
    expect(names(worstRows(rows, namespace === '' ? [] : [namespace]))).toEqual(expected),
  )

  it('are as few as a card shows, and as their reader may see them', async () => {
    const many = Array.from({ length: worstShown + 2 }, (_, place) => virtualService('shop', `lost-${place}`))
    const { kubeconfig } = await cluster([...many, virtualService('pay', 'a')])
    const { as } = await consoleOn(kubeconfig)
    const told = async (user: string) => (await as(user)('/findings')).body['findings'] as Json[]
    const seen = await told('mesh-admin')
    expect(seen).toHaveLength(worstShown)
    expect(seen[0]).toEqual({
      code: 'IST0101',
      level: 'Error',
      object: { group: 'networking.istio.io', kind: 'VirtualService', namespace: 'pay', name: 'a' },
      message: expect.stringContaining('a'),
    })
    expect(JSON.stringify(await told('shop-dev'))).not.toContain('"pay"')
    expect((await as('mesh-admin')('/findings?namespaces=..%2Fx')).status).toBe(400)
  })
})
