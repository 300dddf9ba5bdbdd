import { expect, it } from 'vitest'
import { lastOf } from './last-of.ts'

it('does one at a time, and of those that come meanwhile the last: none that came after the beginning is missed', async () => {
  const begun: number[] = []
  const ends: (() => void)[] = []
  const ask = lastOf<number>(asked => {
    begun.push(asked)
    return new Promise(resolve => ends.push(resolve))
  })
  for (const each of [1, 2, 3]) ask(each)
  expect(begun).toEqual([1])
  ends[0]?.()
  await expect.poll(() => begun).toEqual([1, 3])
  ends[1]?.()
  await Promise.resolve()
  ask(4)
  await expect.poll(() => begun).toEqual([1, 3, 4])
})
