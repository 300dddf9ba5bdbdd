import type { Together } from '#shared/traces/api.ts'
import type { Hop } from '#shared/traces/hops.ts'
import { serviceParts } from '#shared/traces/service.ts'

/** What the map says of a call; which hop or share it is of is kept, so that a hand on it leads there. */
export interface MapCall<Of> {
  source: { namespace: string; workload: string }
  destination: { namespace: string; workload: string }
  /** Null: whichever runs between them. */
  protocol: 'http' | 'grpc' | null
  mark: { tone: 'http' | 'grpc' | 'failing'; dash: 'dotted' | null; text: string; rank: number; step: 0 | 1 | 2 | 3 }
  of: Of
}

/** As the map calls what comes from nowhere. */
const internet = { namespace: '', workload: 'internet' }
const endOf = (service: string | null): MapCall<unknown>['source'] => {
  if (service === null) return internet
  const { app, namespace } = serviceParts(service)
  return { namespace, workload: app }
}

/** Width is the share of the time: told by the text as well. */
const stepOf = (share: number): 0 | 1 | 2 | 3 => (share >= 0.3 ? 3 : share >= 0.1 ? 2 : share >= 0.01 ? 1 : 0)
/** So little of the critical path is not worth a mark. */
const little = 0.005
export const isCritical = ({ share }: { share: number }): boolean => share >= little

/** `2 ▬ 38.7 % ◆`: its turn, that it is on the critical path and with how much of the time, and that it failed. */
export const hopCalls = (hops: readonly Hop[], percent: (share: number) => string): MapCall<Hop>[] =>
  hops.map(hop => ({
    source: endOf(hop.from),
    destination: hop.isHost ? { namespace: '', workload: hop.to } : endOf(hop.to),
    protocol: hop.isGrpc ? 'grpc' : null,
    mark: {
      tone: hop.errors > 0 ? 'failing' : hop.isGrpc ? 'grpc' : 'http',
      dash: hop.isSilent ? 'dotted' : null,
      text: [hop.order, ...(isCritical(hop) ? ['▬', percent(hop.share)] : []), ...(hop.errors > 0 ? ['◆'] : [])].join(
        ' ',
      ),
      rank: hop.share,
      step: stepOf(hop.share),
    },
    of: hop,
  }))

type Share = Together['byEdge'][number]

/** `12 % · p95 −4 %`: its part of the critical path, and what could be won if it took no time. */
export const shareCalls = (
  shares: readonly Share[],
  textOf: (share: Share) => string,
): MapCall<Share & { service: string }>[] =>
  shares.flatMap(share => {
    const { service } = share
    // Between spans, and of what is not seen, there is no place.
    if (service === null || service === '' || share.caller === '') return []
    return [
      {
        source: endOf(share.caller),
        destination: endOf(service),
        protocol: null,
        mark: { tone: 'http', dash: null, text: textOf(share), rank: share.share, step: stepOf(share.share) },
        of: { ...share, service },
      },
    ]
  })
