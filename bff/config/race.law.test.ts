import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Outcome } from '#shared/config/api.ts'
import { cluster, consoleOn, type Manifest, virtualService } from './lab.fixture.ts'

const path = 'networking.istio.io/VirtualService/shop/web'
const counted = (count: number): Manifest =>
  virtualService('shop', 'web', { http: [{ timeout: `${count}s`, route: [{ destination: { host: 'web' } }] }] })
const countOf = (object: Manifest): number =>
  Number.parseInt((object['spec'] as { http: { timeout: string }[] }).http[0]?.timeout ?? '', 10)

const people = ['mesh-admin', 'shop-dev'] as const
type Person = (typeof people)[number]
/** One does something, or both write at the same time. */
const aStep = fc.oneof(
  fc.record({ act: fc.constantFrom('read' as const, 'write' as const), who: fc.constantFrom(...people) }),
  fc.constant({ act: 'both' as const }),
)

describe('two people who edit one object', () => {
  it('lose no update, in whatever order they read and write: each write counts, or is told to be a conflict', async () => {
    const { kubeconfig } = await cluster()
    const { as } = await consoleOn(kubeconfig)
    const read = async (who: Person) => (await as(who)(`/objects/${path}`)).body['object'] as Manifest
    /** One more than this person has before their eyes. */
    const write = async (who: Person, seen: Manifest): Promise<Outcome | undefined> => {
      const wish = { manifest: counted(countOf(seen) + 1), resourceVersion: seen.metadata['resourceVersion'], take: [] }
      const { body } = await as(who)('/apply', { apply: [wish], delete: [], dryRun: false })
      return (body['outcomes'] as Outcome[])[0]
    }
    await as('mesh-admin')('/apply', {
      apply: [{ manifest: counted(1), take: [] }],
      delete: [],
      dryRun: false,
    })
    let [writes, conflicts] = [0, 0]
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { minLength: 2, maxLength: 5 }), async steps => {
        const start = countOf(await read('mesh-admin'))
        const eyes = new Map(await Promise.all(people.map(async who => [who, await read(who)] as const)))
        let written = 0
        const tell = async (who: Person) => {
          const seen = eyes.get(who)
          if (!seen) throw new Error(`${who} has read nothing`)
          const outcome = await write(who, seen)
          writes += 1
          expect(['applied', 'conflict']).toContain(outcome?.result)
          if (outcome?.result === 'applied') written += 1
          // A conflict says what it is about; who is told of it reads again.
          else {
            conflicts += 1
            expect(outcome?.because).toMatch(/meanwhile/)
          }
          eyes.set(who, await read(who))
        }
        // oxlint-disable-next-line no-await-in-loop -- an interleaving is an order
        for (const step of steps)
          await (step.act === 'both'
            ? Promise.all(people.map(tell))
            : step.act === 'write'
              ? tell(step.who)
              : read(step.who).then(object => eyes.set(step.who, object)))
        expect(countOf(await read('mesh-admin'))).toBe(start + written)
      }),
      { numRuns: 80 },
    )
    expect(writes).toBeGreaterThan(150)
    expect(conflicts).toBeGreaterThan(20)
  }, 180_000)
})
