import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Line, linesIn } from './lines.ts'

async function* pieces(...given: (string | Uint8Array)[]) {
  for (const piece of given) yield typeof piece === 'string' ? Buffer.from(piece) : piece
}
async function read(chunks: AsyncIterable<Uint8Array>, most?: number): Promise<Line[]> {
  const all: Line[] = []
  for await (const lines of linesIn(chunks, most)) all.push(...lines)
  return all
}

describe('lines of a log', () => {
  it('are the same however the bytes were cut on the way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 30 }).filter(text => !/[\n\r]/.test(text))),
        fc.integer({ min: 1, max: 9 }),
        async (texts, size) => {
          const bytes = Buffer.from(texts.map(text => `${text}\n`).join(''))
          const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
            bytes.subarray(index * size, (index + 1) * size),
          )
          expect((await read(pieces(...parts))).map(({ text }) => text)).toEqual(texts)
        },
      ),
      { numRuns: 50 },
    )
  })
  it('longer than 64 kB are cut, and say how long they were', async () => {
    const [long, next] = await read(pieces('x'.repeat(500_000), `${'x'.repeat(500_000)}\nnext\n`))
    expect(long?.text).toHaveLength(65_536)
    expect(long?.cut).toBe(1_000_000)
    expect(next).toEqual({ text: 'next', cut: null })
  })
  it('are not cut within a character', async () => {
    expect(await read(pieces('aé€😀z\n'), 4)).toEqual([{ text: 'aé', cut: 11 }])
    expect(await read(pieces('aé€😀z\n'), 6)).toEqual([{ text: 'aé€', cut: 11 }])
  })
  it('have what is no text replaced', async () => {
    const [line] = await read(pieces(new Uint8Array([0x61, 0xff, 0xfe, 0x00, 0x62, 0x0a])))
    expect(line?.text).toBe('a\ufffd\ufffd\u0000b')
  })
  it('without an end are told when the container ended', async () => {
    expect(await read(pieces('one\r\ntwo'))).toEqual([
      { text: 'one', cut: null },
      { text: 'two', cut: null },
    ])
  })
})
