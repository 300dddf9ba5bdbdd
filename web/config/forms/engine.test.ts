import { describe, expect, it } from 'vitest'
import type { Edit } from '#shared/config/finding.ts'
import type { Json } from '#shared/mesh/object.ts'
import { pathText } from '#shared/mesh/object.ts'
import { edit } from '#web/config/editor/edit.ts'
import { read } from '#web/config/editor/manifest.ts'
import { authorizationPolicy } from './authorization-policy/form.ts'
import { bookOf } from './book.ts'
import { everyShown, type Shown } from './engine.ts'
import {
  addChips,
  addEntry,
  chipsIn,
  chooseCase,
  clear,
  copyEntry,
  enter,
  moveEntry,
  removeEntry,
  removeName,
  renameName,
  setPair,
  write,
} from './engine-acts.ts'
import { parse, print } from './engine-entry.ts'
import { restOf } from './engine-rest.ts'
import { setShare, sharesOf } from './engine-shares.ts'
import type { Field, OneOfField, SharesField, TextField } from './form.ts'
import { breaches } from './round-trip.fixture.ts'

type Any = Field<object>
const say = () => ({ label: 'label', help: 'help' })
const valueOf = (text: string): Json => read(text).manifests[0]?.value ?? {}

/** The field at a path of a text, as the form finds it. */
function at<Of extends Any>(fields: readonly Any[], text: string, path: string): Shown<object, Of> {
  const found = everyShown(fields, valueOf(text), null).find(shown => pathText(shown.path) === path)
  if (found === undefined) throw new Error(`nothing is shown at ${path}`)
  return found as Shown<object, Of>
}
const after = (text: string, edits: readonly Edit[]) => edit(text, edits)

const policy = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: known-callers
  namespace: logistics
spec:
  selector:
    matchLabels:
      app: inventory # all of them
  rules:
    # callers in the mesh
    - from:
        - source:
            principals:
              - "cluster.local/ns/logistics/sa/waypoint"
              - "cluster.local/ns/shop/sa/checkout" # the shop
    # until it joins the mesh
    - from: [{ source: { ipBlocks: ["10.40.7.0/28"] } }]
      to:
        - operation: { ports: ["8080"] }
