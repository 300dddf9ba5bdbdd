import type { Bytes } from '#shared/units.ts'

/** A line longer than this is no Kubernetes object: etcd takes 1.5 MB. */
const longestLine: Bytes = 16 * 1024 * 1024

/** A watch broke its own rules; it is opened anew. */
export class FramingError extends Error {}

/**
 * Bytes in pieces of any size → lines. Cut on bytes, not on text: a piece may end in the middle of a character. What
 * is left without a newline at the end is dropped: the stream was cut there, and the watch resumes before it.
 */
export async function* lines(chunks: AsyncIterable<Uint8Array>, longest = longestLine): AsyncGenerator<Buffer> {
  let rest: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const line = Buffer.concat([...rest, chunk.subarray(start, end)])
      rest = []
      size = 0
      start = end + 1
      if (line.length > 0) yield line
    }
    if (start === chunk.length) continue
    rest.push(chunk.subarray(start))
    size += chunk.length - start
    if (size > longest) throw new FramingError(`a line of the watch is longer than ${longest} bytes`)
  }
}
