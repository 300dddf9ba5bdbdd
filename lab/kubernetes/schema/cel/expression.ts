import { type Environment, EvaluationError, Optional } from '@marcbachmann/cel-js'
import { inDialect, isTransition } from './dialect.ts'
import { createEnvironment } from './library.ts'

/** A rule that can be asked. */
export interface Expression {
  isTransition: boolean
  /** Throws where the rule cannot be answered; the message is the real server's. */
  evaluate(self: unknown, oldSelf: Old): unknown
}

/** The value before: none, or one, which rules that ask for it get as an optional value. */
export type Old = { kind: 'none' } | { kind: 'value'; value: unknown } | { kind: 'optional'; value: unknown }

let environment: Environment | undefined
const compiled = new Map<string, Expression>()

/** Throws an error that says why a rule cannot be compiled. */
export function compile(rule: string): Expression {
  const found = compiled.get(rule)
  if (found) return found
  environment ??= createEnvironment()
  const parsed = environment.parse(inDialect(rule))
  const check = parsed.check()
  if (!check.valid) throw check.error ?? new Error('the rule is not valid')
  const expression: Expression = {
    isTransition: isTransition(rule),
    evaluate(self, old) {
      try {
        return parsed({ self, ...oldSelf(old) })
      } catch (error) {
        throw new Error(wording(error), { cause: error })
      }
    },
  }
  // Rules come from definitions, whose number is bounded by what people create.
  if (compiled.size > 2000) compiled.clear()
  compiled.set(rule, expression)
  return expression
}

function oldSelf(old: Old): { oldSelf?: unknown } {
  switch (old.kind) {
    case 'none':
      return {}
    case 'value':
      return { oldSelf: old.value }
    case 'optional':
      return { oldSelf: old.value === undefined ? Optional.none() : Optional.of(old.value) }
  }
}

/** What cel-go says instead. */
function wording(error: unknown): string {
  if (!(error instanceof EvaluationError)) return error instanceof Error ? error.message : String(error)
  const { code, summary } = error
  switch (code) {
    case 'invalid_duration':
      return "type conversion error from 'string' to 'google.protobuf.Duration'"
    case 'no_such_key':
      return summary.replace(/^No such key/, 'no such key')
    case 'no_such_overload':
    case 'no_matching_overload':
      return 'no such overload'
    default:
      return error.cause instanceof Error ? error.cause.message : summary
  }
}
