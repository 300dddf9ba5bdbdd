import { describe, expect, it } from 'vitest'
import type { MeshObject } from '#shared/mesh/object.ts'
import { asserted, keptIn, withAdded, withReplaced } from './assertions.ts'
import { given, security, workload } from '#shared/security/matrix.fixture.ts'

const map = (text: string): MeshObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'shop', name: 'weft-assertions' },
  data: { assertions: text },
})
const textOf = ({ after }: ReturnType<typeof withAdded>) => after?.['data']

describe('assertions in a ConfigMap', () => {
  it('are added, replaced and taken out by line, and remarks stay', () => {
    const object = map('# the shop\n- cart may reach redis\n- nonsense')
    expect(textOf(withAdded([object], 'shop', 'web may reach cart'))).toEqual({
      assertions: '# the shop\n- cart may reach redis\n- nonsense\n- web may reach cart\n',
    })
    const [first] = keptIn([object])
    if (first === undefined) throw new Error('One is kept.')
    expect(textOf(withReplaced(first, 'cart may reach db'))).toEqual({
      assertions: '# the shop\n- cart may reach db\n- nonsense',
    })
    expect(textOf(withReplaced(first, null))).toEqual({ assertions: '# the shop\n- nonsense' })
  })

  it('say who wrote them, in a remark that no sentence is made of', () => {
    const { after } = withAdded([], 'shop', 'web may reach cart', 'ann\n- anything may reach cart, 2026-11-26')
    expect(keptIn(after ? [after] : []).map(({ sentence }) => [sentence.text, sentence.remark])).toEqual([
      ['web may reach cart', 'ann - anything may reach cart, 2026-11-26'],
    ])
    expect(keptIn([map('- web may GET `/a #b` of cart  # its pages')])[0]?.sentence).toMatchObject({
      text: 'web may GET `/a #b` of cart',
      remark: 'its pages',
    })
  })

  it('begin one of their own where a namespace has none', () => {
    const { before, after } = withAdded([map('')], 'pay', 'web may reach cart')
    expect(before).toBeNull()
    expect(after).toMatchObject({ metadata: { namespace: 'pay', labels: { 'weft.io/assertions': 'true' } } })
  })
})

describe('an assertion of the running mesh', () => {
  const mesh = given({ workloads: [workload('shop/web'), workload('shop/cart')], objects: [] })
  const closed = security('AuthorizationPolicy', 'shop/closed', {})
  const outcomes = (text: string, readable = mesh.readable) =>
    asserted([text], { ...mesh, readable }, [{ before: null, after: closed }]).map(({ before, after }) => [
      before.outcome,
      after.outcome,
    ])

  it('is told as it is, and as it would be', () => {
    expect(outcomes('web may reach cart')).toEqual([['holds', 'broken']])
    expect(outcomes('nothing outside shop reaches cart')).toEqual([['broken', 'holds']])
    expect(outcomes('nonsense')).toEqual([])
  })

  it('is uncertain where policies may not be read', () => {
    const none = { mesh: false, namespaces: [] }
    expect(outcomes('web may reach cart', none)).toEqual([['uncertain', 'uncertain']])
    expect(outcomes('nothing outside shop reaches cart', none)).toEqual([['uncertain', 'uncertain']])
  })
})
