import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reviewed } from '#lab/kubernetes/admission/istiod.ts'
import { complete } from '#lab/kubernetes/api/prepare.ts'
import { istioKinds } from '#lab/kubernetes/kinds/istio.ts'
import { decode } from '#lab/kubernetes/schema/decode.ts'
import type { MeshObject, Path } from '#shared/mesh/object.ts'
import { createEvaluator } from '#shared/security/evaluate.ts'
import { isRecord } from '#shared/security/read.ts'
import { objectsOf, written } from '#shared/security/policies.fixture.ts'

/** Why the lab's API server or its istiod would not take it; null: they would. */
function refusalOf(object: MeshObject): string | null {
  const kind = istioKinds.find(one => one.kind === object.kind)
  if (kind === undefined) throw new Error(`${object.kind} is no kind of the lab.`)
  try {
    const { object: known, unknown } = decode(kind, { ...object })
    if (unknown.length > 0) return `unknown ${unknown.join()}`
    return reviewed(complete(kind, known)).refusal || null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function pathsIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at]
  return [
    at,
    ...Object.entries(value).flatMap(([key, inner]) =>
      pathsIn(inner, [...at, Array.isArray(value) ? Number(key) : key]),
    ),
  ]
}

function changed(value: unknown, [step, ...rest]: Path, odd: (value: unknown) => unknown): unknown {
  if (step === undefined) return odd(value)
  if (Array.isArray(value))
    return (value as unknown[]).with(Number(step), changed((value as unknown[])[Number(step)], rest, odd))
  const fields = value as Record<string, unknown>
  return { ...fields, [step]: changed(fields[step], rest, odd) }
}

/** What hands and templates make of a field. */
const oddities: ((value: unknown) => unknown)[] = [
  ...[
    null,
    '',
    ' ',
    '*',
    'x',
    'ALLOW',
    '日本',
    '<b>',
    0,
    8080,
    -1,
    true,
    [],
    [''],
    [null],
    ['*'],
    [[]],
    [{}],
    {},
    { x: 'y' },
  ].map(value => () => value),
  value => (Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : [value]),
  value => (typeof value === 'string' ? value.toLowerCase() : value),
  value => (typeof value === 'string' ? `${value}*` : value),
  value => (typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value, surprise: 1 } : value),
]

/** Refused, and without effect if it were not: there is nothing to be uncertain of. */
const isIdle = ({ action, rules }: Record<string, unknown>): boolean =>
  (action === 'DENY' || action === 'CUSTOM') && (rules == null || (Array.isArray(rules) && rules.length === 0))

describe('a policy that hands or templates have spoilt', () => {
  it('is never taken for sound where the lab’s API server or istiod refuses it, and hardly ever where they take it', () => {
    const found = { refused: 0, sound: 0, doubted: 0 }
    fc.assert(
      fc.property(written, fc.nat(), fc.constantFrom(...oddities), (some, pick, odd) => {
        for (const object of objectsOf(some)) {
          const paths = pathsIn(object.spec)
          const path = paths[pick % paths.length] ?? []
          const spec = changed(object.spec, path, odd) as Record<string, unknown>
          const given = { ...object, spec }
          const refusal = refusalOf(given)
          const { refused } = createEvaluator([given])
          if (refusal === null) found[refused.length === 0 ? 'sound' : 'doubted']++
          else if (refused.length > 0) found.refused++
          else if (!isRecord(spec) || !isIdle(spec)) throw new Error(`${refusal}\n${JSON.stringify(given)}`)
        }
      }),
      { numRuns: 400, seed: 51, endOnFailure: true },
    )
    expect(found.refused).toBeGreaterThan(2000)
    expect(found.doubted / found.sound).toBeLessThan(0.05)
  })
})
