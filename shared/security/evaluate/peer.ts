import { ztunnelRulings } from './ambient.ts'
import { isPort } from './fields.ts'
import { isMtls } from './identity.ts'
import { all, always, any, atom, type Expression, never, not, sharedAtom } from './kleene.ts'
import type { Flow } from '#shared/security/flow.ts'
import { type MtlsMode, notYetMade, type PeerAuthentication } from '#shared/security/policy.ts'
import { covers } from '#shared/security/read.ts'
import { isAtLeast } from '#shared/security/version.ts'
import { ifPolicyIs } from './attach.ts'

/** A mode that a workload may have, from where, and when it is the one. */
export interface PossibleMode {
  mode: Exclude<MtlsMode, 'UNSET'>
  /** Null: nothing is said, which is PERMISSIVE. */
  policy: PeerAuthentication | null
  /** Null: of the whole workload. */
  port: number | null
  expression: Expression
}

/**
 * Istio docs, PeerAuthentication: port, then workload, then namespace, then mesh; UNSET asks the next one; the oldest
 * of one scope counts. For proxies istiod has those of one age in the order of their names (`sortConfigByCreationTime`);
 * which of them counts for ztunnel, nobody says.
 * @param version of Istio; null: not known, and it may be any
 */
export function modesOf(
  policies: readonly PeerAuthentication[],
  { namespace, labels, enforcedBy }: Flow['destination'],
  rootNamespace: string,
  version: string | null | undefined,
): PossibleMode[] {
  const scopes = [
    // In the root namespace a policy is for the whole mesh or for nobody.
    policies.filter(
      ({ selector, namespace: own }) =>
        selector !== null && own === namespace && own !== rootNamespace && covers(selector, labels),
    ),
    policies.filter(({ selector, namespace: own }) => selector === null && own === namespace && own !== rootNamespace),
    policies.filter(({ selector, namespace: own }) => selector === null && own === rootNamespace),
  ]
  const modes = enforcedBy === 'sidecar' ? modesIn(scopes, true) : modesAtZtunnel(scopes, version)
  return modes.filter(({ expression }) => expression !== never)
}

/**
 * Of an older istiod, or one that nobody knows, it is not known whether it tells ztunnel of ports as they are written, or
 * as istiod does now.
 */
function modesAtZtunnel(
  scopes: readonly PeerAuthentication[][],
  version: string | null | undefined,
): readonly PossibleMode[] {
  const asTold = ztunnelModes(scopes)
  if (isAtLeast(version, 25) === true) return asTold
  const asWritten = modesIn(scopes, false).map(one =>
    one.mode === 'DISABLE' ? { ...one, mode: 'PERMISSIVE' as const } : one,
  )
  const isSame =
    asTold.length === asWritten.length &&
    asTold.every(({ mode, policy, port }) =>
      asWritten.some(one => one.mode === mode && one.policy === policy && one.port === port),
    )
  if (isSame) return asTold
  return [
    ...asTold.map(one => ({ ...one, expression: all([isIstiodNew, one.expression]) })),
    ...asWritten.map(one => ({ ...one, expression: all([not(isIstiodNew), one.expression]) })),
  ]
}

const isIstiodNew = atom({
  variable: 'istiod',
  fact: 'whether istiod is 1.25 or newer',
  read: () => undefined,
  test: value => value === 'yes',
  seeds: { kind: 'choice', of: ['yes', 'no'] },
})

function modesIn(scopes: readonly PeerAuthentication[][], isInOrder: boolean): PossibleMode[] {
  const modes: PossibleMode[] = []
  let open: Expression = always
  for (const scope of scopes) {
    const passed: Expression[] = []
    for (const { policy, expression } of countingOf(scope, isInOrder)) {
      const here = all([open, expression])
      const ports = policy.selector === null ? [] : [...policy.byPort].filter(([, mode]) => mode !== 'UNSET')
      for (const [port, mode] of ports)
        if (mode !== 'UNSET') modes.push({ mode, policy, port, expression: all([here, isPort([port])]) })
      const others = ports.length === 0 ? here : all([here, not(isPort(ports.map(([port]) => port)))])
      if (policy.mode === 'UNSET') passed.push(others)
      else modes.push({ mode: policy.mode, policy, port: null, expression: others })
    }
    if (scope.length > 0)
      open = any([...passed, all([open, not(any(countingOf(scope, isInOrder).map(one => one.expression)))])])
  }
  modes.push({ mode: 'PERMISSIVE', policy: null, port: null, expression: open })
  return modes
}

