import { type Node, parse, type PatternError } from './pattern-parse.ts'

/**
 * Regular expressions that take time in proportion to a line's length, whatever they are: the browser's own take years
 * for `(a+)+$`. RE2's way: all possible states at once, remembered as they are met. No backreferences, no looking
 * around.
 */
export function compile(text: string): { test: (line: string) => boolean } | { error: PatternError } {
  const parsed = parse(text)
  if ('error' in parsed) return parsed
  const program = programOf(parsed.node)
  return program === null ? { error: { at: 0, what: 'tooLarge' } } : { test: matcher(program) }
}

type Step =
  | { op: 'set'; test: (code: number) => boolean; next: number }
  | { op: 'split'; next: number; other: number }
  | { op: 'start' | 'end'; next: number }
  | { op: 'match' }

const mostSteps = 4000

function programOf(root: Node): Step[] | null {
  const steps: Step[] = [{ op: 'match' }]
  let isTooLarge = false
  const add = (step: Step): number => {
    if (steps.length >= mostSteps) isTooLarge = true
    else steps.push(step)
    return steps.length - 1
  }
  /** Built from its end: where it begins when it goes on at `next`. */
  const build = (node: Node, next: number): number => {
    if (isTooLarge) return next
    switch (node.kind) {
      case 'set':
        return add({ op: 'set', test: node.test, next })
      case 'start':
      case 'end':
        return add({ op: node.kind, next })
      case 'all':
        return node.parts.reduceRight((place, part) => build(part, place), next)
      case 'any':
        return node.parts
          .map(part => build(part, next))
          .reduceRight((other, place) => add({ op: 'split', next: place, other }))
      case 'repeat': {
        let place = next
        if (node.most === null) {
          const loop = { op: 'split' as const, next: 0, other: next }
          place = add(loop)
          loop.next = build(node.of, place)
        } else
          for (let more = node.least; more < node.most && !isTooLarge; more++)
            place = add({ op: 'split', next: build(node.of, place), other: next })
        for (let each = 0; each < node.least && !isTooLarge; each++) place = build(node.of, place)
        return place
      }
    }
  }
  const first = build(root, 0)
  // The first step is where every attempt begins.
  steps.push({ op: 'split', next: first, other: first })
  return isTooLarge ? null : steps
}

interface State {
  steps: readonly number[]
  isMatch: boolean
  isMatchAtEnd: boolean
  next: Map<number, State>
}

/** More are forgotten and found again: a hostile expression has more states than memory. */
const mostStates = 1000

function matcher(steps: readonly Step[]): (line: string) => boolean {
  const begin = steps.length - 1
  let states = new Map<string, State>()

  const closure = (from: readonly number[], isStart: boolean, isEnd: boolean): Set<number> => {
    const reached = new Set<number>()
    const waiting = [...from]
    for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
      if (reached.has(place)) continue
      reached.add(place)
      const step = steps[place]
      if (step === undefined || step.op === 'set' || step.op === 'match') continue
      if (step.op === 'split') waiting.push(step.next, step.other)
      else if (step.op === 'start' ? isStart : isEnd) waiting.push(step.next)
    }
    return reached
  }
  const stateOf = (from: readonly number[], isStart: boolean): State => {
    const reached = closure(from, isStart, false)
    const kept = [...reached]
      .filter(place => ['set', 'end', 'match'].includes(steps[place]?.op ?? ''))
      .sort((a, b) => a - b)
    const key = kept.join(' ')
    const known = states.get(key)
    if (known) return known
    if (states.size >= mostStates) states = new Map()
    const state: State = {
      steps: kept,
      isMatch: reached.has(0),
      isMatchAtEnd: closure(kept, false, true).has(0),
      next: new Map(),
    }
    states.set(key, state)
    return state
  }
  const after = (state: State, code: number): State => {
    const from = state.steps.flatMap(place => {
      const step = steps[place]
      return step?.op === 'set' && step.test(code) ? [step.next] : []
    })
    return stateOf([...from, begin], false)
  }

  return line => {
    let state = stateOf([begin], true)
    // `^$` of nothing: both at once.
    if (line === '') return closure([begin], true, true).has(0)
    for (let index = 0; index < line.length; index++) {
      if (state.isMatch) return true
      const code = line.charCodeAt(index)
      let next = state.next.get(code)
      if (next === undefined) {
        next = after(state, code)
        if (state.next.size < 512) state.next.set(code, next)
      }
      state = next
    }
    return state.isMatch || state.isMatchAtEnd
  }
}
