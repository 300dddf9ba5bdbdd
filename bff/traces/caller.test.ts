import { expect, it } from 'vitest'
import type { TraceSummary } from '#bff/sources/source.ts'
import { withCaller } from './read.ts'

const trace = (traceId: string, ...names: string[]): TraceSummary => ({
  traceId,
  rootService: names[0] ?? '',
  rootOperation: 'GET /',
  start: 0,
  duration: 1,
  spanCount: names.length,
  errorCount: 0,
  services: names.map(name => ({ name, spanCount: 1, errorCount: 0 })),
})
const found = [trace('a', 'web.shop', 'checkout.shop', 'payments.pay'), trace('b', 'batch.legacy', 'payments.pay')]

it.each([
  [undefined, ['a', 'b']],
  ['', ['a', 'b']],
  ['checkout.shop', ['a']],
  ['checkout', []],
])('of traces of payments, those with the caller %s are %o', (caller, wanted) => {
  expect(withCaller(found, caller).map(({ traceId }) => traceId)).toEqual(wanted)
})
