import { assertions, emitOne } from './emit.ts'
import type { Node } from './syntax.ts'

type Instruction =
  | { kind: 'one'; matches: (char: string) => boolean }
  | { kind: 'split'; first: number; second: number }
  | { kind: 'jump'; to: number }
  | { kind: 'save'; slot: number }
  | { kind: 'assert'; holds: (text: string, at: number) => boolean }
  | { kind: 'match' }

/** Start and end per capture group, whole match first; undefined where a group took no part. */
export type Captures = (number | undefined)[]

/**
 * A Pike machine: linear in the text for every expression, where backtracking may take for ever. Slower than
 * JavaScript's own engine on the harmless ones, so it runs only for the others.
 */
export function compileMachine(root: Node, groups: number): (text: string) => Captures | undefined {
  const program: Instruction[] = []
  write({ kind: 'group', body: root, index: 0 }, program)
  program.push({ kind: 'match' })
  return text => run(program, text, groups)
}

function write(node: Node, program: Instruction[]): void {
  switch (node.kind) {
    case 'empty':
      return
    case 'char':
    case 'any':
    case 'class': {
      const expression = new RegExp(`^${emitOne(node)}$`, 'v')
      program.push({ kind: 'one', matches: remembered(char => expression.test(char)) })
      return
    }
    case 'assert': {
      const expression = new RegExp(assertions[node.what], 'vy')
      program.push({
        kind: 'assert',
        holds: (text, at) => {
          expression.lastIndex = at
          return expression.test(text)
        },
      })
      return
    }
    case 'concat':
      for (const part of node.parts) write(part, program)
      return
    case 'alternate':
      writeAlternate(node.choices, program)
      return
    case 'repeat':
      writeRepeat(node, program)
      return
    case 'group':
      program.push({ kind: 'save', slot: node.index * 2 })
      write(node.body, program)
      program.push({ kind: 'save', slot: node.index * 2 + 1 })
  }
}

function writeAlternate(choices: Node[], program: Instruction[]): void {
  const ends: { kind: 'jump'; to: number }[] = []
  for (const [index, choice] of choices.entries()) {
    const isLast = index === choices.length - 1
    const split = { kind: 'split' as const, first: program.length + 1, second: 0 }
    if (!isLast) program.push(split)
    write(choice, program)
    if (isLast) break
    const end = { kind: 'jump' as const, to: 0 }
    ends.push(end)
    program.push(end)
    split.second = program.length
  }
  for (const end of ends) end.to = program.length
}

function writeRepeat(node: Extract<Node, { kind: 'repeat' }>, program: Instruction[]): void {
  for (let count = 0; count < node.min; count++) write(node.body, program)
  const isEndless = node.max === Number.POSITIVE_INFINITY
  const optional = isEndless ? 1 : node.max - node.min
  const splits: { split: { kind: 'split'; first: number; second: number }; body: number }[] = []
  for (let count = 0; count < optional; count++) {
    const split = { kind: 'split' as const, first: 0, second: 0 }
    const loop = program.push(split) - 1
    splits.push({ split, body: program.length })
    write(node.body, program)
    if (isEndless) program.push({ kind: 'jump', to: loop })
  }
  for (const { split, body } of splits) {
    split.first = node.greedy ? body : program.length
    split.second = node.greedy ? program.length : body
  }
}

interface Thread {
  at: number
  captures: Captures
}

function run(program: Instruction[], text: string, groups: number): Captures | undefined {
  let threads: Thread[] = []
  let matched: Captures | undefined
  const seen = new Int32Array(program.length).fill(-1)
  let place = 0
  add(threads, { at: 0, captures: Array.from({ length: groups * 2 }, () => undefined) })
  const chars = Array.from(text)
  for (let index = 0; index <= chars.length && threads.length > 0; index++) {
    const char = chars[index]
    const before = threads
    threads = []
    place += char?.length ?? 0
    for (const thread of before) {
      const instruction = program[thread.at]
      if (instruction?.kind === 'match') {
        matched = thread.captures
        // Threads behind this one have lower priority than a match that exists.
        break
      }
      if (instruction?.kind === 'one' && char !== undefined && instruction.matches(char))
        add(threads, { at: thread.at + 1, captures: thread.captures })
    }
  }
  return matched

  /** Follows the ways that consume nothing, in order of priority, each place of the program once per character. */
  function add(list: Thread[], start: Thread): void {
    const stack = [start]
    for (let thread = stack.pop(); thread; thread = stack.pop()) {
      if (seen[thread.at] === place + 1) continue
      seen[thread.at] = place + 1
      const instruction = program[thread.at]
      const captures = thread.captures
      switch (instruction?.kind) {
        case 'jump':
          stack.push({ at: instruction.to, captures })
          break
        case 'split':
          stack.push({ at: instruction.second, captures }, { at: instruction.first, captures })
          break
        case 'save':
          stack.push({ at: thread.at + 1, captures: captures.with(instruction.slot, place) })
          break
        case 'assert':
          if (instruction.holds(text, place)) stack.push({ at: thread.at + 1, captures })
          break
        default:
          list.push(thread)
      }
    }
  }
}

function remembered(decide: (char: string) => boolean): (char: string) => boolean {
  const known = new Map<string, boolean>()
  return char => {
    let answer = known.get(char)
    if (answer === undefined) {
      answer = decide(char)
      known.set(char, answer)
    }
    return answer
  }
}
