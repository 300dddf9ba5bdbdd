import { duration } from './dashboard.ts'

/** What stands for `$name`: a text for a label's value, any of them (`all`), or a duration. */
export type Value = { kind: 'text'; text: string } | { kind: 'all' } | { kind: 'duration'; text: string }

const variable = /^\$(?:\{([a-zA-Z_]\w*)\}|([a-zA-Z_]\w*))/

/**
 * A query with the values of its variables. A text stands in a string only, escaped for it (and for the regular
 * expression, where `=~` reads it): whatever it is, it ends where the string ends. A duration stands outside of strings.
 * What is no variable is left as it is: `$1` of label_replace.
 */
export function filled(promql: string, values: ReadonlyMap<string, Value>): { promql: string } | { problem: string } {
  let out = ''
  let quote: { mark: string; isRegex: boolean } | null = null
  for (let at = 0; at < promql.length; at++) {
    const character = promql[at] ?? ''
    const found = character === '$' ? variable.exec(promql.slice(at)) : null
    const name = found?.[1] ?? found?.[2] ?? ''
    const value = values.get(name)
    if (found !== null && value !== undefined) {
      const made = quote === null ? bare(name, value) : quoted(name, value, quote)
      if ('problem' in made) return made
      out += made.promql
      at += found[0].length - 1
      continue
    }
    if (quote === null && character === '#') {
      const end = promql.indexOf('\n', at)
      const comment = promql.slice(at, end < 0 ? undefined : end)
      out += comment
      at += comment.length - 1
      continue
    }
    out += character
    if (quote === null) {
      if ('"\'`'.includes(character)) quote = { mark: character, isRegex: /[=!]~\s*$/.test(out.slice(0, -1)) }
    } else if (character === '\\' && quote.mark !== '`') {
      out += promql[at + 1] ?? ''
      at += 1
    } else if (character === quote.mark) quote = null
  }
  return { promql: out }
}

type Filled = { promql: string } | { problem: string }

const bare = (name: string, value: Value): Filled =>
  value.kind === 'duration' && duration.test(value.text)
    ? { promql: value.text }
    : { problem: `$${name} stands outside of quotes: the value of a label is written "$${name}".` }

function quoted(name: string, value: Value, { mark, isRegex }: { mark: string; isRegex: boolean }): Filled {
  if (value.kind === 'duration') return { promql: value.text }
  if (value.kind === 'all')
    return isRegex
      ? { promql: '.*' }
      : { problem: `All values of $${name} are chosen, which = cannot match: write =~"$${name}".` }
  const text = isRegex ? value.text.replaceAll(/[\\^$.*+?()[\]{}|]/g, each => `\\${each}`) : value.text
  if (mark === '`')
    return text.includes('`')
      ? { problem: `A value with a backtick stands in no \`…\`: write "$${name}".` }
      : { promql: text }
  return { promql: text.replaceAll('\\', '\\\\').replaceAll(mark, `\\${mark}`).replaceAll('\n', '\\n') }
}
