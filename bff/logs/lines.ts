import type { Bytes } from '#shared/units.ts'

export interface Line {
  text: string
  /** How long it was, where only its beginning is kept. */
  cut: Bytes | null
}

/** A line longer than this is cut: it would be in the way of everything else on the page. */
export const longest: Bytes = 64 * 1024

/**
 * Bytes as they come → the lines that are whole with each piece, at most `longest` bytes of each. What is no UTF-8 is
 * replaced; the rest of a long line is let go as it comes, so nothing larger than one piece and one line is ever held.
 */
export async function* linesIn(
  chunks: AsyncIterable<Uint8Array>,
  most: Bytes = longest,
): AsyncGenerator<readonly Line[]> {
  let kept: Uint8Array[] = []
  let held = 0
  let size = 0
  const take = (piece: Uint8Array) => {
    size += piece.length
    if (held >= most || piece.length === 0) return
    const part = piece.subarray(0, most - held)
    // A piece is a view of what the socket read: kept for long, it would keep all of that.
    kept.push(part.slice())
    held += part.length
  }
  const end = (): Line => {
    const bytes = kept.length === 1 ? (kept[0] ?? new Uint8Array()) : Buffer.concat(kept, held)
    const line = { text: textOf(bytes, size > held), cut: size > held ? size : null }
    kept = []
    held = 0
    size = 0
    return line
  }
  for await (const chunk of chunks) {
    const whole: Line[] = []
    let start = 0
    for (let stop = chunk.indexOf(10); stop !== -1; stop = chunk.indexOf(10, start)) {
      take(chunk.subarray(start, stop))
      start = stop + 1
      whole.push(end())
    }
    take(chunk.subarray(start))
    if (whole.length > 0) yield whole
  }
  // A container that ended in the middle of a line wrote it all the same.
  if (size > 0) yield [end()]
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** A cut may go through a character; its beginning is not shown. */
function textOf(bytes: Uint8Array, isCut: boolean): string {
  const text = decoder.decode(isCut ? bytes.subarray(0, lastWhole(bytes)) : bytes)
  return text.endsWith('\r') ? text.slice(0, -1) : text
}

/** The end of the last character that may be whole: a lead byte of UTF-8 within the last three begins one that is not. */
function lastWhole(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) break
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return length > back ? bytes.length - back : bytes.length
    }
  }
  return bytes.length
}
