import type { Random } from './random.ts'

/** Pieces between blanks, with backslashes doubled for a string in PromQL. */
const pieces = (text: string): string[] => text.trim().split(/\s+/)

const atoms = pieces(String.raw`
  a b ab . [ab] [^a] [b-d] \\w \\d \\s \\W \\. é \\x61 - : _ { } ] a{ []a] [^]a] \\141 \\-
  [[:alpha:]] [[:^digit:]] \\pL \\p{Greek} [^\\w] [\\d-] \\Qa.\\E \\b \\B ^ $ \\z \\A (?i) (?s) (?U) (?m) (?i:A)
`)
/** What RE2 refuses, and what only looks so. */
const oddities = pieces(String.raw`
  (?=a) (?!a) (?<n>a) (?<=a) \\1 \\C \\pX [b-a] [a ( ) ** * a++ a{2}{3} \\ \\y (?P<n>a) (?P<n (?P=n)
  [[:nobody:]] a{1001} a{3,2} (a{40}){40} x{,3} (? (?z)
`)
const quantifiers = ['*', '+', '?', '*?', '+?', '??', '{2}', '{1,3}', '{0,2}?', '{2,}']

/** A random regular expression, escaped for a string in PromQL; some are none. */
export function makePattern(random: Random, depth = 3): string {
  if (random.chance(0.02)) return random.pick(oddities)
  const inner = () => makePattern(random, depth - 1)
  return random.weighted([
    [4, () => random.pick(atoms)],
    [depth > 0 ? 4 : 0, () => inner() + inner()],
    [depth > 0 ? 2 : 0, () => `(${inner()}|${inner()})`],
    [depth > 0 ? 2 : 0, () => `(${inner()})${random.chance(0.5) ? random.pick(quantifiers) : ''}`],
    [depth > 0 ? 1 : 0, () => `${random.pick(atoms)}${random.pick(quantifiers)}`],
    [depth > 0 ? 1 : 0, () => `(?:${inner()})${random.pick(quantifiers)}`],
    [depth > 0 ? 1 : 0, () => `(?P<name>${random.pick(atoms)})`],
  ])()
}

/** A text such patterns have a chance to match. */
export function makeText(random: Random): string {
  const letters = ['a', 'a', 'b', 'c', 'A', '1', '.', '-', ' ', ':', '_', 'é', 'α', '\\n', '😀']
  return Array.from({ length: random.int(0, 6) }, () => random.pick(letters)).join('')
}
