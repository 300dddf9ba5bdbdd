import { expect, it } from 'vitest'
import type { ConfigRow } from '#shared/proxies/api.ts'
import { objectHref, workloadHref } from './links.ts'
import { narrow } from './narrow.ts'
import { proxiesSearchIn } from './search.ts'

const row = (id: string, cells: ConfigRow['cells'], objects: ConfigRow['objects'] = []): ConfigRow => ({
  id,
  cells,
  objects,
  trouble: null,
})
const rule = { group: 'networking.istio.io', kind: 'DestinationRule', namespace: 'shop', name: 'web' }
const rows = [row('a', { host: 'Web.shop', port: 8080 }, [rule]), row('b', { host: 'db.data', port: null })]

it.each([
  ['', 'ab'],
  ['WEB', 'a'],
  ['8080 destinationrule', 'a'],
  ['shop/web', 'a'],
  ['web data', ''],
])('the words "%s" leave %s', (q, left) => {
  expect(
    narrow(rows, q)
      .map(({ id }) => id)
      .join(''),
  ).toBe(left)
})

it('addresses hold hostile names as one step, and the scope goes along', () => {
  expect(objectHref({ ...rule, name: 'a/b?c' }, { ns: 'shop,pay' })).toBe(
    '/config/networking.istio.io/DestinationRule/shop/a%2Fb%3Fc?ns=shop%2Cpay',
  )
  expect(objectHref({ group: '', kind: 'Service', namespace: 'shop', name: 'web' })).toBe('/services/shop/web')
  expect(workloadHref('shop/web')).toBe('/workloads/shop/web')
})

it('an address that is half broken still opens', () => {
  expect(proxiesSearchIn({ pod: 'web-0', table: 'nothing', q: 7 })).toEqual({
    pod: 'web-0',
    table: undefined,
    q: undefined,
    sort: undefined,
    pods: undefined,
  })
})
