import { emitRegex } from './emit.ts'
import { compileMachine } from './machine.ts'
import { parseRegex } from './parse.ts'
import type { Node } from './syntax.ts'

/** A regular expression as Prometheus 2.42 reads it: RE2 syntax, anchored at both ends. */
export interface Regex {
  test(value: string): boolean
  /** The text of each capture group (index 0: everything), undefined where the value does not match. */
  exec(value: string): (string | undefined)[] | undefined
  /** Names of the groups by index. */
  groupNames: readonly (string | undefined)[]
}

const compiled = new Map<string, Regex>()
const maxCompiled = 500
const maxAnswers = 20_000

/** Throws a RegexError, in Go's words, for what RE2 does not accept. Compiled expressions are remembered. */
export function compileRegex(pattern: string): Regex {
  let regex = compiled.get(pattern)
  if (!regex) {
    regex = compile(pattern)
    if (compiled.size >= maxCompiled) compiled.clear()
    compiled.set(pattern, regex)
  }
  return regex
}

function compile(pattern: string): Regex {
  const { root, groupNames } = parseRegex(`^(?:${pattern})$`)
  const exec = isTame(root) ? javascript(root) : machine(root, groupNames.length)
  const answers = new Map<string, boolean>()
  return {
    exec,
    groupNames,
    test(value) {
      let answer = answers.get(value)
      if (answer === undefined) {
        answer = exec(value) !== undefined
        if (answers.size >= maxAnswers) answers.clear()
        answers.set(value, answer)
      }
      return answer
    },
  }
}

function javascript(root: Node): Regex['exec'] {
  const expression = new RegExp(emitRegex(root), 'v')
  return value => expression.exec(value)?.slice()
}

function machine(root: Node, groups: number): Regex['exec'] {
  const match = compileMachine(root, groups)
  return value => {
    const captures = match(value)
    if (!captures) return undefined
    return Array.from({ length: groups }, (_, index) => {
      const [start, end] = [captures[index * 2], captures[index * 2 + 1]]
      return start === undefined || end === undefined ? undefined : value.slice(start, end)
    })
  }
}

/**
 * JavaScript's engine backtracks. That is harmless unless a repetition repeats something that can itself match in
 * several ways, or several unbounded repetitions follow each other.
 */
function isTame(root: Node): boolean {
  return unbounded(root) <= 3 && !hasWildRepeat(root)
}

function hasWildRepeat(node: Node): boolean {
  if (node.kind === 'repeat') return (node.max > 1 && isAmbiguous(node.body)) || hasWildRepeat(node.body)
  return children(node).some(hasWildRepeat)
}

const isAmbiguous = (node: Node): boolean =>
  node.kind === 'repeat' || node.kind === 'alternate' || children(node).some(isAmbiguous)

const unbounded = (node: Node): number =>
  (node.kind === 'repeat' && node.max > 10 ? 1 : 0) + children(node).reduce((sum, child) => sum + unbounded(child), 0)

function children(node: Node): Node[] {
  switch (node.kind) {
    case 'concat':
      return node.parts
    case 'alternate':
      return node.choices
    case 'repeat':
    case 'group':
      return [node.body]
    default:
      return []
  }
}
