import { expect, it } from 'vitest'
import { type Bucket, quantileOf } from './quantile.ts'

const buckets: Bucket[] = [
  [10, 50],
  [100, 90],
  [Number.POSITIVE_INFINITY, 100],
]

it.each([
  ['within the first bucket, from zero', 0.25, buckets, 5],
  ['at a bound', 0.5, buckets, 10],
  ['within a bucket', 0.7, buckets, 55],
  ['beyond the last bound: that bound', 0.99, buckets, 100],
  [
    'where a scrape came between two buckets: no bucket has less than the one below',
    0.5,
    [
      [100, 50],
      [250, 102],
      [500, 104],
      [Number.POSITIVE_INFINITY, 100],
    ] as Bucket[],
    100 + (150 * 2) / 52,
  ],
  [
    'of one bound written in two ways: together',
    0.5,
    [
      [10, 25],
      [10, 25],
      [Number.POSITIVE_INFINITY, 100],
    ] as Bucket[],
    10,
  ],
  [
    'of nothing',
    0.5,
    [
      [10, 0],
      [Number.POSITIVE_INFINITY, 0],
    ] as Bucket[],
    null,
  ],
  [
    'without the bucket of all',
    0.5,
    [
      [10, 1],
      [100, 2],
    ] as Bucket[],
    null,
  ],
])('a quantile %s', (_, quantile, given, is) => expect(quantileOf(quantile, given)).toBe(is))
