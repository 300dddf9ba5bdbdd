import { describe, expect, it } from 'vitest'
import type { Check } from '#web/config/forms/form.ts'
import { aGroup, aKind, aNamespace } from './checks.ts'
import { en, type Texts } from './text-en.ts'

const cases: [string, Check<Texts>, string, string | null][] = [
  ['a namespace', aNamespace, 'shop-2', null],
  ['all namespaces', aNamespace, '*', en.noNamespace],
  ['a namespace in capitals', aNamespace, 'Shop', en.noNamespace],
  ['a namespace too long', aNamespace, 'a'.repeat(64), en.noNamespace],
  ['a kind', aKind, 'HTTPRoute', null],
  ['a kind with its group', aKind, 'apps/Deployment', en.noKind],
  ['the core group', aGroup, '', null],
  ['the core group by its name', aGroup, 'core', en.coreGroup],
  ['a group', aGroup, 'gateway.networking.k8s.io', null],
  ['a group with its version', aGroup, 'gateway.networking.k8s.io/v1', en.noGroup],
  ['a group with an empty part', aGroup, 'gateway..io', en.noGroup],
]

describe('an entry of a ReferenceGrant', () => {
  it.each(cases)('%s', (_, check, entry, said) => {
    expect(check(entry, en)).toBe(said)
  })
})
