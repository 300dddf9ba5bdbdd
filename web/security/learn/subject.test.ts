import { describe, expect, it } from 'vitest'
import { workload } from '#shared/security/matrix.fixture.ts'
import { choicesOf, subjectWord } from './subject.ts'

const workloads = [
  workload('data/db'),
  workload('pay/ledger'),
  workload('shop/cart'),
  workload('shop/wp', { role: 'waypoint' }),
]
const choices = (word: string, scope: string[] = [], called: string[] = ['pay', 'shop']) =>
  choicesOf(word, scope, { workloads, policies: ['istio-system'], called: new Set(called) })
const chosen = (...given: Parameters<typeof choices>) => {
  const { subject } = choices(...given)
  return subject === null ? null : subjectWord(subject)
}

describe('what least privilege is asked for', () => {
  it.each([
    ['the first that is called, where nobody says', chosen(''), 'pay'],
    ['the first of those that are looked at', chosen('', ['shop']), 'shop'],
    ['one that nobody calls, where there is no other', chosen('', ['data']), 'data'],
    ['a namespace', chosen('shop'), 'shop'],
    ['a workload', chosen('shop/cart'), 'shop/cart'],
    ['the namespace of a workload that is gone', chosen('shop/gone'), 'shop'],
    ['no waypoint', chosen('shop/wp'), 'shop'],
    ['where mesh-wide policies are', chosen('istio-system'), 'istio-system'],
    ['never what is not there', chosen('<b>/x'), 'pay'],
  ])('is %s', (_, found, expected) => {
    expect(found).toBe(expected)
  })
  it('is nothing, where nothing runs', () => {
    expect(choicesOf('a/b', [], { workloads: [], policies: [], called: new Set() }).subject).toBeNull()
  })
})
