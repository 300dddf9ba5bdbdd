import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ConfigRow } from '#shared/config/api.ts'
import { meshKinds } from '#shared/config/kinds.ts'
import { row } from '#shared/config/list.fixture.ts'
import { configSearchIn, levels, ownerKinds } from '#web/config/search.ts'
import { objectHref } from '#web/config/names.ts'
import { type Filter, facets, filterIn, narrow } from './filter.ts'
import { linesOf } from './lines.ts'
import { columnIds, nextSort, sorted, sortingIn } from './order.ts'

const none: Filter = { kind: [], namespace: [], findings: [], owner: [], words: [] }
const count = fc.nat(2)
const rows: fc.Arbitrary<ConfigRow[]> = fc.array(
  fc
    .record({
      kind: fc.constantFrom(...meshKinds.slice(0, 5), ...meshKinds.slice(-4), { group: '', kind: 'Namespace' }),
      namespace: fc.constantFrom('shop', 'pay', ''),
      name: fc.constantFrom('a', 'b', 'c'),
      rest: fc.record({
        findings: fc.record({ Error: count, Warning: count, Info: count }),
        owner: fc.record({
          kind: fc.constantFrom(...ownerKinds),
          name: fc.constantFrom('x', 'y'),
          isGitOps: fc.boolean(),
        }),
        changedAt: fc.option(count),
        workloads: fc.option(count),
        pods: fc.option(count),
        hosts: fc.array(fc.constantFrom('cart', '*.example.com'), { maxLength: 2 }),
      }),
    })
    .map(({ kind, namespace, name, rest }) => row(`${kind.kind} ${namespace}/${name}`, rest, kind.group)),
)
const filters: fc.Arbitrary<Filter> = fc.record({
  kind: fc.subarray(['networking.istio.io/VirtualService', 'networking.istio.io/Gateway', 'core/Namespace']),
  namespace: fc.subarray(['shop', 'pay']),
  findings: fc.subarray([...levels]),
  owner: fc.subarray([...ownerKinds]),
  words: fc.subarray(['shop', 'cart', 'gateway']),
})
const sortings = fc.option(fc.record({ column: fc.constantFrom(...columnIds), falls: fc.boolean() }))
const grouping = fc.constantFrom('kind' as const, 'namespace' as const, 'none' as const)

describe('the filters', () => {
  it('that choose nothing leave every row', () => {
    fc.assert(
      fc.property(rows, list => {
        expect(narrow(list, none).rows).toEqual(list)
      }),
    )
  })

  it('leave rows in their order, and narrowing twice narrows once', () => {
    fc.assert(
      fc.property(rows, filters, (list, filter) => {
        const once = narrow(list, filter).rows
        expect(list.filter(each => once.includes(each))).toEqual(once)
        expect(narrow(once, filter).rows).toEqual(once)
      }),
    )
  })

  it('count exactly what choosing a value would show', () => {
    fc.assert(
      fc.property(rows, filters, fc.constantFrom(...facets), (list, filter, facet) => {
        for (const [value, told] of narrow(list, filter).counts[facet])
          if (value !== '') expect(narrow(list, { ...filter, [facet]: [value] }).rows).toHaveLength(told)
      }),
    )
  })

  it('of an error and of none are either-or; words have to be found all', () => {
    const list = [
      row('VirtualService shop/cart', { findings: { Error: 1, Warning: 2, Info: 0 } }),
      row('Sidecar shop/default'),
      row('ServiceEntry shop/mail', { findings: { Error: 0, Warning: 1, Info: 0 }, hosts: ['smtp.mail.example'] }),
    ]
    const names = (search: Record<string, string>) =>
      narrow(list, filterIn(configSearchIn(search))).rows.map(({ ref }) => ref.name)
    expect(names({ findings: 'error,none' })).toEqual(['cart', 'default'])
    expect(names({ findings: 'warning' })).toEqual(['cart', 'mail'])
    expect(names({ q: 'SMTP shop' })).toEqual(['mail'])
    expect(names({ q: 'smtp pay' })).toEqual([])
    expect(names({ kind: 'networking.istio.io/Sidecar' })).toEqual(['default'])
  })
})

