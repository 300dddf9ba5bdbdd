import type { Bytes, Milliseconds } from '#shared/units.ts'

/** One thing out of a dump, still as text: `dynamic_listeners` and what was in it. */
export interface Piece {
  /** The name of the list it was in. */
  list: string
  json: string
}

interface Place {
  isList: boolean
  name: string
}

/** A piece longer than this would keep everybody else waiting. */
const mostPiece: Bytes = 8e6
const deepest = 200

const [quote, backslash, colon] = [0x22, 0x5c, 0x3a]
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d]

/**
 * Finds the objects of the lists that matter in bytes that come in chunks, without ever holding the whole: lists at the
 * top (ztunnel) or in one of `configs` (Envoy), never deeper.
 */
export class PieceScanner {
  readonly #wants: (list: string) => boolean
  readonly #places: Place[] = []
  #isString = false
  #isEscaped = false
  #word: number[] = []
  #name = ''
  #piece: { depth: number; list: string; parts: Buffer[]; size: number } | null = null
  #started = false
  /** It was no JSON, or nested beyond reason. */
  isMalformed = false
  /** Pieces too long to be read. */
  dropped = 0

  constructor(wants: (list: string) => boolean) {
    this.#wants = wants
  }

  /** The end was reached. */
  get isWhole(): boolean {
    return this.#started && this.#places.length === 0 && !this.isMalformed
  }

  push(chunk: Buffer): Piece[] {
    const found: Piece[] = []
    let begin = 0
    for (let index = 0; index < chunk.length && !this.isMalformed; index++) {
      const byte = chunk[index] ?? 0
      if (this.#isString) {
        this.#inString(byte)
        continue
      }
      switch (byte) {
        case quote:
          this.#isString = true
          this.#word = []
          break
        case colon:
          if (this.#piece === null) this.#name = Buffer.from(this.#word).toString()
          break
        case openBrace:
        case openBracket:
          if (this.#open(byte === openBracket)) begin = index
          break
        case closeBrace:
        case closeBracket: {
          const piece = this.#close(byte === closeBracket, chunk, begin, index + 1)
          if (piece !== null) found.push(piece)
          break
        }
        default:
          // Something else than an object at the very beginning: a page, a sentence.
          if (!this.#started && byte > 0x20) this.isMalformed = true
      }
    }
    if (this.#piece !== null) this.#keep(chunk.subarray(begin))
    return found
  }

  #inString(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (byte === backslash) this.#isEscaped = true
    else if (byte === quote) this.#isString = false
    else if (this.#piece === null && this.#word.length < 200) this.#word.push(byte)
  }

  /** True where a piece begins. */
  #open(isList: boolean): boolean {
    if ((!this.#started && isList) || this.#places.length >= deepest) this.isMalformed = true
    this.#started = true
    const parent = this.#places.at(-1)
    const begins = this.#piece === null && !isList && parent !== undefined && this.#isWanted(parent)
    this.#places.push({ isList, name: parent?.isList === true ? '' : this.#name })
    this.#name = ''
    if (begins) this.#piece = { depth: this.#places.length, list: parent.name, parts: [], size: 0 }
    return begins
  }

  #isWanted({ name }: Place): boolean {
    const depth = this.#places.length
    const isTop = depth === 2
    const isInConfigs = depth === 4 && this.#places[1]?.isList === true && this.#places[1].name === 'configs'
    return (isTop || isInConfigs) && this.#wants(name)
  }

  #close(isList: boolean, chunk: Buffer, begin: number, end: number): Piece | null {
    const closed = this.#places.pop()
    if (closed?.isList !== isList) this.isMalformed = true
    const piece = this.#piece
    if (piece === null || this.#places.length >= piece.depth) return null
    this.#keep(chunk.subarray(begin, end))
    this.#piece = null
    if (piece.size > mostPiece) {
      this.dropped++
      return null
    }
    return { list: piece.list, json: Buffer.concat(piece.parts).toString() }
  }

  #keep(bytes: Buffer): void {
    if (this.#piece === null) return
    this.#piece.size += bytes.length
    if (this.#piece.size > mostPiece) this.#piece.parts = []
    else this.#piece.parts.push(bytes)
  }
}

export interface Scanned {
  /** Not all of it was read: it is longer than the cap, or broke off. */
  isCut: boolean
  isMalformed: boolean
  dropped: number
}

/** As long as reading may keep everybody else waiting. */
const slice: Milliseconds = 12

/** Reads pieces as they come and gives others a turn in between. */
export async function scan(
  chunks: AsyncIterable<Buffer>,
  options: { wants: (list: string) => boolean; cap: Bytes; take: (list: string, value: unknown) => void },
): Promise<Scanned> {
  const scanner = new PieceScanner(options.wants)
  let size = 0
  let unreadable = 0
  let began = performance.now()
  const turn = async (): Promise<void> => {
    if (performance.now() - began < slice) return
    await new Promise(resolve => setImmediate(resolve))
    began = performance.now()
  }
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > options.cap) break
    for (const { list, json } of scanner.push(chunk)) {
      const value = parsed(json)
      if (value === undefined) unreadable++
      else options.take(list, value)
      await turn()
    }
    if (scanner.isMalformed) break
    await turn()
  }
  const { isMalformed, dropped } = scanner
  return { isCut: !scanner.isWhole && !isMalformed, isMalformed, dropped: dropped + unreadable }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
