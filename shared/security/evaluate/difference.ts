import { attachment } from './attach.ts'
import type { Facts } from './facts.ts'
import {
  type Attached,
  attachedOf,
  frameOf,
  type Guard,
  guardWith,
  type Parts,
  partsOf,
  together,
  type Whole,
  wholeOf,
} from './guard.ts'
import { never, reduce } from './kleene.ts'
import type { Flow } from '#shared/security/flow.ts'
import type { AuthorizationPolicy, PeerAuthentication, Policies } from '#shared/security/policy.ts'
import { covers } from '#shared/security/read.ts'
import type { World } from '#shared/security/world.ts'

/** What two worlds of the same surroundings have not in common: a key changes one policy, and thousands of calls meet it. */
export interface Difference {
  /** For all flows of one guard. */
  at: (flow: Flow, key: string) => Change
}

export type Change =
  /** No policy that only one of them has stands before it. */
  | { kind: 'none' }
  /** AuthorizationPolicies: those that came, and what they say. */
  | { kind: 'rules'; come: readonly Attached[]; parts: Parts }
  | { kind: 'other' }

/** What policies that stay say of flows, as long as the same ones are changed. */
export interface Rests {
  gone: readonly AuthorizationPolicy[]
  of: Map<Flow, Parts>
}

type Differing = Pick<AuthorizationPolicy | PeerAuthentication, 'namespace' | 'selector' | 'targets'>

/** Null: what is around is not the same either. */
export function differenceOf(before: World, after: World): (Difference & Pick<Rests, 'gone'>) | null {
  if (before.around !== after.around) return null
  const differing = <T>(of: (policies: Policies) => readonly T[]): { gone: T[]; come: T[] } => {
    const [had, has] = [new Set(of(before.policies)), new Set(of(after.policies))]
    return { gone: [...had].filter(one => !has.has(one)), come: [...has].filter(one => !had.has(one)) }
  }
  const peer = differing(({ peer: own }) => own)
  const request = differing(({ request: own }) => own)
  const { gone, come } = differing(({ authorization: own }) => own)
  const isNear = ({ namespace }: Differing, { destination }: Flow) =>
    namespace === destination.namespace || namespace === after.settings.rootNamespace
  const touchesPeer = (flow: Flow) =>
    [...peer.gone, ...peer.come].some(
      one => isNear(one, flow) && (one.selector === null || covers(one.selector, flow.destination.labels)),
    )
  const touches = (some: readonly Differing[], flow: Flow) =>
    some.some(one => attachment(one, flow, after.around) !== never)
  const find = (flow: Flow): Change => {
    if (touchesPeer(flow) || touches([...request.gone, ...request.come], flow)) return { kind: 'other' }
    if (!touches([...gone, ...come], flow)) return { kind: 'none' }
    const { attached } = attachedOf(come, flow, after)
    return { kind: 'rules', come: attached, parts: partsOf(attached) }
  }
  const known = new Map<string, Change>()
  return {
    gone,
    at(flow, key) {
      let found = known.get(key)
      if (found === undefined) known.set(key, (found = find(flow)))
      return found
    },
  }
}

/** @param guard before the change */
export const changedGuard = (guard: Guard, gone: Rests['gone'], come: readonly Attached[]): Guard =>
  guardWith(guard, [...guard.attached.filter(({ policy }) => !gone.includes(policy)), ...come])

/** What both have said of a call is known, and what is new is put to it. @param guard before the change */
export function changedWhole(flow: Flow, facts: Facts, guard: Guard, rests: Rests, come: Parts): Whole {
  let rest = rests.of.get(flow)
  if (rest === undefined) {
    const stay = guard.attached.filter(({ policy }) => !rests.gone.includes(policy))
    rests.of.set(flow, (rest = reduced(together([frameOf(guard), partsOf(stay)]), facts)))
  }
  return wholeOf(together([rest, reduced(come, facts)]))
}

export const isOfSame = (rests: Rests | null, gone: Rests['gone']): rests is Rests =>
  rests !== null && rests.gone.length === gone.length && gone.every((one, index) => one === rests.gone[index])

const reduced = ({ refusing, exists, allowing, asking }: Parts, facts: Facts): Parts => ({
  refusing: reduce(refusing, facts),
  exists: reduce(exists, facts),
  allowing: reduce(allowing, facts),
  asking: reduce(asking, facts),
})