`
const fields = authorizationPolicy.fields as unknown as readonly Any[]

describe('what a hand does becomes the smallest change of the text', () => {
  const rules = () => at(fields, policy, 'spec.rules')
  const principals = () => at(fields, policy, 'spec.rules[0].from[0].source.principals')

  it('a chip goes behind the others, once', () => {
    const edits = addChips(principals(), ['x/sa/y', 'cluster.local/ns/shop/sa/checkout'])
    expect(edits).toEqual([
      { op: 'insert', path: ['spec', 'rules', 0, 'from', 0, 'source', 'principals', 2], value: 'x/sa/y' },
    ])
    expect(after(policy, edits)).toBe(policy.replace('# the shop\n', '# the shop\n              - x/sa/y\n'))
  })

  it('the last chip takes its group with it, and the entry stays', () => {
    const ports = at(fields, policy, 'spec.rules[1].to[0].operation.ports')
    expect(removeEntry(ports, 0)).toEqual([{ op: 'remove', path: ['spec', 'rules', 1, 'to', 0, 'operation'] }])
  })

  it('the last label takes the selector with it, and spec stays', () => {
    expect(removeName(at(fields, policy, 'spec.selector.matchLabels'), 'app')).toEqual([
      { op: 'remove', path: ['spec', 'selector'] },
    ])
    const alone = 'kind: AuthorizationPolicy\nspec:\n  action: DENY\n'
    expect(after(alone, clear(at(fields, alone, 'spec.action')))).toBe('kind: AuthorizationPolicy\nspec: {}\n')
  })

  it('an entry moves with its comments, whichever way it is written', () => {
    const moved = after(policy, moveEntry(rules(), 1, 0)) ?? ''
    expect(valueOf(moved)['spec']).toMatchObject({ rules: [{ to: [{}] }, { from: [{}] }] })
    expect(moved.indexOf('# until it joins the mesh')).toBeLessThan(moved.indexOf('# callers in the mesh'))
    expect(moved.split('\n').toSorted()).toEqual(policy.split('\n').toSorted())
    const again = at(fields, moved, 'spec.rules')
    expect(after(moved, moveEntry(again, 0, 1))).toBe(policy)
    const inBrackets = 'spec:\n  rules: [{to: [ ]},  {from: []}, {when: []}] # three\n'
    expect(after(inBrackets, moveEntry(at(fields, inBrackets, 'spec.rules'), 2, 0))).toBe(
      'spec:\n  rules: [{when: []},  {to: [ ]}, {from: []}] # three\n',
    )
  })

  it('the last line of a text may move up though it has no end', () => {
    const open = 'spec:\n  rules:\n  - to: []\n  - from: []'
    expect(after(open, moveEntry(at(fields, open, 'spec.rules'), 1, 0))).toBe(
      'spec:\n  rules:\n  - from: []\n  - to: []',
    )
  })

  it('a copy stands behind its original', () => {
    expect(copyEntry(rules(), 1)).toMatchObject([{ op: 'insert', path: ['spec', 'rules', 2], value: { to: [{}] } }])
  })

  it('the first entry makes the list', () => {
    const empty = 'kind: AuthorizationPolicy\nspec: {}\n'
    expect(addEntry(at(fields, empty, 'spec.rules'), { from: [] })).toEqual([
      { op: 'set', path: ['spec', 'rules'], value: [{ from: [] }] },
    ])
  })

  it('a name changes in its place, with its comment', () => {
    const labels = at(fields, policy, 'spec.selector.matchLabels')
    expect(after(policy, renameName(labels, 'app', 'app.kubernetes.io/name'))).toBe(
      policy.replace('app: inventory', 'app.kubernetes.io/name: inventory'),
    )
    expect(setPair(labels, 'app', 'inventory')).toEqual([])
    expect(after(policy, setPair(labels, 'app', 'web'))).toBe(policy.replace('app: inventory', 'app: web'))
  })

  it('what is pasted becomes several chips', () => {
    expect(chipsIn('"8080", 9090\n9091;8080 ')).toEqual(['8080', '9090', '9091', '8080'])
  })
})

describe('what is written otherwise than the form knows is shown and never touched', () => {
  it.each([
    ['spec:\n  action: 7\n', 'spec.action'],
    ['spec:\n  rules: allow\n', 'spec.rules'],
    ['spec: everything\n', 'spec.action'],
    ['spec:\n  selector:\n    matchLabels: {app: 1}\n', 'spec.selector.matchLabels'],
    ['spec:\n  rules: [{from: [{source: {principals: one}}]}]\n', 'spec.rules[0].from[0].source.principals'],
  ])('%j', (text, path) => {
    const shown = at(fields, text, path)
    expect(shown.state).toBe('otherwise')
    expect(write(shown, 'DENY')).toEqual([])
    expect(clear(shown)).toEqual([])
    expect(addChips(shown, ['x'])).toEqual([])
    expect(addEntry(shown, {})).toEqual([])
    expect(setPair(shown, 'a', 'b')).toEqual([])
  })
})

describe('one of several shapes', () => {
  const text = (key: string): TextField<object> => ({ type: 'text', at: [], say: () => ({ label: key, help: key }) })
  const match: OneOfField<object> = {
    type: 'oneOf',
    at: ['uri'],
    say,
    isOptional: true,
    cases: ['exact', 'prefix', 'regex'].map(key => ({ say, key, value: '', fields: [text(key)] })),
  }
  const filter: OneOfField<object> = {
    type: 'oneOf',
    at: [],
    say,
    tag: 'type',
    cases: [
      { say, key: 'urlRewrite', tag: 'URLRewrite', value: {}, fields: [] },
      { say, key: 'requestMirror', tag: 'RequestMirror', value: { backendRef: {} }, fields: [] },
    ],
  }
  const found = (field: OneOfField<object>, yaml: string) => at<OneOfField<object>>([field], yaml, field.at.join('.'))

  it('another shape keeps the text', () => {
    expect(
      after('uri: {exact: /cart}\n', chooseCase(found(match, 'uri: {exact: /cart}\n'), match.cases[1] ?? null)),
    ).toBe('uri: {prefix: /cart}\n')
  })
  it('none of them takes the group away', () => {
    expect(chooseCase(found(match, 'uri: {exact: /cart}\nx: 1\n'), null)).toMatchObject([{ op: 'remove' }])
  })
  it('the tag follows', () => {
    const yaml = 'type: URLRewrite\nurlRewrite: {hostname: a}\n'
    expect(valueOf(after(yaml, chooseCase(found(filter, yaml), filter.cases[1] ?? null)) ?? '')).toEqual({
      type: 'RequestMirror',
      requestMirror: { backendRef: {} },
    })
  })
})

describe('shares', () => {
  const shares: SharesField<object> = {
    type: 'shares',
    at: ['route'],
    say,
    weight: 'weight',
    absent: 0,
    name: () => 'x',
  }
  const of = (...weights: (number | undefined)[]) =>
    at<SharesField<object>>([shares], JSON.stringify({ route: weights.map(weight => ({ weight })) }), 'route')

  it.each<[(number | undefined)[], number[]]>([
    [
      [90, 10],
      [90, 10],
    ],
    [[undefined], [100]],
    [
      [1, 1, 1],
      [34, 33, 33],
    ],
    [
      [undefined, undefined],
      [50, 50],
    ],
    [
      [3, undefined],
      [100, 0],
    ],
  ])('%j come to %j', (weights, parts) => {
    expect(sharesOf(of(...weights))).toEqual(parts)
  })
  it.each<[(number | undefined)[], number, number, number[]]>([
    [[90, 10], 0, 50, [50, 50]],
    [[60, 30, 10], 0, 20, [20, 60, 20]],
    [[100, 0, 0], 0, 40, [40, 30, 30]],
    [[undefined, undefined], 1, 10, [90, 10]],
  ])('%j, number %i moved to %i: %j', (weights, index, to, parts) => {
    const shown = of(...weights)
    const text = JSON.stringify(valueOf(JSON.stringify(shown.around.object)))
    const route = valueOf(after(text, setShare(shown, index, to)) ?? '')['route'] as { weight: number }[]
    expect(route.map(({ weight }) => weight)).toEqual(parts)
  })
})

describe('a kind brings its group', () => {
  const target = (kind: string, group: string) => `spec:
  targetRefs:
    - group: ${group} # which API
      kind: ${kind}
      name: web
