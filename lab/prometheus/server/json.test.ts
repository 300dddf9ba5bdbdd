import { describe, expect, it } from 'vitest'
import type { Labels } from '#lab/contract.ts'
import { writeResult } from './json.ts'

describe('a result as JSON', () => {
  it('of a vector has labels in order, times to the millisecond and values as text', () => {
    const labels: Labels[] = [{ __name__: 'a', zone: 'x', job: 'é<' }, {}]
    const values = Float64Array.of(1e21, Number.NEGATIVE_INFINITY)
    expect(writeResult({ type: 'vector', time: 1500, labels, values })).toBe(
      '{"resultType":"vector","result":[' +
        '{"metric":{"__name__":"a","job":"é\\u003c","zone":"x"},"value":[1.500,"1e+21"]},' +
        '{"metric":{},"value":[1.500,"-Inf"]}]}',
    )
  })

  it('of a matrix has pairs of time and value', () => {
    const series = [{ labels: {}, times: Float64Array.of(0, 60_000), values: Float64Array.of(-0, Number.NaN) }]
    expect(writeResult({ type: 'matrix', series })).toBe(
      '{"resultType":"matrix","result":[{"metric":{},"values":[[0,"-0"],[60,"NaN"]]}]}',
    )
  })

  it('of a scalar or string is one pair, and a scalar has no exponent', () => {
    expect(writeResult({ type: 'scalar', time: 1500, value: 1e-9 })).toBe(
      '{"resultType":"scalar","result":[1.5,"0.000000001"]}',
    )
    expect(writeResult({ type: 'string', time: 1000, value: 'a"b' })).toBe(
      '{"resultType":"string","result":[1,"a\\"b"]}',
    )
  })
})
