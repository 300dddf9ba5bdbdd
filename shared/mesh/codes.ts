import type { Protocol } from './node.ts'

/**
 * How a call ended, as one whole number per protocol. HTTP: its status; gRPC: its own status (0–16), or the HTTP status
 * of whoever answered without one (100–599); TCP: 0 or 1, closed as expected or failed. No answer at all is −1.
 */
export type Code = number
export const noAnswer: Code = -1
export const tcpFailed: Code = 1

export interface CodeRange {
  from: Code
  to: Code
}

/** In ascending order, without overlaps and gaps of nothing. */
export type Codes = readonly CodeRange[]

export const includes = (codes: Codes, code: Code): boolean => codes.some(({ from, to }) => from <= code && code <= to)

/** Ranges in any order → as `Codes` are. */
export function joined(ranges: readonly CodeRange[]): Codes {
  const found: CodeRange[] = []
  for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = found.at(-1)
    if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to)
    else found.push({ from, to })
  }
  return found
}

/** `5xx`, `500-503, 429, none` → codes; otherwise what is wrong, continuing "code …". TCP has none to choose from. */
export function readCodes(text: string, protocol: Exclude<Protocol, 'tcp'>): Codes | { wrong: string } {
  const ranges: CodeRange[] = []
  for (const word of text.split(',').map(part => part.trim())) {
    const range = rangeIn(word)
    if (range === null) return { wrong: `takes codes such as ${examples[protocol]}, not ${JSON.stringify(word)}` }
    if (range.from > range.to) return { wrong: `${JSON.stringify(word)} ends before it begins` }
    if (!isWithin(range, protocol))
      return { wrong: `${JSON.stringify(word)} is no ${protocol === 'http' ? 'HTTP' : 'gRPC'} code` }
    ranges.push(range)
  }
  return joined(ranges)
}

const examples = { http: '5xx, 500-503, 429 or none', grpc: '14, 1-16, 5xx or none' } as const

function rangeIn(word: string): CodeRange | null {
  if (word === 'none') return { from: noAnswer, to: noAnswer }
  const hundred = /^([1-5])xx$/i.exec(word)?.[1]
  if (hundred !== undefined) return { from: Number(hundred) * 100, to: Number(hundred) * 100 + 99 }
  const ends = /^(\d{1,3})(?:\s*-\s*(\d{1,3}))?$/.exec(word)
  if (ends === null) return null
  return { from: Number(ends[1]), to: Number(ends[2] ?? ends[1]) }
}

const isWithin = ({ from, to }: CodeRange, protocol: 'http' | 'grpc'): boolean =>
  (from === noAnswer && to === noAnswer) || (from >= 100 && to <= 599) || (protocol === 'grpc' && to <= 16)

/** As a person would write it: `5xx, 429, none`. Read back it is the same codes. */
export function codesText(codes: Codes): string {
  const words = codes.flatMap(({ from, to }): string[] => {
    if (from === noAnswer && to > noAnswer) return ['none', ...wordsOf(from + 1, to)]
    return from === noAnswer ? ['none'] : wordsOf(from, to)
  })
  return words.toSorted((a, b) => Number(a === 'none') - Number(b === 'none')).join(', ')
}

const wordsOf = (from: Code, to: Code): string[] =>
  from >= 100 && from % 100 === 0 && to === from + 99
    ? [`${from / 100}xx`]
    : [from === to ? `${from}` : `${from}-${to}`]
