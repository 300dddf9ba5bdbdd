import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { envoyFilter, filterPatch, limitOf, routePatch, typedStruct } from '#lab/mesh/testing/envoy-filters.ts'
import { snapshotWith } from '#lab/mesh/testing/small-mesh.ts'
import { envoyFilterProblem } from './envoy-filters.ts'

const typeUrl = 'type.googleapis.com/envoy.extensions.filters.http'
const withTyped = (typed: unknown) => [
  { applyTo: 'HTTP_FILTER', patch: { operation: 'INSERT_BEFORE', value: { name: 'x', typed_config: typed } } },
]

// https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/http/local_ratelimit/v3/local_rate_limit.proto
describe('an EnvoyFilter', () => {
  it.each<[claim: string, patches: Record<string, unknown>[], problem: RegExp | null]>([
    ['with a rate limit', [filterPatch(typedStruct(limitOf(5)))], null],
    ['with one for a route', [routePatch(typedStruct(limitOf(5)), {})], null],
    ['with Lua', withTyped({ '@type': `${typeUrl}.lua.v3.Lua`, inline_code: 'x' }), null],
    ['that removes something', [{ applyTo: 'HTTP_FILTER', patch: { operation: 'REMOVE' } }], null],
    [
      'that merges into a cluster',
      [{ applyTo: 'CLUSTER', patch: { operation: 'MERGE', value: { connect_timeout: '1s' } } }],
      null,
    ],
    ['with nothing in it', [], null],
    ['without a value', [{ applyTo: 'HTTP_FILTER', patch: { operation: 'INSERT_BEFORE' } }], /no value/],
    [
      'with a filter that has no configuration',
      [{ applyTo: 'HTTP_FILTER', patch: { operation: 'ADD', value: { name: 'a' } } }],
      /no typed_config/,
    ],
    ['without a type', withTyped({ inline_code: 'x' }), /no @type/],
    [
      'of a type that nobody knows',
      withTyped({ '@type': `${typeUrl}.imaginary.v3.Filter` }),
      /registered implementation for type: '.*imaginary/,
    ],
    ['of a type that is misspelt', withTyped({ '@type': `${typeUrl}.lua.v3.Luah` }), /registered implementation/],
    [
      'of a type of an old API',
      withTyped({ '@type': 'type.googleapis.com/envoy.config.filter.http.lua.v2.Lua' }),
      /registered implementation/,
    ],
    [
      'of a wrapped type that nobody knows',
      withTyped({
        '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct',
        type_url: 'type.googleapis.com/a.b.C',
        value: {},
      }),
      /a\.b\.C/,
    ],
    [
      'of a wrapped type without a name',
      withTyped({ '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct', value: {} }),
      /no type_url/,
    ],
    ['with a configuration that is a text', withTyped('lua'), /no message/],
    [
      'with a field that does not exist',
      [filterPatch(typedStruct({ ...limitOf(5), tokens: 3 }))],
      /unknown fields: tokens/,
    ],
    ['without a prefix', [filterPatch(typedStruct({ ...limitOf(5), stat_prefix: '' }))], /StatPrefix/],
    ['with no tokens', [filterPatch(typedStruct(limitOf(0)))], /MaxTokens/],
    ['with a fill too quick', [filterPatch(typedStruct(limitOf(5, '10ms')))], />= 50ms/],
    ['with a fill that is no duration', [filterPatch(typedStruct(limitOf(5, 'often')))], /FillInterval/],
    ['with a bad one for a route', [routePatch(typedStruct(limitOf(0)), {})], /MaxTokens/],
    [
      'with a bad one after a good one',
      [filterPatch(typedStruct(limitOf(5))), filterPatch(typedStruct(limitOf(0)))],
      /^configPatches\[1\]/,
    ],
  ])('%s', (_, patches, problem) => {
    const found = envoyFilterProblem(envoyFilter('shop', 'a', patches))
    if (problem === null) expect(found).toBeNull()
    else expect(found).toMatch(problem)
  })
  it('of any shape is read without a crash', () => {
    const { tree } = fc.letrec(tie => ({
      tree: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom(
          'HTTP_FILTER',
          'HTTP_ROUTE',
          'MERGE',
          'ADD',
          'envoy.filters.http.local_ratelimit',
          5,
          null,
          true,
          '1s',
        ),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom(
            ...'applyTo match patch operation value name typed_config typed_per_filter_config @type type_url token_bucket max_tokens descriptors entries rate_limits actions'.split(
              ' ',
            ),
          ),
          tie('tree'),
          { maxKeys: 6 },
        ),
      ),
    }))
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 3 }), patches => {
        const object = envoyFilter('shop', 'a', patches as Record<string, unknown>[])
        const problem = envoyFilterProblem(object)
        expect(problem === null || problem.length > 0).toBe(true)
        const snapshot = snapshotWith(object)
        for (const workload of snapshot.workloads.values()) snapshot.envoyFilters.of(workload)
      }),
    )
  })
})
