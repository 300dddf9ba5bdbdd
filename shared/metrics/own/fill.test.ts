import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filled, type Value } from './fill.ts'

const values = new Map<string, Value>([
  ['ns', { kind: 'text', text: 'shop' }],
  ['odd', { kind: 'text', text: 'a.b"c\\d' }],
  ['any', { kind: 'all' }],
  ['interval', { kind: 'duration', text: '60s' }],
])
const fill = (promql: string) => {
  const made = filled(promql, values)
  return 'problem' in made ? made.problem : made.promql
}

describe('variables of a query', () => {
  it.each([
    ['up{namespace="$ns"}', 'up{namespace="shop"}'],
    ['up{namespace="${ns}-a"}', 'up{namespace="shop-a"}'],
    ["up{namespace='$ns'}", "up{namespace='shop'}"],
    ['rate(up{a=~"$any"}[$interval])', 'rate(up{a=~".*"}[60s])'],
    ['up{a="$odd"}', String.raw`up{a="a.b\"c\\d"}`],
    ['up{a=~"$odd"}', String.raw`up{a=~"a\\.b\"c\\\\d"}`],
    ['up{a=~`$odd`}', String.raw`up{a=~${'`'}a\.b"c\\d${'`'}}`],
    ['label_replace(up, "a", "$1", "b", "(.*)$")', 'label_replace(up, "a", "$1", "b", "(.*)$")'],
    ['up{a="$unknown"}', 'up{a="$unknown"}'],
    [String.raw`up{a="\"$ns"}`, String.raw`up{a="\"shop"}`],
    ['up # it\'s $ns\n + up{a="$ns"}', 'up # it\'s $ns\n + up{a="shop"}'],
  ])('stand where they are written: %s', (promql, want) => expect(fill(promql)).toBe(want))

  it.each([
    ['up{namespace=$ns}', 'outside of quotes'],
    ['$ns', 'outside of quotes'],
    ['up{a="$any"}', 'write =~"$any"'],
  ])('are refused where they would mean something else: %s', (promql, because) =>
    expect(fill(promql)).toContain(because),
  )

  it('never end the string they stand in, whatever their value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('=', '=~'), (text, operator) => {
        const made = filled(`up{a${operator}"$v"} + 1`, new Map([['v', { kind: 'text', text }]]))
        if ('problem' in made) throw new Error(made.problem)
        const inside = made.promql.slice(`up{a${operator}"`.length, -'"} + 1'.length)
        expect(made.promql.startsWith(`up{a${operator}"`) && made.promql.endsWith('"} + 1')).toBe(true)
        expect(inside.replaceAll(/\\[\s\S]/g, '')).not.toMatch(/["\n\\]/)
        const read = inside.replaceAll(/\\([\s\S])/g, (_, character: string) => (character === 'n' ? '\n' : character))
        if (operator === '=') expect(read).toBe(text)
        else expect(new RegExp(`^(?:${read})$`, 's').test(text)).toBe(true)
      }),
    )
  })
})
