import type { Target } from '#shared/config/intents/intent.ts'

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
