/** What is being written at a place of a PromQL text. `from` and `to` bound the word that a completion replaces. */
export type Place =
  | { of: 'metrics'; from: number; to: number }
  | { of: 'labels'; metric: string | null; from: number; to: number }
  | { of: 'values'; metric: string | null; label: string; from: number; to: number }

const wordPart = /[a-zA-Z0-9_:]/

/**
 * Reads up to the caret only: what is written is no PromQL yet. Null where nothing can be completed: in a number, a
 * duration, a string that is no label's value.
 */
export function placeAt(text: string, caret: number): Place | null {
  let metric: string | null = null
  let label = ''
  let word = ''
  let quote: { mark: string; at: number } | null = null
  /** `{`, `[`, or `(` with the word before it. */
  const open: string[] = []
  for (let at = 0; at < caret; at++) {
    const character = text[at] ?? ''
    if (quote !== null) {
      if (character === '\\' && quote.mark !== '`') at++
      else if (character === quote.mark) quote = null
      continue
    }
    if (wordPart.test(character)) {
      word += character
      continue
    }
    if ('"\'`'.includes(character)) quote = { mark: character, at: at + 1 }
    else if (character === '{') {
      metric = word === '' ? null : word
      open.push('{')
    } else if (character === '(' || character === '[') {
      open.push(character === '(' ? `(${lastWord(text.slice(0, at))}` : '[')
    } else if (')}]'.includes(character)) open.pop()
    else if (character === '=' || character === '!') {
      if (word !== '') label = word
    }
    if (character !== ' ' || open.at(-1) !== '{') word = ''
  }
  const within = open.at(-1) ?? ''
  if (quote !== null)
    return within === '{' && label !== '' ? { of: 'values', metric, label, from: quote.at, to: caret } : null
  const from = caret - (/[a-zA-Z0-9_:]*$/.exec(text.slice(0, caret))?.[0].length ?? 0)
  const to = caret + (/^[a-zA-Z0-9_:]*/.exec(text.slice(caret))?.[0].length ?? 0)
  if (within === '[' || /^\d/.test(text.slice(from, to))) return null
  if (within === '{') return /[=~"'`]\s*$/.test(text.slice(0, from)) ? null : { of: 'labels', metric, from, to }
  return grouping.has(within) ? { of: 'labels', metric, from, to } : { of: 'metrics', from, to }
}

const lastWord = (text: string): string => /([a-zA-Z_]+)\s*$/.exec(text)?.[1]?.toLowerCase() ?? ''
const grouping: ReadonlySet<string> = new Set(['(by', '(without', '(on', '(ignoring', '(group_left', '(group_right'])

/** Prometheus docs, "Query functions" and "Aggregation operators": those that questions about a mesh are made of. */
export const functions = [
  'abs avg avg_over_time bottomk ceil changes clamp_max clamp_min count count_over_time count_values delta deriv',
  'floor group histogram_quantile increase irate label_join label_replace last_over_time max max_over_time min',
  'min_over_time predict_linear quantile quantile_over_time rate resets round scalar sort sort_desc stddev sum',
  'sum_over_time time timestamp topk vector absent absent_over_time',
].flatMap(line => line.split(' '))

/** The text with a word put where the place is, and where the caret stands after it. */
export function completed(text: string, place: Place, word: string): { text: string; caret: number } {
  const rest = text.slice(place.to)
  const written =
    place.of === 'values'
      ? `${escaped(word)}${/^["'`]/.test(rest) ? '' : '"'}`
      : place.of === 'metrics' && functions.includes(word) && !rest.startsWith('(')
        ? `${word}(`
        : word
  return { text: text.slice(0, place.from) + written + rest, caret: place.from + written.length }
}

const escaped = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

/** As PromQL writes a string. */
export const quoted = (value: string): string => `"${escaped(value)}"`
