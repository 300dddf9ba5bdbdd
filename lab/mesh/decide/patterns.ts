/** The short form of text matches in AuthorizationPolicies. See Istio docs, Authorization Policy, `Rule`. */

export type TextTest = (value: string) => boolean

/** `exact`, `prefix*`, `*suffix`; `*` is any text but the empty one. A star in front goes before one at the end. */
export function textTest(pattern: string): TextTest {
  if (pattern === '*') return value => value !== ''
  if (pattern.startsWith('*')) {
    const suffix = pattern.slice(1)
    return value => value.endsWith(suffix)
  }
  if (pattern.endsWith('*')) {
    const prefix = pattern.slice(0, -1)
    return value => value.startsWith(prefix)
  }
  return value => value === pattern
}

/** Any of the patterns; exact ones, of which there may be hundreds, are looked up. */
export function anyText(patterns: readonly string[], testOf: (pattern: string) => TextTest = textTest): TextTest {
  const exact = new Set(patterns.filter(pattern => !/[*{]/.test(pattern)))
  const others = patterns.filter(pattern => !exact.has(pattern)).map(testOf)
  if (others.length === 0) return value => exact.has(value)
  return value => exact.has(value) || others.some(test => test(value))
}

/** Hosts know no case. */
export function anyHost(patterns: readonly string[]): TextTest {
  const test = anyText(patterns.map(pattern => pattern.toLowerCase()))
  return value => test(value.toLowerCase())
}

/** Namespaces take a star anywhere: Envoy is told to look for `/ns/…/` in the whole of an identity, `/ns/shop/sa/` in it. */
export const anyNamespace = (patterns: readonly string[]): TextTest => {
  const test = anyText(patterns, pattern => {
    const expression = new RegExp(`^${pattern.split(/\*+/).map(escaped).join('.*')}$`)
    return value => expression.test(value)
  })
  return value => test(value) || test(`${value}/sa`)
}

/** A pattern as above, or a template: `{*}` is one segment, `{**}` any number of them. */
export const anyPath = (patterns: readonly string[]): TextTest =>
  anyText(patterns, pattern => {
    if (!pattern.includes('{')) return textTest(pattern)
    const expression = new RegExp(
      `^${pattern
        .split(/(\{\*\*\}|\{\*\})/)
        .map(part => (part === '{**}' ? '.*' : part === '{*}' ? '[^/]+' : escaped(part)))
        .join('')}$`,
    )
    return value => expression.test(value)
  })

/** Does Istio take it? A template names whole segments; `{**}` is the last operator, though text may follow it. */
export const isPathPattern = (pattern: string): boolean =>
  !/[{}]/.test(pattern) || /^(\/([^{}*/]*|\{\*\}))*(\/\{\*\*\}(\/[^{}*/]*)*)?$/.test(pattern)

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
