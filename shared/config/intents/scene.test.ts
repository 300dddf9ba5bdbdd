import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refOf } from '#shared/mesh/object.ts'
import { told, worldIn } from './scene.ts'

const service = (name: string, port: number) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { ports: [{ port }] },
})
const frame = { unseen: [], settings: {} }
const reply = (version: string, more: Partial<Parameters<typeof told>[1]>) => ({
  version,
  isWhole: false,
  objects: [],
  removed: [],
  ...frame,
  ...more,
})

describe('a world that is told piece by piece', () => {
  it('is what it would be told whole, whatever came, changed and went', () => {
    const step = fc.record({ name: fc.constantFrom('a', 'b', 'c'), port: fc.option(fc.integer({ min: 1, max: 3 })) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), steps => {
        const now = new Map<string, ReturnType<typeof service>>()
        let known = told(null, reply('0', { isWhole: true }))
        for (const [index, { name, port }] of steps.entries()) {
          const object = service(name, port ?? 0)
          if (port === null) now.delete(name)
          else now.set(name, object)
          const change = port === null ? { removed: [refOf(object)] } : { objects: [object] }
          known = told(known, reply(String(index + 1), change))
        }
        const whole = told(null, reply('x', { isWhole: true, objects: [...now.values()] }))
        expect(worldIn(known).list('/Service')).toEqual(worldIn(whole).list('/Service'))
      }),
      { numRuns: 200 },
    )
  })

  it('is the same one as long as nothing has changed, and begins anew where all is told', () => {
    const first = told(null, reply('1', { isWhole: true, objects: [service('a', 1), { kind: 'no object' }] }))
    expect([...first.objects.values()]).toEqual([service('a', 1)])
    expect(told(first, reply('1', {}))).toBe(first)
    const other = told(first, reply('2', { isWhole: true, objects: [service('b', 1)] }))
    expect([...other.objects.values()].map(({ metadata }) => metadata.name)).toEqual(['b'])
  })
})
