import type { ConfigRow } from './api.ts'
import { type Why, whyGoverns } from './governs.ts'

/** One hop of a request as the proxy that told it saw it. */
export interface MetHop {
  /** Who told it: other kinds act on what a pod calls than on what it is called for. */
  side: 'caller' | 'callee'
  /** Where the call went on to, as the proxy names it: `cart.shop.svc.cluster.local`; empty: into the pod itself. */
  host: string
  /** Of the pod whose proxy it is; null where it is not told. */
  pod: { namespace: string; name: string } | null
  /** Envoy's response flags, and the status it answered with. */
  signs: readonly string[]
}

export interface Met {
  row: ConfigRow
  why: Exclude<Why, null>
  /** The flag or status that settings of this kind bring about: where there is one, it may well have acted here. */
  sign: string | null
}

/** Kinds that a caller's proxy takes from what selects its own pod (the others it takes by the host it calls). */
const ofCaller: ReadonlySet<string> = new Set(['Sidecar', 'EnvoyFilter', 'WasmPlugin', 'Telemetry', 'ProxyConfig'])
/** Kinds that act where a call arrives. */
const ofCallee: ReadonlySet<string> = new Set([
  'AuthorizationPolicy',
  'PeerAuthentication',
  'RequestAuthentication',
  'EnvoyFilter',
  'WasmPlugin',
  'Telemetry',
  'ProxyConfig',
])

/**
 * Which kinds have the settings behind a flag (Envoy documentation, "Access logging", %RESPONSE_FLAGS%; Istio reference:
 * DestinationRule connectionPool and outlierDetection, VirtualService timeout, retries and fault).
 */
const behind: Readonly<Partial<Record<string, readonly string[]>>> = {
  UO: ['DestinationRule'],
  UH: ['DestinationRule', 'ServiceEntry'],
  UF: ['DestinationRule', 'PeerAuthentication', 'ServiceEntry'],
  UT: ['VirtualService', 'HTTPRoute', 'GRPCRoute'],
  URX: ['VirtualService', 'HTTPRoute', 'GRPCRoute'],
  DI: ['VirtualService'],
  FI: ['VirtualService'],
  NR: ['VirtualService', 'HTTPRoute', 'GRPCRoute', 'Gateway'],
  NC: ['DestinationRule', 'VirtualService'],
  RL: ['EnvoyFilter'],
  UAEX: ['AuthorizationPolicy', 'EnvoyFilter'],
  '401': ['RequestAuthentication'],
  '403': ['AuthorizationPolicy'],
}

/** The objects that a hop met, as far as lines of the list say it: those its signs speak of first, then those with findings. */
export function metBy(rows: readonly ConfigRow[], hop: MetHop): Met[] {
  const [, app = '', namespace = ''] = /^([^.]+)\.([^.]+)\.svc(\.|$)/.exec(hop.host) ?? []
  const workload = hop.pod === null ? null : workloadOf(hop.pod, rows)
  const selected = { namespace: hop.pod?.namespace ?? '', services: [], workloads: workload === null ? [] : [workload] }
  const called = { namespace, services: app === '' ? [] : [app], workloads: [] }
  const kinds = hop.side === 'caller' ? ofCaller : ofCallee
  return rows
    .flatMap((row): Met[] => {
      const why =
        aboutHost(row, hop.host, called) ??
        (workload !== null && kinds.has(row.ref.kind) ? whyGoverns(row, selected) : null)
      if (why === null) return []
      const sign = hop.signs.find(each => behind[each]?.includes(row.ref.kind) === true) ?? null
      return [{ row, why, sign }]
    })
    .sort((a, b) => Number(b.sign !== null) - Number(a.sign !== null) || weightOf(b.row) - weightOf(a.row))
}

function aboutHost(row: ConfigRow, host: string, called: Parameters<typeof whyGoverns>[1]): Met['why'] | null {
  if (host === '') return null
  if (row.hosts.includes(host)) return { kind: 'host', name: host }
  const why = whyGoverns(row, called)
  return why?.kind === 'host' ? why : null
}

/** A pod is called after its workload: of those that some object selects, the longest that fits. */
function workloadOf(
  { namespace, name }: { namespace: string; name: string },
  rows: readonly ConfigRow[],
): string | null {
  let found: string | null = null
  for (const { selects = [] } of rows)
    for (const path of selects) {
      if (!path.startsWith(`${namespace}/`)) continue
      const workload = path.slice(namespace.length + 1)
      if ((name === workload || name.startsWith(`${workload}-`)) && workload.length > (found?.length ?? 0))
        found = workload
    }
  return found
}

const weightOf = ({ findings }: ConfigRow): number => findings.Error * 1e6 + findings.Warning * 1e3 + findings.Info
