/** The text matches of security policies. Istio docs, Authorization Policy, `Rule`: exact, `prefix*`, `*suffix`, `*`. */

export type TextTest = (value: string) => boolean

type Shape =
  | { kind: 'present' }
  | { kind: 'exact' | 'prefix' | 'suffix'; text: string }
  /** Parts that stand fast, with what may stand between them. */
  | { kind: 'template'; parts: readonly string[] }

/** A star in front is looked at first: `*a*` is a suffix that ends with a star. */
function shapeOf(pattern: string): Shape {
  if (pattern === '*') return { kind: 'present' }
  if (pattern.startsWith('*')) return { kind: 'suffix', text: pattern.slice(1) }
  if (pattern.endsWith('*')) return { kind: 'prefix', text: pattern.slice(0, -1) }
  return { kind: 'exact', text: pattern }
}

/** Paths beside: `{*}` is one segment, `{**}` is the rest. */
const pathShape = (pattern: string): Shape =>
  pattern.includes('{') ? { kind: 'template', parts: pattern.split(/(\{\*\*\}|\{\*\})/) } : shapeOf(pattern)

function testOf(shape: Shape): TextTest {
  switch (shape.kind) {
    case 'present':
      return value => value !== ''
    case 'exact':
      return value => value === shape.text
    case 'prefix':
      return value => value.startsWith(shape.text)
    case 'suffix':
      return value => value.endsWith(shape.text)
    case 'template': {
      const source = shape.parts.map(part => (part === '{*}' ? '[^/]+' : part === '{**}' ? '.*' : escaped(part)))
      const expression = new RegExp(`^${source.join('')}$`, 's')
      return value => expression.test(value)
    }
  }
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

const anyOf = (shapes: readonly Shape[]): TextTest => {
  const exact = new Set(shapes.flatMap(shape => (shape.kind === 'exact' ? [shape.text] : [])))
  const others = shapes.filter(shape => shape.kind !== 'exact').map(testOf)
  return value => exact.has(value) || others.some(test => test(value))
}

export const anyText = (patterns: readonly string[]): TextTest => anyOf(patterns.map(shapeOf))

export const anyPath = (patterns: readonly string[]): TextTest => anyOf(patterns.map(pathShape))

/** Namespaces take a star anywhere. */
export function anyNamespace(patterns: readonly string[]): TextTest {
  const plain = patterns.filter(pattern => !pattern.includes('*'))
  const expressions = patterns
    .filter(pattern => pattern.includes('*'))
    .map(pattern => new RegExp(`^${pattern === '*' ? '.+' : pattern.split(/\*+/).map(escaped).join('.*')}$`, 's'))
  const exact = new Set(plain)
  return value => exact.has(value) || expressions.some(expression => expression.test(value))
}

/** Istio docs, Authorization Policy, `paths`: a template names whole segments, `{**}` is the last of its operators. */
export function isPathPattern(pattern: string): boolean {
  if (!/[{}]/.test(pattern)) return true
  const operators = pattern.split('/').filter(segment => /[{}*]/.test(segment))
  return operators.every(
    (segment, index) => segment === '{*}' || (segment === '{**}' && index === operators.length - 1),
  )
}

/** What no policy writes. */
export const fresh = '\u{e000}'

/** One text of every kind that these patterns tell apart; null: there are too many kinds. */
export function textsAround(patterns: readonly string[]): string[] | null {
  const shapes = patterns.map(pathShape)
  const of = (kind: 'exact' | 'prefix' | 'suffix') => shapes.flatMap(shape => (shape.kind === kind ? [shape.text] : []))
  const templates = shapes.flatMap(shape =>
    shape.kind === 'template'
      ? [fresh, ''].map(rest =>
          shape.parts.map(part => (part === '{*}' ? fresh : part === '{**}' ? rest : part)).join(''),
        )
      : [],
  )
  const prefixes = new Set(['', ...of('prefix')])
  const suffixes = new Set(['', ...of('suffix')])
  if (prefixes.size * suffixes.size > 20_000) return null
  const between = [...prefixes].flatMap(prefix => [...suffixes].map(suffix => prefix + fresh + suffix))
  // Where both are the same few letters, a text may be shorter than the two together.
  const short = [...of('prefix'), ...of('suffix')].filter(candidate => candidate !== '')
  return [...new Set([...of('exact'), ...between, ...templates, ...short])]
}
