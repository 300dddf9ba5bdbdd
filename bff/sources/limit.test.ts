import { describe, expect, it } from 'vitest'
import { Limit } from './limit.ts'

describe('a limit', () => {
  it('never lets more run than it says, and lets all run in the end, in order', async () => {
    const limit = new Limit(3)
    const begun: number[] = []
    let running = 0
    let most = 0
    const work = (index: number) => async () => {
      begun.push(index)
      running += 1
      most = Math.max(most, running)
      await Promise.resolve()
      running -= 1
      return index
    }
    const results = await Promise.all(Array.from({ length: 20 }, (_, index) => limit.run(work(index))))
    expect(most).toBe(3)
    expect(results).toEqual(begun)
    expect(begun).toEqual(Array.from({ length: 20 }, (_, index) => index))
  })
  it('goes on after a failure', async () => {
    const limit = new Limit(1)
    await expect(limit.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await expect(limit.run(() => Promise.resolve(1))).resolves.toBe(1)
  })
  it('takes out of the line what nobody waits for', async () => {
    const limit = new Limit(1)
    const gate = Promise.withResolvers<void>()
    const first = limit.run(() => gate.promise)
    const gone = new AbortController()
    let ran = false
    const second = limit.run(() => Promise.resolve((ran = true)), gone.signal)
    const third = limit.run(() => Promise.resolve('third'))
    gone.abort(new Error('gone'))
    await expect(second).rejects.toThrow('gone')
    gate.resolve()
    await first
    expect(await third).toBe('third')
    expect(ran).toBe(false)
    await expect(limit.run(() => Promise.resolve(), gone.signal)).rejects.toThrow('gone')
  })
})