/** For each way in which the policies of the three scopes may be there, what istiod makes of these for ztunnel. */
function ztunnelModes(scopes: readonly PeerAuthentication[][]): PossibleMode[] {
  const [own, near, wide] = scopes.map(scope => {
    const counting = countingOf(scope, false)
    return [...counting, { policy: null, expression: not(any(counting.map(one => one.expression))) }]
  })
  const modes: PossibleMode[] = []
  for (const workload of own ?? [])
    for (const namespace of near ?? [])
      for (const mesh of wide ?? []) {
        const here = all([workload.expression, namespace.expression, mesh.expression])
        if (here === never) continue
        const rulings = ztunnelRulings(workload.policy, namespace.policy, mesh.policy)
        const ports = rulings.flatMap(({ port }) => (port === null ? [] : [port]))
        for (const ruling of rulings) {
          const others = ports.length === 0 ? here : all([here, not(isPort(ports))])
          modes.push({ ...ruling, expression: ruling.port === null ? others : all([here, isPort([ruling.port])]) })
        }
      }
  return modes
}

/** The policies of one scope that may be the one that counts. @param isInOrder of one age the first by name does */
function countingOf(
  scope: readonly PeerAuthentication[],
  isInOrder: boolean,
): { policy: PeerAuthentication; expression: Expression }[] {
  const sound = scope.filter(({ problems }) => problems.length === 0).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const broken = scope.filter(({ problems }) => problems.length > 0)
  // Sorted as text, ISO times are sorted by time; without one, a policy may be of any age.
  const oldest = sound.map(({ createdAt }) => createdAt).toSorted()[0]
  const dated = sound.filter(({ createdAt }) => createdAt === oldest).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const first = dated[0]
  const undated = oldest === '' ? sound : dated
  const isSettled =
    undated.length === 1 ||
    (isInOrder && oldest !== '' && oldest !== notYetMade) ||
    undated.every(one => first !== undefined && isAlike(one, first))
  const states = ['refused', 'as it can be read', 'strict']
  const isBroken = broken.flatMap(policy => [
    { policy, expression: ifPolicyIs(policy, states, 'as it can be read') },
    {
      policy: { ...policy, mode: 'STRICT' as const, byPort: new Map() },
      expression: ifPolicyIs(policy, states, 'strict'),
    },
  ])
  const noneBroken = broken.map(policy => ifPolicyIs(policy, states, 'refused'))
  if (first === undefined) return isBroken
  if (isSettled) return [...isBroken, { policy: first, expression: all(noneBroken) }]
  const names = undated.map(({ namespace, name }) => `${namespace}/${name}`)
  return [
    ...isBroken,
    ...undated.map((policy, index) => ({
      policy,
      expression: all([
        ...noneBroken,
        sharedAtom(['age', names, index], () => ({
          variable: `age of ${names.join()}`,
          fact: `metadata.creationTimestamp of PeerAuthentications ${names.join(', ')}`,
          read: () => undefined,
          test: value => value === names[index],
          seeds: { kind: 'choice', of: names },
        })),
      ]),
    })),
  ]
}

const isAlike = (a: PeerAuthentication, b: PeerAuthentication) =>
  a.mode === b.mode &&
  a.byPort.size === b.byPort.size &&
  [...a.byPort].every(([port, mode]) => b.byPort.get(port) === mode)

/** Plaintext before a STRICT workload: the modes that refuse it, each with when it does. */
export const refusals = (modes: readonly PossibleMode[]): PossibleMode[] =>
  modes.filter(({ mode }) => mode === 'STRICT').map(one => ({ ...one, expression: all([not(isMtls), one.expression]) }))
