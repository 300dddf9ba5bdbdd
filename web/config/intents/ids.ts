import type { Intent, Target } from '#shared/config/intents/intent.ts'

/** Tasks in the order menus show them. Their words are `intents.title` and `intents.lead`. */
export const intentIds = [
  'shift',
  'route',
  'timeouts',
  'breaker',
  'fault',
  'mirror',
  'rateLimit',
  'expose',
  'mtls',
  'lockdown',
] as const
export type IntentId = (typeof intentIds)[number]

export const intentIdIn = (word: string): IntentId | undefined => intentIds.find(id => id === word)

/** What the address says of a task: `?namespace=shop&service=recommendations&source=shop/storefront`. */
export interface IntentSearch {
  namespace?: string | undefined
  service?: string | undefined
  workload?: string | undefined
  /** `namespace/workload` */
  source?: string | undefined
  rule?: string | undefined
}

const textIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= 512 ? value : undefined

export function targetIn(search: Record<string, unknown>): Target {
  const [service, workload, rule] = [textIn(search['service']), textIn(search['workload']), textIn(search['rule'])]
  const [from, caller] = (textIn(search['source']) ?? '').split('/')
  return {
    namespace: textIn(search['namespace']) ?? '',
    ...(service === undefined ? {} : { service }),
    ...(workload === undefined ? {} : { workload }),
    ...(from === undefined || caller === undefined ? {} : { source: { namespace: from, workload: caller } }),
    ...(rule === undefined ? {} : { rule }),
  }
}

export const searchOf = ({ namespace, service, workload, source, rule }: Target): IntentSearch => ({
  namespace: namespace === '' ? undefined : namespace,
  service,
  workload,
  source: source === undefined ? undefined : `${source.namespace}/${source.workload}`,
  rule,
})

export function intentHref(id: IntentId, target: Target): string {
  const words = Object.entries(searchOf(target)).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return `/config/do/${id}?${new URLSearchParams(words).toString()}`
}

/** What can be asked for a task: as the intent's own `on`, known before the intent is read. */
export type On = Intent<unknown>['on'][number]
export const offeredOn: Readonly<Record<IntentId, readonly On[]>> = {
  shift: ['service', 'edge'],
  route: ['service', 'edge'],
  timeouts: ['service', 'edge'],
  breaker: ['service', 'edge'],
  fault: ['service', 'edge'],
  mirror: ['service', 'edge'],
  rateLimit: ['service', 'workload'],
  expose: ['service'],
  mtls: ['namespace', 'workload'],
  lockdown: ['namespace'],
}

/** Kinds a task writes; the right for one of them is enough to begin. */
const virtualService = { group: 'networking.istio.io', kind: 'VirtualService' }
const httpRoute = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }
export const writtenKinds: Readonly<Record<IntentId, readonly { group: string; kind: string }[]>> = {
  shift: [virtualService, httpRoute],
  route: [virtualService, httpRoute],
  timeouts: [virtualService, httpRoute],
  breaker: [{ group: 'networking.istio.io', kind: 'DestinationRule' }],
  fault: [virtualService],
  mirror: [virtualService, httpRoute],
  rateLimit: [{ group: 'networking.istio.io', kind: 'EnvoyFilter' }],
  expose: [httpRoute, virtualService],
  mtls: [{ group: 'security.istio.io', kind: 'PeerAuthentication' }],
  lockdown: [{ group: 'security.istio.io', kind: 'AuthorizationPolicy' }],
}
