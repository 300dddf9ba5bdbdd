import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PieceScanner, scan } from './pieces.ts'

const wants = (list: string) => ['workloads', 'dynamic_listeners'].includes(list)

async function* cutAt(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(text: string, size = 7, cap = 1e6) {
  const found: [string, unknown][] = []
  const told = await scan(cutAt(text, size), { wants, cap, take: (list, value) => found.push([list, value]) })
  return { found, ...told }
}

const whole = { isCut: false, isMalformed: false, dropped: 0 }

describe('pieces of a dump', () => {
  it('are the same wherever the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), { maxLength: 6 }),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        async (things, size, isEnvoy) => {
          const dump = isEnvoy
            ? { configs: [{ '@type': 'x', 'a "quoted\\ one': [{}] }, { dynamic_listeners: things }] }
            : { services: [{ workloads: [{ deeper: 1 }] }], workloads: things, version: {} }
          const list = isEnvoy ? 'dynamic_listeners' : 'workloads'
          const expected = things.map(thing => [list, JSON.parse(JSON.stringify(thing)) as unknown])
          expect(await read(JSON.stringify(dump, null, size % 3), size)).toEqual({ found: expected, ...whole })
        },
      ),
    )
  })

  it.each([
    ['a page of a proxy in between', '<html>no</html>', { isMalformed: true }],
    ['a list', '[{"workloads":[{}]}]', { isMalformed: true }],
    ['brackets that do not fit', '{"workloads":[{"a":1]}', { isMalformed: true }],
    ['nesting without end', `{"workloads":[${'{"a":['.repeat(300)}`, { isMalformed: true }],
    ['an answer that breaks off', '{"workloads":[{"a":1},{"a":', { isCut: true, found: [['workloads', { a: 1 }]] }],
    ['nothing', '', { isCut: true }],
    ['a thing that is no JSON', '{"workloads":[{a},{"b":1}]}', { dropped: 1, found: [['workloads', { b: 1 }]] }],
  ])('say what is wrong with %s', async (_, text, told) => {
    expect(await read(text)).toMatchObject(told)
  })

  it('end at the cap, and what was read until then is there', async () => {
    const dump = JSON.stringify({ workloads: Array.from({ length: 1000 }, (_, id) => ({ id })) })
    const { found, isCut } = await read(dump, 100, 2000)
    expect(isCut).toBe(true)
    expect(found.length).toBeGreaterThan(100)
    expect(found.length).toBeLessThan(1000)
  })

  it('that are too long are counted and never kept', () => {
    const scanner = new PieceScanner(wants)
    scanner.push(Buffer.from('{"workloads":[{"a":"'))
    for (let part = 0; part < 9; part++) scanner.push(Buffer.alloc(1e6, 'x'))
    expect(scanner.push(Buffer.from('"},{"b":1}]}'))).toEqual([{ list: 'workloads', json: '{"b":1}' }])
    expect([scanner.dropped, scanner.isWhole]).toEqual([1, true])
  })
})
