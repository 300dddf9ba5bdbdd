import { describe, expect, it } from 'vitest'
import { memoryStore } from '#lab/mesh/testing/memory-store.ts'
import { virtualService } from '#lab/mesh/testing/objects.ts'
import { createIstiodLog } from './istiod.ts'

const time = Date.UTC(2026, 10, 23, 8)
const route = virtualService('shop', 'back', {})

describe('the log of istiod', () => {
  it('tells of the pushes that the mesh made, by their versions, each once', () => {
    const latest = { number: 1, version: 'one/1' }
    const log = createIstiodLog(memoryStore([]), () => latest)
    expect(log.take(time)).toEqual([])
    log.see('virtualservices.networking.istio.io', route)
    // Seen, and not yet sent.
    expect(log.take(time)).toEqual([])
    Object.assign(latest, { number: 2, version: 'two/2' })
    expect(log.take(time).map(({ text }) => text.slice(text.indexOf('ads\t')))).toEqual([
      expect.stringContaining('Push debounce stable[2] 1 for config VirtualService/shop/back'),
      'ads\tXDS: Pushing Services:0 ConnectedEndpoints:0 Version:two/2',
    ])
    expect(log.take(time)).toEqual([])
  })
  it('counts by itself where nobody else does', () => {
    const log = createIstiodLog(memoryStore([]))
    log.see('virtualservices.networking.istio.io', route)
    expect(log.take(time)[1]?.text).toContain('Version:2026-11-23T08:00:00Z/1')
  })
})
