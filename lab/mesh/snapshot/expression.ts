import { Environment } from '@marcbachmann/cel-js'
import type { Attributes } from '#lab/contract.ts'

/** CEL as Envoy evaluates it over its attributes (Envoy docs, "Attributes"). */
export type Expression = (attributes: Attributes) => unknown

const environment = new Environment({ unlistedVariablesAreDyn: true })

/** Null for what is no expression: istiod's webhook would not have let it in. */
export function compileExpression(text: string): Expression | null {
  try {
    const parsed = environment.parse(text)
    return attributes => parsed(attributes)
  } catch {
    return null
  }
}

/** Passes only what is true: what cannot be evaluated (`response.code` of a TCP connection) does not pass. */
export function compileFilter(text: string): (attributes: Attributes) => boolean {
  const expression = compileExpression(text)
  return attributes => answer(expression, attributes) === true
}

/** The value of a label; `unknown` where there is none, as Istio's filter has it. */
export function compileValue(text: string): (attributes: Attributes) => string {
  const expression = compileExpression(text)
  return attributes => {
    const value = answer(expression, attributes)
    return ['string', 'bigint', 'number', 'boolean'].includes(typeof value) ? String(value) : 'unknown'
  }
}

function answer(expression: Expression | null, attributes: Attributes): unknown {
  try {
    return expression?.(attributes)
  } catch {
    // No such key, or no such operation on what is there: CEL's own errors, which Envoy takes for "no".
    return undefined
  }
}

/** Envoy docs, "Response flags": the bits of `response.flags`. */
const flagBits: Readonly<Record<string, bigint>> = Object.fromEntries(
  ['LH,UH,UT,LR,UR,UF,UC,UO,NR,DI,FI,RL,UAEX,RLSE,DC,URX,SI,IH,DPE,UMSDR,RFCF,NFCF,DT,UPE,NC,OM,DF'.split(',')].flatMap(
    names => names.map((name, index) => [name, 1n << BigInt(index)]),
  ),
)

export const bitsOf = (flags: string): bigint =>
  flags.split(',').reduce((bits, flag) => bits | (flagBits[flag] ?? 0n), 0n)
