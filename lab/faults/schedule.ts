import { createDice } from '#lab/mesh/traffic/random.ts'

/** One small incident about every ten minutes, never the same twice in a row, and the same ones for the same seed. */

/** Seconds. */
const between = 600

export interface Incident {
  /** Seconds after the start. */
  at: number
  /** Seconds. */
  lasts: number
  kind: string
  /** 0–1: which of the targets, when it comes to that. */
  choice: number
}

/** The incident number `index` (from 0). Kinds are dealt like cards: each once before any comes again. */
export function incidentAt(seed: number, index: number, kinds: readonly string[]): Incident | null {
  if (kinds.length === 0) return null
  const round = Math.floor(index / kinds.length)
  const place = index % kinds.length
  const dealt = deal(seed, round, kinds)
  const dice = createDice(seed, 0x1c1d, index)
  return {
    at: index * between + 60 + dice.next() * 180,
    lasts: 120 + dice.next() * 150,
    kind: dealt[place] ?? '',
    choice: dice.next(),
  }
}

function deal(seed: number, round: number, kinds: readonly string[]): string[] {
  const dice = createDice(seed, 0xdea1, round)
  const left = [...kinds]
  const dealt: string[] = []
  while (left.length > 0) dealt.push(...left.splice(Math.floor(dice.next() * left.length), 1))
  // The last card of a round and the first of the next are two.
  const before = round > 0 && kinds.length > 1 ? deal(seed, round - 1, kinds).at(-1) : undefined
  if (dealt[0] === before) dealt.push(dealt.shift() ?? '')
  return dealt
}
