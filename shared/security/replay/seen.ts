import type { Surroundings } from '#shared/security/evaluate/attach.ts'
import type { Flow } from '#shared/security/flow.ts'
import { type SeenFlow, type Workload, workloadKey } from '#shared/security/landscape.ts'
import { callerOfSeen, destinationOf, sourceOf, withMtls } from '#shared/security/party.ts'
import type { Policies } from '#shared/security/policy.ts'
import type { Judging, SeenCall } from './replay.ts'
import type { Settings } from '#shared/security/world.ts'

/** Calls as metrics tell them, made ready to be replayed. */
export interface Stage {
  workloads: readonly Workload[]
  around: Surroundings
  settings: Settings
}

/** Of a call that spans stand for, how many they were; absent: every one was counted. */
export type CountedCall = SeenCall & { sightings?: number }

/**
 * What passed and what was refused of one flow are two calls. Metrics tell neither method nor path nor token: where
 * spans tell the first two, what passed is as many calls as there were kinds, and one of what no span stands for.
 */
export function callsOf(seen: readonly SeenFlow[], { workloads, around, settings }: Stage): CountedCall[] {
  const byKey = new Map(workloads.map(one => [workloadKey(one), one]))
  return seen.flatMap(one => {
    const { destination, protocol, mtls, port, id } = one
    const key = workloadKey({ namespace: destination.namespace, name: destination.workload })
    const workload = byKey.get(key)
    const flow: Flow = {
      id,
      ...withAccount(sourceOf(callerOfSeen(one, byKey, settings.trustDomain)), byKey.get(sourceKey(one))),
      destination: {
        ...(workload === undefined
          ? {
              namespace: destination.namespace,
              workload: destination.workload,
              labels: {},
              enforcedBy: 'none' as const,
            }
          : destinationOf(workload)),
        ...(one.enforcedBy === undefined ? {} : { enforcedBy: one.enforcedBy }),
        ...(port === null ? {} : { port }),
      },
      protocol,
      ...(mtls === undefined ? {} : { mtls }),
      ...(protocol === 'tcp' ? { http: null, jwt: null } : {}),
    }
    const known = withMtls(flow, around)
    return [
      ...(one.passed > 0 ? passedOf(known, one) : []),
      ...(one.refused > 0 ? [{ flow: known, requests: one.refused, passed: false }] : []),
    ]
  })
}

function passedOf(flow: Flow, { passed, isUnsettled, facets = [], protocol }: SeenFlow): CountedCall[] {
  if (protocol === 'tcp' || facets.length === 0)
    return [{ flow, requests: passed, ...(isUnsettled ? {} : { passed: true }) }]
  const rest = passed - facets.reduce((sum, { requests }) => sum + requests, 0)
  return [
    ...facets.map(({ method, path, host, sightings, requests }): CountedCall => {
      const http = { method, path, ...(host === undefined ? {} : { host }) }
      return { flow: { ...flow, http }, requests, sightings, passed: true }
    }),
    ...(rest > 0 ? [{ flow, requests: rest, sightings: 0, passed: true }] : []),
  ]
}

const sourceKey = ({ source: { namespace, workload: name } }: SeenFlow) => workloadKey({ namespace, name })

/** Plaintext proves nothing; by which account a caller with a proxy would prove itself is known all the same. */
function withAccount(
  sent: Pick<Flow, 'source' | 'mtls'>,
  workload: Workload | undefined,
): Pick<Flow, 'source' | 'mtls'> {
  if (sent.source.principal !== null || sent.source.namespace === null || workload === undefined) return sent
  const [account, ...more] = workload.serviceAccounts
  if (workload.guarded === 0) return { ...sent, source: { ...sent.source, serviceAccount: null } }
  const isKnown = account !== undefined && more.length === 0 && workload.guarded >= workload.pods
  return isKnown ? { ...sent, source: { ...sent.source, serviceAccount: account } } : sent
}

export const unknownLabels = 'destination.labels'
export const unknownProxy = 'destination.proxy'

/**
 * Of some workloads only these labels are known: a selector that asks for others may or may not mean them. Where nothing
 * reports from the destination's side, a proxy may be there or not.
 * @param partly `namespace/workload` of those
 */
export function blindTo(
  labels: readonly string[],
  partly: ReadonlySet<string>,
  evaluator: Judging,
  { authorization, peer, request }: Policies,
  rootNamespace: string,
): Judging {
  const all = [...authorization, ...peer, ...request]
  const selecting = all.flatMap(({ namespace, selector }) =>
    selector !== null && Object.keys(selector).some(key => !labels.includes(key)) ? [{ namespace, selector }] : [],
  )
  return {
    ...evaluator,
    judge(flow) {
      const judgement = evaluator.judge(flow)
      const { namespace, workload, labels: own } = flow.destination
      if (!partly.has(`${namespace}/${workload}`)) return judgement
      const isNear = (one: { namespace: string }) => one.namespace === namespace || one.namespace === rootNamespace
      if (flow.destination.enforcedBy === 'none')
        return all.some(isNear) ? { verdict: 'uncertain', missing: [unknownProxy] } : judgement
      const mayMean = selecting.some(
        one =>
          isNear(one) &&
          Object.entries(one.selector).every(([key, value]) => !labels.includes(key) || own[key] === value),
      )
      return mayMean
        ? { verdict: 'uncertain', missing: [...new Set([...judgement.missing, unknownLabels])] }
        : judgement
    },
  }
}
