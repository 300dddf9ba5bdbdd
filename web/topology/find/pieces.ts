import { fieldNamed } from '#shared/topology/find-field.ts'
import { tokens } from '#shared/topology/find-token.ts'
import { keywords } from '#shared/topology/find.ts'

export interface Piece {
  text: string
  /** Class of its colour; empty for what has none. */
  tone: '' | 'key' | 'word' | 'operator' | 'number' | 'string'
  isWrong: boolean
}

/** The typed text in pieces of one colour each, cut where an error begins and ends. Together they are the text again. */
export function piecesOf(text: string, wrong: { position: number; length: number } | null): Piece[] {
  const pieces: Piece[] = []
  const put = (from: number, to: number, tone: Piece['tone']) => {
    const cuts = wrong === null ? [] : [wrong.position, wrong.position + wrong.length]
    const edges = [from, ...cuts.filter(cut => cut > from && cut < to), to]
    for (const [index, start] of edges.slice(0, -1).entries()) {
      const end = edges[index + 1] ?? to
      const isWrong = wrong !== null && start >= wrong.position && end <= wrong.position + wrong.length
      if (end > start) pieces.push({ text: text.slice(start, end), tone, isWrong })
    }
  }
  let at = 0
  for (const token of tokens(text)) {
    put(at, token.start, '')
    put(token.start, token.end, toneOf(token))
    at = token.end
  }
  put(at, text.length, '')
  return pieces
}

function toneOf({ kind, text }: { kind: string; text: string }): Piece['tone'] {
  if (kind === 'quoted') return 'string'
  if (kind !== 'word') return 'operator'
  const word = text.toLowerCase()
  if (keywords.includes(word)) return 'word'
  if (fieldNamed(word) !== null) return 'key'
  return /^[\d.]/.test(word) ? 'number' : ''
}
