import { describe, expect, it } from 'vitest'
import type { At, Expr } from './ast.ts'
import { PromqlError } from './error.ts'
import { parsePromql, parseSelector } from './parse.ts'

/** The tree with every pair of parentheses written out. */
function show(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return String(expr.value)
    case 'string':
      return JSON.stringify(expr.value)
    case 'selector':
      return expr.name + shift(expr)
    case 'matrix':
      return `${expr.selector.name}[${expr.range}]${shift(expr.selector)}`
    case 'subquery':
      return `${show(expr.expr)}[${expr.range}:${expr.step ?? ''}]${shift(expr)}`
    case 'paren':
      return show(expr.expr)
    case 'unary':
      return `(${expr.op}${show(expr.expr)})`
    case 'binary':
      return `(${show(expr.left)} ${expr.op} ${show(expr.right)})`
    case 'aggregate':
      return `${expr.op}(${show(expr.expr)})`
    case 'call':
      return `${expr.name}(${expr.args.map(show).join(', ')})`
  }
}

const shift = ({ offset, at }: { offset: number; at: At | undefined }): string =>
  (offset === 0 ? '' : `<${offset}`) + (at === undefined ? '' : `@${at}`)

describe('parsing PromQL', () => {
  it.each([
    ['-1^2', '(-(1 ^ 2))'],
    ['2 ^ -1 ^ 2', '(2 ^ (-(1 ^ 2)))'],
    ['2 ^ 3 ^ 4', '(2 ^ (3 ^ 4))'],
    ['-a * b', '((-a) * b)'],
    ['1 - -1', '(1 - (-1))'],
    ['a + b offset 5m * c', '(a + (b<300000 * c))'],
    ['-a offset 5m', '(-a<300000)'],
    ['a offset -5m @ 10', 'a<-300000@10000'],
    ['a @ start() offset 1s', 'a<1000@start'],
    ['a @ -1.5', 'a@-1500'],
    ['rate(a[5m] @ end())', 'rate(a[300000]@end)'],
    ['a - b - c', '((a - b) - c)'],
    ['a or b and c unless d', '(a or ((b and c) unless d))'],
    ['a == b + c', '(a == (b + c))'],
    ['a * b % c atan2 d', '(((a * b) % c) atan2 d)'],
    ['sum by (x) (a) + 1', '(sum(a) + 1)'],
    ['min_over_time(a[5m:1m] offset 1m)', 'min_over_time(a[300000:60000]<60000)'],
    ['max_over_time((a + b)[5m:])', 'max_over_time((a + b)[300000:])'],
    ['# says\nsum(a) # more\n', 'sum(a)'],
    ['SUM(a) AND b', '(sum(a) and b)'],
    ['holt_winters(a[5m], 0.5, 0.5)', 'holt_winters(a[300000], 0.5, 0.5)'],
    ['offset + rate + smoothed', '((offset + rate) + smoothed)'],
    ['vector(010 + 0x1F + 1.)', 'vector(((8 + 31) + 1))'],
    ['label_join(a, "b", `\\n`, \'\\u00e9\')', 'label_join(a, "b", "\\\\n", "é")'],
    ['"\\xc3\\xa9\\t\\101"', '"é\\tA"'],
  ])('%s is %s', (query, expected) => {
    expect(show(parsePromql(query))).toBe(expected)
  })

  it('reads matchers, grouping and matching', () => {
    expect(parsePromql('a{b="c", d!~"e.*", on=~\'f\',}')).toMatchObject({
      matchers: [
        { name: 'b', op: '=', value: 'c' },
        { name: 'd', op: '!~', value: 'e.*' },
        { name: 'on', op: '=~', value: 'f' },
        { name: '__name__', op: '=', value: 'a' },
      ],
    })
    expect(parsePromql('topk without (a, by) (3, b)')).toMatchObject({ grouping: ['a', 'by'], without: true })
    expect(parsePromql('a <= bool ignoring (x) group_right (y) b')).toMatchObject({
      op: '<=',
      bool: true,
      matching: { on: false, labels: ['x'], group: 'right', include: ['y'] },
    })
  })

  /** Every message was taken from Prometheus 2.42. */
  it.each([
    ['', '1:1: parse error: no expression found in input'],
    ['a + ', '1:5: parse error: unexpected end of input'],
    ['a{', '1:3: parse error: unexpected end of input inside braces'],
    ['(a', '1:3: parse error: unclosed left parenthesis'],
    ['a)', "1:3: parse error: unexpected right parenthesis ')'"],
    ['a[5m', '1:5: parse error: unclosed left bracket'],
    ['a $ b', "1:3: parse error: unexpected character: '$'"],
    ['"abc', '1:1: parse error: unterminated quoted string'],
    ['a b', '1:3: parse error: unexpected identifier "b"'],
    ['a\n  b', '2:3: parse error: unexpected identifier "b"'],
    ['1.2.3', '1:4: parse error: unexpected number ".3"'],
    ['5m', '1:1: parse error: unexpected duration "5m"'],
    ['a offset 5', '1:10: parse error: unexpected number "5" in offset, expected duration'],
    ['rate(a[60])', '1:8: parse error: missing unit character in duration'],
    ['rate(a[0s])', '1:8: parse error: duration must be greater than 0'],
    ['rate(a[1m1h])', '1:8: parse error: not a valid duration string: "1m1h"'],
    ['abs(a,)', '1:6: parse error: trailing commas not allowed in function call args'],
    ['a on(x) b', '1:3: parse error: unexpected <on>'],
    ['a % % b', '1:5: parse error: unexpected <op:%>'],
    ['a </ b', '1:4: parse error: unexpected <op:/>'],
    ['a[5m] smoothed', '1:7: parse error: unexpected identifier "smoothed"'],
    ['sum by ("x") (a)', '1:9: parse error: unexpected string "\\"x\\"" in grouping opts, expected label'],
    ['a @ inf', '1:1: parse error: timestamp out of bounds for @ modifier: +Inf'],
    ['foo(1)', '1:1: parse error: unknown function with name "foo"'],
    ['mad_over_time(a[5m])', '1:1: parse error: unknown function with name "mad_over_time"'],
    ['abs(1)', '1:5: parse error: expected type instant vector in call to function "abs", got scalar'],
    ['rate(a)', '1:6: parse error: expected type range vector in call to function "rate", got instant vector'],
    ['clamp(a)', '1:1: parse error: expected 3 argument(s) in call to "clamp", got 1'],
    ['round()', '1:1: parse error: expected at least 1 argument(s) in call to "round", got 0'],
    ['round(a, 1, 2)', '1:1: parse error: expected at most 2 argument(s) in call to "round", got 3'],
    ['sum(a, b)', '1:1: parse error: wrong number of arguments for aggregate expression provided, expected 1, got 2'],
    ['topk("x", a)', '1:6: parse error: expected type scalar in aggregation parameter, got string'],
    ['1 == 2', '1:3: parse error: comparisons between scalars must use BOOL modifier'],
    ['a + bool b', '1:3: parse error: bool modifier can only be used on comparison operators'],
    ['1 and 2', '1:1: parse error: set operator "and" not allowed in binary scalar expression'],
    ['a and on(x) group_left(y) b', '1:1: parse error: no grouping allowed for "and" operation'],
    ['a * on(x) group_left(x) b', '1:3: parse error: label "x" must not occur in ON and GROUP clause at once'],
    ['a + on(x) 2', '1:1: parse error: vector matching only allowed between instant vectors'],
    ['a[5m] + 1', '1:1: parse error: binary expression must contain only scalar and instant vector types'],
    [
      '-"a"',
      '1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got "string"',
    ],
    ['1[5m:]', '1:1: parse error: subquery is only allowed on instant vector, got scalar instead'],
    ['a offset 5m offset 1m', '1:1: parse error: offset may not be set multiple times'],
    ['(a)[5m]', '1:4: parse error: ranges only allowed for vector selectors'],
    ['rate(a offset 5m[5m])', '1:17: parse error: no offset modifiers allowed before range'],
    ['{}', '1:1: parse error: vector selector must contain at least one non-empty matcher'],
    ['a{__name__="b"}', '1:1: parse error: metric name must not be set twice: "a" or "b"'],
    ['a{b=~"("}', '1:3: parse error: error parsing regexp: missing closing ): `^(?:()$`'],
    ["a{b='c\\z'}", "1:5: parse error: unknown escape sequence U+007A 'z'"],
  ])('%j is refused with place and reason', (query, message) => {
    expect(() => parsePromql(query)).toThrow(new PromqlError('bad_data', message))
  })

  it('takes as a series selector nothing but one', () => {
    expect(parseSelector('{a="b"}')).toEqual([{ name: 'a', op: '=', value: 'b' }])
    expect(parseSelector('{}')).toEqual([])
    for (const text of ['sum(a)', 'a[5m]', 'a offset 5m', 'a @ 1', '(a)'])
      expect(() => parseSelector(text)).toThrow('parse error')
  })
})
