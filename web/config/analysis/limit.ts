import type { Bytes } from '#shared/units.ts'

/** A world that takes more than this is not for a page: the analyzers' memory is about ten times as much. */
const most: Bytes = 30 * 1024 * 1024

export const tooLarge = Symbol('tooLarge')

/** The body as text; it is not read further than a page can bear. */
export async function wordsOf(response: Response, limit: Bytes = most): Promise<string | typeof tooLarge> {
  if (response.body === null) return ''
  const decoder = new TextDecoder()
  const reader = response.body.getReader()
  let [size, words] = [0, '']
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one piece after the other
    const { done, value } = await reader.read()
    if (done) return words + decoder.decode()
    size += value.byteLength
    if (size > limit) {
      // oxlint-disable-next-line no-await-in-loop -- the end
      await reader.cancel()
      return tooLarge
    }
    words += decoder.decode(value, { stream: true })
  }
}
