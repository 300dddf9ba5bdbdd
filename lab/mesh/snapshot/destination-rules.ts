import type { ObjectStore } from '#lab/contract.ts'
import { type Fields, fields, items, number, text, textMap } from './read.ts'
import { createdAt, fullHost } from './virtual-services.ts'

/** Istio docs, Destination Rule. */

export interface DestinationRule {
  namespace: string
  name: string
  host: string
  tls: ClientTls
  subsets: { name: string; labels: Record<string, string>; tls: ClientTls }[]
}

/** What the client sends; `null` = nothing said, Istio decides by what the server can. */
export interface ClientTls {
  mode: TlsMode | null
  byPort: ReadonlyMap<number, TlsMode>
}

export type TlsMode = 'DISABLE' | 'SIMPLE' | 'MUTUAL' | 'ISTIO_MUTUAL'

export function readDestinationRules(store: ObjectStore): Map<string, DestinationRule[]> {
  const rules = new Map<string, DestinationRule[]>()
  const objects = store.list('destinationrules.networking.istio.io').toSorted((a, b) => createdAt(a) - createdAt(b))
  for (const object of objects) {
    const namespace = object.metadata.namespace ?? 'default'
    const host = fullHost(text(object.spec?.['host']) ?? '', namespace)
    const rule: DestinationRule = {
      namespace,
      name: object.metadata.name,
      host,
      tls: readTls(fields(object.spec?.['trafficPolicy'])),
      subsets: items(object.spec?.['subsets']).map(subset => ({
        name: text(subset['name']) ?? '',
        labels: textMap(subset['labels']),
        tls: readTls(fields(subset['trafficPolicy'])),
      })),
    }
    rules.set(host, [...(rules.get(host) ?? []), rule])
  }
  return rules
}

const modes = new Set<string>(['DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'] satisfies TlsMode[])

const readMode = (policy: Fields): TlsMode | null => {
  const mode = text(fields(policy['tls'])['mode'])
  return mode !== undefined && modes.has(mode) ? (mode as TlsMode) : null
}

const readTls = (policy: Fields): ClientTls => ({
  mode: readMode(policy),
  byPort: new Map(
    items(policy['portLevelSettings']).flatMap(setting => {
      const port = number(fields(setting['port'])['number'])
      const mode = readMode(setting)
      return port === undefined || mode === null ? [] : [[port, mode] as const]
    }),
  ),
})

/** The rule a caller sees: its own namespace's, then the service's, then the root namespace's. */
export function ruleFor(
  rules: ReadonlyMap<string, DestinationRule[]>,
  host: string,
  namespaces: readonly string[],
): DestinationRule | undefined {
  const candidates = rules.get(host)
  if (candidates === undefined) return undefined
  for (const namespace of namespaces) {
    const own = candidates.find(rule => rule.namespace === namespace)
    if (own) return own
  }
  return undefined
}

/** A subset's own settings go before the rule's; a port's before both. */
export function tlsMode(rule: DestinationRule | undefined, subset: string | null, port: number): TlsMode | null {
  const own = rule?.subsets.find(candidate => candidate.name === subset)?.tls
  return own?.byPort.get(port) ?? own?.mode ?? rule?.tls.byPort.get(port) ?? rule?.tls.mode ?? null
}