`
  const chosen = (text: string, kind: string) => {
    const result = enter(
      at<TextField<object>>(authorizationPolicy.fields as readonly Any[], text, 'spec.targetRefs[0].kind'),
      kind,
    )
    return 'edits' in result ? after(text, result.edits) : result
  }
  const gatewayApi = 'gateway.networking.k8s.io'
  // Istio docs, PolicyTargetReference.
  it.each([
    ['Service', '""'],
    ['ServiceEntry', 'networking.istio.io'],
    ['GatewayClass', gatewayApi],
  ])('%s', (kind, group) => {
    expect(chosen(target('Gateway', gatewayApi), kind)).toBe(target(kind, group))
  })
  it('and one that is not known leaves it as it is', () => {
    expect(chosen(target('Gateway', gatewayApi), 'Mesh')).toBe(target('Mesh', gatewayApi))
  })
  it('what is there already is not written again', () => {
    expect(chosen(target('Gateway', gatewayApi), 'Gateway')).toBe(target('Gateway', gatewayApi))
  })
})

describe('texts of a line', () => {
  const port: TextField<object> = { type: 'text', at: ['port'], say, isNumberToo: true }
  it('a port is a number, a name stays a name, and a name of digits is quoted', () => {
    for (const value of [8080, 'http', '8080', '"x"', '0x10', '08'])
      expect(parse(port, print(port, value))).toEqual({ value })
    expect(print(port, '8080')).toBe('"8080"')
  })
  it('what cannot be written says why', () => {
    const shown = at<Field<object> & { type: 'number' }>(
      [{ type: 'number', at: ['n'], say, min: 1, max: 5 }],
      'n: 3\n',
      'n',
    )
    expect(enter(shown, 'many')).toEqual({ problem: { code: 'number', detail: 'many' } })
    expect(enter(shown, '9')).toMatchObject({ problem: { code: 'range' } })
    expect(enter(shown, '1.5')).toMatchObject({ problem: { code: 'whole' } })
    expect(enter(shown, '')).toEqual({ edits: [{ op: 'remove', path: ['n'] }] })
  })
})

describe('the rest', () => {
  it('names the outermost things no field shows', () => {
    const text =
      'spec:\n  rules: [{from: [{source: {principals: [a], trust: 1}}], note: x}]\n  later: {a: 1}\nextra: 2\nstatus: {}\n'
    expect(restOf(fields, valueOf(text)).map(pathText)).toEqual([
      'spec.rules[0].from[0].source.trust',
      'spec.rules[0].note',
      'spec.later',
      'extra',
    ])
  })
})

describe('the law can fail', () => {
  const broken = (field: Any) => bookOf({ group: 'g', kind: 'K', fields: [field] }, { en: {}, 'zh-CN': {} }).form
  it('of a text that cannot be read', () => {
    expect(breaches(broken({ type: 'text', at: ['spec', 'a'], say }), 'spec: [', () => [])).toEqual([
      'the text cannot be read',
    ])
  })
  it('of an entry whose emptiness is taken for nothing', () => {
    const list = broken({ type: 'list', at: ['spec', 'a'], say, title: () => 'x', add: [], joined: 'none', item: [] })
    expect(breaches(list, 'spec: {a: [{}]}\n', () => [0])).toEqual([])
    expect(breaches(list, 'spec: {a: [{b: 1}]}\n', () => [0])).toEqual([])
  })
  it('of a control that cannot show what it writes', () => {
    const never = broken({ type: 'choice', at: ['spec', 'a'], say, options: [{ value: 'two\nlines', say }] })
    expect(breaches(never, 'spec: {}\n', () => [0])).not.toEqual([])
  })
})
