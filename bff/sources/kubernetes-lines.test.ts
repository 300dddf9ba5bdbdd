import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FramingError, lines } from './kubernetes-lines.ts'

async function* pieces(bytes: Uint8Array, cuts: readonly number[]) {
  const at = [0, ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  for (const [index, start] of at.slice(0, -1).entries()) {
    await Promise.resolve()
    yield bytes.subarray(start, at[index + 1])
  }
}

async function read(bytes: Uint8Array, cuts: readonly number[], longest?: number): Promise<string[]> {
  const found: string[] = []
  for await (const line of lines(pieces(bytes, cuts), longest)) found.push(line.toString())
  return found
}

describe('lines of a stream', () => {
  it('are the same wherever the bytes are cut, in the middle of a character too', async () => {
    const words = fc.array(fc.string({ unit: 'grapheme' }).map(word => word.replaceAll('\n', '')))
    await fc.assert(
      fc.asyncProperty(words, fc.array(fc.nat()), async (sent, cuts) => {
        const bytes = Buffer.from(sent.map(line => `${line}\n`).join(''))
        expect(await read(bytes, cuts)).toEqual(sent.filter(line => line !== ''))
      }),
    )
  })
  it('end with the last whole one: what has no newline was cut', async () => {
    expect(await read(Buffer.from('{"a":1}\n{"b":'), [9])).toEqual(['{"a":1}'])
  })
  it('are never endless', async () => {
    await expect(read(Buffer.from('x'.repeat(100)), [10, 20, 30], 25)).rejects.toThrow(FramingError)
  })
})
