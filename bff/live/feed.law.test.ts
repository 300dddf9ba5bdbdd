import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Message } from '#shared/live.ts'
import { Feed } from './feed.ts'
import {
  applyNumbers,
  type Numbers,
  type NumbersChange,
  numbersSubject,
  settle,
  sourceFailure,
  World,
} from './world.fixture.ts'

type Told = Message<Numbers, NumbersChange>

/** A page as it must behave: applies what fits, asks for what it misses, keeps its picture in trouble. */
class Viewer {
  held: { epoch: string; version: number } | null = null
  state: Numbers | null = null
  isInTrouble = false
  needsResync = false

  hear(message: Told): void {
    if (message.kind === 'trouble') {
      this.isInTrouble = true
      return
    }
    this.isInTrouble = false
    if (message.kind === 'snapshot') {
      this.state = message.state
      this.needsResync = false
    } else if (this.state && this.held?.epoch === message.epoch && this.held.version === message.base) {
      this.state = applyNumbers(this.state, message.change)
    } else {
      this.needsResync = true
      return
    }
    this.held = { epoch: message.epoch, version: message.version }
  }
}

type Step =
  | { kind: 'enter' | 'leave' | 'refresh' }
  | { kind: 'wait'; time: number }
  | { kind: 'good'; state: Numbers }
  | { kind: 'bad' }
  /** The next change does not reach viewer number `who`. */
  | { kind: 'lose'; who: number }

const numbers = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 3 }), { noNullPrototype: true })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('enter' as const, 'leave' as const, 'refresh' as const) }),
  fc.record({ kind: fc.constant('wait' as const), time: fc.integer({ min: 0, max: 20_000 }) }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('good' as const), state: numbers }) },
  fc.record({ kind: fc.constant('bad' as const) }),
  fc.record({ kind: fc.constant('lose' as const), who: fc.nat({ max: 5 }) }),
)

describe('whatever fails and whoever comes and goes', () => {
  it('who applies the messages holds the last good state, and knows whether it is stale', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
        const world = new World()
        const viewers: Viewer[] = []
        const deaf = new Set<Viewer>()
        const hasLost = new Set<Viewer>()
        const open: { give: (state: Numbers) => void; fail: (error: Error) => void; signal: AbortSignal }[] = []
        let mostAtOnce = 0
        let running = 0
        const subject = numbersSubject(async (_, signal) => {
          running += 1
          mostAtOnce = Math.max(mostAtOnce, running)
          const { promise, resolve, reject } = Promise.withResolvers<Numbers>()
          open.push({ give: resolve, fail: reject, signal })
          try {
            return await promise
          } finally {
            running -= 1
          }
        })
        const { now, later, report } = world
        const feed = new Feed(subject, { scope: 'x' }, { now, later, report, epoch: 'e' }, message => {
          for (const viewer of viewers) {
            if (message.kind === 'change' && deaf.delete(viewer)) hasLost.add(viewer)
            else viewer.hear(message)
          }
        })
        // What must be so: the last state that was read while somebody looked, and whether the last reading failed.
        let good: Numbers | null = null
        let isFailing = false
        for (const now of steps) {
          if (now.kind === 'enter') {
            const viewer = new Viewer()
            for (const message of feed.catchUp()) viewer.hear(message)
            viewers.push(viewer)
            feed.enter()
          } else if (now.kind === 'leave') {
            if (viewers.shift()) feed.leave()
          } else if (now.kind === 'refresh') {
            feed.refresh()
          } else if (now.kind === 'wait') {
            await world.pass(now.time)
          } else if (now.kind === 'lose') {
            const viewer = viewers[now.who]
            if (viewer) deaf.add(viewer)
          } else {
            const reading = open.shift()
            if (!reading) continue
            if (now.kind === 'good') reading.give(now.state)
            else reading.fail(sourceFailure('away'))
            await settle()
            if (!reading.signal.aborted) {
              isFailing = now.kind === 'bad'
              if (now.kind === 'good') good = now.state
            }
          }
          await settle()
          for (const viewer of viewers) {
            if (viewer.needsResync || hasLost.has(viewer)) {
              // It noticed the gap, or the channel knows that it was left out.
              for (const message of feed.catchUp(viewer.held ?? undefined)) viewer.hear(message)
              hasLost.delete(viewer)
            }
            expect(viewer.state).toEqual(good)
            expect(viewer.isInTrouble).toBe(isFailing)
          }
        }
        expect(mostAtOnce).toBeLessThanOrEqual(1)
        for (const _ of viewers.splice(0)) feed.leave()
        for (const reading of open.splice(0)) reading.fail(new Error('called off'))
        await settle()
        const { readings } = feed
        await world.pass(600_000)
        expect(feed.readings).toBe(readings)
      }),
      { numRuns: 300 },
    )
  })
})
