import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { complete, prepare } from '#lab/kubernetes/api/prepare.ts'
import { gatewayKinds } from '#lab/kubernetes/kinds/gateway-api.ts'
import { istioKinds } from '#lab/kubernetes/kinds/istio.ts'
import { sailKinds } from '#lab/kubernetes/kinds/sail.ts'
import { type Fields, isFields } from '#lab/kubernetes/value.ts'
import { prune } from './prune.ts'
import { structuralErrors, typeOf } from './structural-errors.ts'
import type { Structural } from './structural.ts'

/** Values of the shape that a schema asks for; conditions between fields are left to chance. */
function valuesOf(schema: Structural, depth = 0): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema['x-kubernetes-int-or-string']) return fc.oneof(fc.integer({ min: 0, max: 99 }), fc.constant('50%'))
  switch (schema.type) {
    case 'object':
      return objectsOf(schema, depth)
    case 'array': {
      const least = schema.minItems ?? 0
      return fc.array(valuesOf(schema.items ?? {}, depth + 1), {
        minLength: least,
        maxLength: Math.min(Math.max(least, 2), schema.maxItems ?? 2),
      })
    }
    case 'integer':
      return fc.integer({ min: Math.max(schema.minimum ?? 0, 0), max: Math.min(schema.maximum ?? 100, 100_000) })
    case 'number':
      return fc.double({ min: schema.minimum ?? 0, max: schema.maximum ?? 100, noNaN: true })
    case 'boolean':
      return fc.boolean()
    default:
      return textsOf(schema)
  }
}

function textsOf({ pattern, format, minLength = 0, maxLength = 20 }: Structural): fc.Arbitrary<string> {
  if (format === 'date-time') return fc.constant('2026-11-23T08:00:00Z')
  if (format === 'byte') return fc.constant('aGVsbG8=')
  // The patterns of these kinds are of names, hosts, paths and times: one of these fits.
  if (pattern !== undefined)
    return fc.constant(
      ['abc', 'a.com', 'a.com/b', '/a', '1s', 'http://a.com', 'a'.repeat(64), 'v1.29.2'].find(text =>
        new RegExp(pattern).test(text),
      ) ?? '',
    )
  return fc.string({ minLength, maxLength: Math.min(maxLength, 20) })
}

function objectsOf(schema: Structural, depth: number): fc.Arbitrary<Fields> {
  const { properties = {}, additionalProperties, required = [], oneOf, allOf } = schema
  if (typeof additionalProperties === 'object')
    return fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), valuesOf(additionalProperties, depth + 1), {
      minKeys: schema.minProperties ?? 0,
      maxKeys: 2,
    })
  const exclusive = new Set(
    [...(oneOf ?? []), ...(allOf ?? []).flatMap(part => part.oneOf ?? [])].flatMap(part => part.required ?? []),
  )
  const names = Object.keys(properties).filter(
    name => required.includes(name) || (depth < 6 && !exclusive.has(name) && name !== 'status'),
  )
  const fields = Object.fromEntries(names.map(name => [name, valuesOf(properties[name] ?? {}, depth + 1)]))
  // Few of the optional fields at a time: objects stay small.
  return fc
    .tuple(fc.record(fields, { requiredKeys: [] }), fc.record(pick(fields, required)))
    .map(([some, needed]) => ({ ...Object.fromEntries(Object.entries(some).slice(0, 4)), ...needed }))
}

const pick = <T>(fields: Record<string, T>, names: readonly string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)))

/** Every place of a value that its schema describes. */
function placesIn(
  schema: Structural,
  value: unknown,
  path = '',
): { path: string; schema: Structural; value: unknown }[] {
  const own = path === '' ? [] : [{ path, schema, value }]
  if (Array.isArray(value))
    return [...own, ...value.flatMap((item, index) => placesIn(schema.items ?? {}, item, `${path}[${index}]`))]
  if (!isFields(value)) return own
  const values = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined
  const inner = Object.entries(value).flatMap(([key, part]) => {
    const found = schema.properties?.[key] ?? values
    return found ? placesIn(found, part, path === '' ? key : `${path}.${key}`) : []
  })
  return [...own, ...inner]
}

/** The value with another one in a place. */
function put(value: unknown, steps: readonly string[], other: unknown): unknown {
  const [step, ...rest] = steps
  if (step === undefined) return other
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (String(index) === step ? put(item, rest, other) : item))
  return isFields(value) ? { ...value, [step]: put(value[step], rest, other) } : value
}
const stepsOf = (path: string): string[] => path.split(/[.[\]]+/).filter(step => step !== '')

describe.each([...istioKinds, ...gatewayKinds, ...sailKinds].map(kind => ({ name: kind.name, kind })))(
  '$name',
  ({ kind }) => {
    const schema = kind.schema?.(kind.storage) ?? {}
    const objects = objectsOf(schema, 0)

    it('takes what has its shape, and says nothing of unknown fields', () => {
      fc.assert(
        fc.property(objects, object => {
          const unknown: string[] = []
          expect(prune(schema, object, unknown)).toBe(object)
          expect(unknown).toEqual([])
          expect(structuralErrors(schema, object, '')).toEqual([])
        }),
        { numRuns: 25 },
      )
    })

    it('refuses a value of another type, and names its place', () => {
      fc.assert(
        fc.property(objects, fc.nat(), (object, choice) => {
          const places = placesIn(schema, object).filter(place => !place.schema['x-kubernetes-int-or-string'])
          fc.pre(places.length > 0)
          const place = places[choice % places.length]
          if (!place) return
          const wrong = typeOf(place.value) === 'boolean' ? 'yes' : true
          const errors = structuralErrors(schema, put(object, stepsOf(place.path), wrong), '')
          expect(errors).toContainEqual(expect.objectContaining({ field: place.path, reason: 'FieldValueTypeInvalid' }))
        }),
        { numRuns: 25 },
      )
    })

    it('drops a field that it does not know, and nothing else', () => {
      fc.assert(
        fc.property(objects, object => {
          const unknown: string[] = []
          expect(prune(schema, { ...object, nobody: 1 }, unknown)).toEqual(object)
          expect(unknown).toEqual(['nobody'])
        }),
        { numRuns: 5 },
      )
    })

    it('answers hostile objects with a refusal or takes them', () => {
      const version = kind.storage
      fc.assert(
        fc.property(
          fc.object({ key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'spec', 'constructor')) }),
          spec => {
            const aim = { kind, version, name: 'x', namespace: kind.namespaced ? 'shop' : undefined }
            const object = { metadata: { name: 'x' }, spec: JSON.parse(JSON.stringify(spec)) as unknown }
            try {
              complete(kind, prepare(object, aim, { fieldValidation: 'Warn', repeated: [] }).object)
            } catch (error) {
              expect(error).toMatchObject({ code: expect.toSatisfy((code: number) => code === 400 || code === 422) })
            }
          },
        ),
        { numRuns: 20 },
      )
    })
  },
)
