import type { Labels } from '#lab/contract.ts'
import { isLabelName, withLabel } from '#lab/prometheus/labels.ts'
import { compileRegex, type Regex } from '#lab/prometheus/regex/regex.ts'
import { RegexError } from '#lab/prometheus/regex/syntax.ts'
import { executionError } from './error.ts'
import { joinRows, type VectorValue } from './value.ts'

export function labelReplace(
  vector: VectorValue,
  target: string,
  replacement: string,
  source: string,
  pattern: string,
): VectorValue {
  const regex = compile(pattern)
  if (!isLabelName(target)) throw executionError(`invalid destination label name in label_replace(): ${target}`)
  return relabel(vector, labels => {
    const groups = regex.exec(labels[source] ?? '')
    return groups ? withLabel(labels, target, expand(replacement, groups, regex.groupNames)) : labels
  })
}

export function labelJoin(vector: VectorValue, target: string, separator: string, sources: string[]): VectorValue {
  const wrong = sources.find(name => !isLabelName(name))
  if (wrong !== undefined) throw executionError(`invalid source label name in label_join(): ${wrong}`)
  if (!isLabelName(target)) throw executionError(`invalid destination label name in label_join(): ${target}`)
  return relabel(vector, labels => withLabel(labels, target, sources.map(name => labels[name] ?? '').join(separator)))
}

const relabel = (vector: VectorValue, change: (labels: Labels) => Labels): VectorValue =>
  joinRows({ ...vector, labels: vector.labels.map(change) })

function compile(pattern: string): Regex {
  try {
    return compileRegex(pattern)
  } catch (error) {
    if (error instanceof RegexError) throw executionError(`invalid regular expression in label_replace(): ${pattern}`)
    throw error
  }
}

/** Go's templates: `$1`, `${1}`, `$name`, `$$`. A name reaches as far as it can: `$1x` is the group "1x". */
function expand(
  template: string,
  groups: readonly (string | undefined)[],
  names: readonly (string | undefined)[],
): string {
  return template.replace(
    /\$(?:(\$)|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu,
    (_, dollar?: string, bare?: string, braced?: string) => {
      if (dollar) return '$'
      const name = bare ?? braced ?? ''
      if (/^(?:0|[1-9]\d*)$/.test(name)) return groups[Number(name)] ?? ''
      // Several groups may have one name; the first that took part counts.
      return groups.find((group, index) => group !== undefined && names[index] === name) ?? ''
    },
  )
}
