import { expect, it } from 'vitest'
import { bench } from './bench.ts'

it('the benchmark draws a mesh of ten thousand pods, grouped', () => {
  const result = bench(() => 0)
  expect(result.series).toBeGreaterThan(70_000)
  expect(result.nodes).toBe(200)
  expect(result.edges).toBeGreaterThan(1000)
})
