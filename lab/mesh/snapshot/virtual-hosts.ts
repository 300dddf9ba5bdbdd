import { mostSpecificFirst } from './gateway-api-rules.ts'
import { patternsFor } from './hosts.ts'
import type { HttpRule, Route } from './rules.ts'

/** What a gateway answers by Host: of all patterns that cover it only the most specific one counts, as in Envoy. */
export interface VirtualHosts {
  add(pattern: string, route: Route): void
  /** Undefined: no route has such a host. */
  find(host: string): readonly HttpRule[] | undefined
  /** Every host there are routes for, as it is written. */
  hosts(): string[]
}

export function createVirtualHosts(): VirtualHosts {
  const routes = new Map<string, Route[]>()
  const known = new Map<string, readonly HttpRule[]>()
  return {
    hosts: () => [...routes.keys()],
    add(pattern, route) {
      const others = routes.get(pattern)
      if (others === undefined) routes.set(pattern, [route])
      else if (!others.includes(route)) others.push(route)
    },
    find(host) {
      for (const pattern of patternsFor(host)) {
        const found = routes.get(pattern)
        if (found === undefined) continue
        const rules = known.get(pattern) ?? merged(found)
        known.set(pattern, rules)
        return rules
      }
      return undefined
    },
  }
}

/** Rules of Gateway API's routes are one list, the most specific match first; those of VirtualServices come as they are written, the oldest object's first. */
export function merged(routes: readonly Route[]): HttpRule[] {
  const isOwn = (route: Route) => route.kind === 'VirtualService'
  const gatewayApi = routes.filter(route => !isOwn(route)).toSorted((a, b) => a.created - b.created)
  return [
    ...mostSpecificFirst(gatewayApi.flatMap(route => route.http)),
    ...routes.filter(isOwn).flatMap(route => route.http),
  ]
}