describe('the order', () => {
  it('keeps every row, and sorting twice sorts once', () => {
    fc.assert(
      fc.property(rows, sortings, (list, sorting) => {
        const once = sorted(list, sorting)
        expect(new Set(once)).toEqual(new Set(list))
        expect(once).toHaveLength(list.length)
        expect(sorted(once, sorting)).toEqual(once)
      }),
    )
  })

  it('does not depend on the order rows come in', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), changedAt: fc.option(count) }), {
          selector: ({ name }) => name,
        }),
        sortings,
        (list, sorting) => {
          const made = list.map(({ name, changedAt }) => row(`Sidecar shop/${name}`, { changedAt }))
          expect(sorted(made.toReversed(), sorting)).toEqual(sorted(made, sorting))
        },
      ),
    )
  })

  it('puts what is not known last, rising and falling', () => {
    const list = [
      row('Sidecar shop/a'),
      row('Sidecar shop/b', { changedAt: 1 }),
      row('Sidecar shop/c', { changedAt: 2 }),
    ]
    const names = (falls: boolean) => sorted(list, { column: 'changed', falls }).map(({ ref }) => ref.name)
    expect(names(false)).toEqual(['b', 'c', 'a'])
    expect(names(true)).toEqual(['c', 'b', 'a'])
  })

  it('puts the worst first: errors before any number of warnings', () => {
    const found = (Error: number, Warning: number) => ({ findings: { Error, Warning, Info: 0 } })
    const list = [row('Sidecar shop/many', found(0, 9)), row('Sidecar shop/wrong', found(1, 0))]
    expect(sorted(list, { column: 'findings', falls: true }).map(({ ref }) => ref.name)).toEqual(['wrong', 'many'])
  })

  it.each([
    [undefined, 'name', 'name'],
    ['name', 'name', '-name'],
    ['-name', 'name', undefined],
    [undefined, 'changed', '-changed'],
    ['-changed', 'changed', 'changed'],
    ['changed', 'changed', undefined],
    ['name', 'findings', '-findings'],
  ] as const)('from %s, a click on %s leads to %s', (before, column, after) => {
    expect(nextSort(before, column)).toBe(after)
  })

  it('of a column nobody knows is no order', () => {
    expect(sortingIn('-evil')).toBeNull()
    expect(sortingIn('-changed')).toEqual({ column: 'changed', falls: true })
  })
})

describe('the lines', () => {
  it('hold every row once; groups say how many they hold', () => {
    fc.assert(
      fc.property(rows, grouping, (list, by) => {
        const lines = linesOf(list, by, [])
        expect(lines.filter(({ kind }) => kind === 'row')).toHaveLength(list.length)
        const told = lines.flatMap(line => (line.kind === 'group' ? [line.count] : []))
        expect(told.reduce((sum, each) => sum + each, 0)).toBe(by === 'none' ? 0 : list.length)
      }),
    )
  })

  it('of folded groups leave out their rows and nothing else', () => {
    const list = [
      row('Sidecar shop/a'),
      row('Sidecar pay/b'),
      row('GatewayClass istio', {}, 'gateway.networking.k8s.io'),
    ]
    const ids = linesOf(list, 'namespace', ['pay']).map(({ id }) => id)
    expect(ids).toEqual([
      'group:pay',
      'group:shop',
      'networking.istio.io/Sidecar/shop/a',
      'group:-',
      'gateway.networking.k8s.io/GatewayClass//istio',
    ])
  })
})

describe('the address', () => {
  it('of a list drops what it does not understand', () => {
    expect(configSearchIn({ findings: 'evil,error', owner: 'nobody', group: 'x', q: 7, sort: 'name' })).toEqual({
      findings: 'error',
      sort: 'name',
    })
  })

  it('of an object is one path whatever it is called', () => {
    expect(objectHref(row('Sidecar shop/default').ref)).toBe('/config/networking.istio.io/Sidecar/shop/default')
    expect(objectHref({ group: '', kind: 'Namespace', namespace: '', name: '<b>/x?#' })).toBe(
      '/config/core/Namespace/-/%3Cb%3E%2Fx%3F%23',
    )
  })
})
