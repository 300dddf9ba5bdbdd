import { describe, expect, it } from 'vitest'
import { type Callers, callerOf } from './caller.ts'
import { HttpProblem } from './problem.ts'

const lab: Callers = { current: 'mesh-admin', names: ['mesh-admin', 'shop-dev', 'viewer'] }
const cluster: Callers = { current: 'kubernetes-admin', names: [] }

const refusal = (callers: Callers, named: unknown): unknown => {
  try {
    return callerOf(callers, named)
  } catch (error) {
    return error instanceof HttpProblem ? error.problem : error
  }
}

describe('who calls', () => {
  it.each([
    ['nobody named is the current user', lab, undefined, 'mesh-admin'],
    ['an empty name is the current user', cluster, '', 'kubernetes-admin'],
    ['a user of the lab is that user', lab, 'viewer', 'viewer'],
    ['the current user may be named on a cluster too', cluster, 'kubernetes-admin', 'kubernetes-admin'],
  ])('%s', (_, callers, named, expected) => {
    expect(callerOf(callers, named)).toBe(expected)
  })

  it.each([
    ['a stranger', lab, 'root', 'There is no user "root" in this lab; choose one of mesh-admin, shop-dev, viewer.'],
    ['another case of a name', lab, 'Viewer', 'There is no user "Viewer" in this lab'],
    ['another user on a cluster', cluster, 'system:masters', 'acts as the current user of its kubeconfig only'],
    ['a name from an object’s prototype', lab, 'constructor', 'There is no user "constructor"'],
    ['two names', lab, ['viewer', 'mesh-admin'], 'There is no user that is no name'],
    ['control characters and length', lab, `\n${'x'.repeat(500)}`, `"?${'x'.repeat(62)}"`],
  ])('%s is refused and not taken for somebody else', (_, callers, named, detail) => {
    expect(refusal(callers, named)).toMatchObject({ status: 400, detail: expect.stringContaining(detail) })
  })
})
