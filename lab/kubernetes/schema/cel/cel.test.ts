import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gatewayKinds } from '#lab/kubernetes/kinds/gateway-api.ts'
import { istioKinds } from '#lab/kubernetes/kinds/istio.ts'
import { sailKinds } from '#lab/kubernetes/kinds/sail.ts'
import type { Structural } from '#lab/kubernetes/schema/structural.ts'
import { inDialect, isTransition } from './dialect.ts'
import { compile, type Old } from './expression.ts'
import { compareQuantities, isQuantity } from './quantity.ts'
import { ruleErrors } from './rule-errors.ts'
import { createToCel, escaped } from './values.ts'

const none: Old = { kind: 'none' }
const ask = (rule: string, self: unknown, old: Old = none): unknown => {
  try {
    return compile(rule).evaluate(createToCel()(undefined, self), old)
  } catch (error) {
    return error instanceof Error ? error.message : error
  }
}

describe('CEL as the API server speaks it', () => {
  it.each<[string, unknown, unknown]>([
    ['has(self.a)', { a: 1 }, true],
    ['has(self.a)', {}, false],
    ['has(self[0].a)', [{ a: 1 }], true],
    ['has(self.constructor)', {}, false],
    ["has(self.a) && self.a == 'has(self.b)'", { a: 'has(self.b)' }, true],
    ['self.a', {}, 'no such key: a'],
    ["duration(self) >= duration('1ms')", '1h2m3.5s', true],
    ["duration(self) >= duration('1ms')", '0s', false],
    ["duration(self) >= duration('1ms')", 'x', "type conversion error from 'string' to 'google.protobuf.Duration'"],
    ["self.matches('(?i)^http$')", 'HTTP', true],
    ["self.matches('^(?i)a.b$')", 'A.B', true],
    ['self.all(key, 0 < int(key))', { 80: {} }, true],
    ['self.exists_one(x, self.exists(y, x == y && y > 2))', [1, 2, 3], true],
    ['self.filter(x, x > 1).map(x, x * 2) == [4, 6]', [1, 2, 3], true],
    ['1 / self', 0, 'division by zero'],
    ['self < 3', 'a', 'no such overload'],
    ['isURL(self) && url(self).getScheme() == "https"', 'https://a.com/b', true],
    ['isURL(self)', 'a b', false],
    ['url(self).getHostname() == "a.com" && url(self).getPort() == "8080"', 'http://a.com:8080', true],
    ['isIP(self) && ip(self).family() == 6', '::1', true],
    ['isCIDR(self)', '10.0.0.0/33', false],
    ['quantity(self).isGreaterThan(quantity("1Gi"))', '1100M', true],
    ['self.split("/")[0].size() == 3', 'abc/d', true],
    ['self.lowerAscii() + self.substring(1, 2)', 'AB', 'abB'],
  ])('answers %s of %j', (rule, self, answer) => {
    expect(ask(rule, self)).toEqual(answer)
  })

  it('hands the value before to rules about changes, and an optional one to those that ask', () => {
    expect(ask('self == oldSelf', 1, { kind: 'value', value: 1n })).toBe(true)
    expect(ask('oldSelf.hasValue()', 1, { kind: 'optional', value: undefined })).toBe(false)
    expect(ask('oldSelf.orValue(0) == 2', 1, { kind: 'optional', value: 2n })).toBe(true)
  })

  it('knows rules about changes by their words, not by their texts', () => {
    expect(isTransition('self == oldSelf')).toBe(true)
    expect(isTransition("self != 'oldSelf'")).toBe(false)
    expect(isTransition('has(self.oldSelf)')).toBe(false)
  })

  it('leaves texts as they are', () => {
    const rule = `r"""has(x).matches('a')""" == 'has(' && has(self.a) && self.a.matches("b.matches(")`
    expect(inDialect(rule)).toBe(`r"""has(x).matches('a')""" == 'has(' && present(self.a) && self.a.fits("b.matches(")`)
  })

  it.each([
    ['namespace', '__namespace__'],
    ['a-b.c/d', 'a__dash__b__dot__c__slash__d'],
    ['a__b', 'a__underscores__b'],
    ['plain', 'plain'],
  ])('says the field %s as %s', (name, said) => {
    expect(escaped(name)).toBe(said)
  })

  it('compiles every rule of the mesh', () => {
    const found = new Set<string>()
    const collect = (part: Structural): void => {
      for (const { rule } of part['x-kubernetes-validations'] ?? []) found.add(rule)
      for (const inner of Object.values(part.properties ?? {})) collect(inner)
      if (part.items) collect(part.items)
      if (typeof part.additionalProperties === 'object') collect(part.additionalProperties)
    }
    for (const kind of [...istioKinds, ...gatewayKinds, ...sailKinds])
      for (const version of kind.versions) collect(kind.schema?.(version) ?? {})
    expect(found.size).toBeGreaterThan(100)
    for (const rule of found) expect(() => compile(rule)).not.toThrow()
  })
})

describe('rules of a schema', () => {
  const schema: Structural = {
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        'x-kubernetes-validations': [
          { rule: 'self.min <= self.max', messageExpression: "'at least ' + string(self.min)", fieldPath: '.max' },
          { rule: 'has(self.name)', reason: 'FieldValueRequired', message: 'a name' },
        ],
        properties: {
          min: { type: 'integer' },
          max: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self >= oldSelf' }] },
          name: { type: 'string' },
        },
      },
    },
  }

  it('are told with their place, their message and their reason', () => {
    expect(ruleErrors(schema, { spec: { min: 3, max: 2 } }, { spec: { min: 1, max: 4 } })).toEqual([
      { field: 'spec.max', reason: 'FieldValueInvalid', message: 'Invalid value: "object": at least 3' },
      { field: 'spec', reason: 'FieldValueRequired', message: 'Required value: a name' },
      {
        field: 'spec.max',
        reason: 'FieldValueInvalid',
        message: 'Invalid value: "integer": failed rule: self >= oldSelf',
      },
    ])
  })

  it('about changes are not asked of what is new, and no rule of what stays', () => {
    expect(ruleErrors(schema, { spec: { min: 1, max: 2, name: 'a' } })).toEqual([])
    const wrong = { spec: { min: 3, max: 2 } }
    expect(ruleErrors(schema, wrong, wrong)).toEqual([])
  })
})

describe('quantities', () => {
  it('are compared as numbers, whatever their suffix', () => {
    const written = fc.tuple(
      fc.integer({ min: -1000, max: 1000 }),
      fc.constantFrom('', 'm', 'k', 'Ki', 'M', 'Mi', 'e3'),
    )
    const size = { '': 1, m: 0.001, k: 1000, Ki: 1024, M: 1e6, Mi: 1024 ** 2, e3: 1000 }
    fc.assert(
      fc.property(written, written, ([a, x], [b, y]) => {
        expect(isQuantity(`${a}${x}`)).toBe(true)
        expect(compareQuantities(`${a}${x}`, `${b}${y}`)).toBe(Math.sign(a * size[x as 'k'] - b * size[y as 'k']) + 0)
      }),
    )
  })
})
