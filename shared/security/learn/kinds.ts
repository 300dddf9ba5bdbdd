import { enough } from './confidence.ts'
import { clusterPaths } from './templates.ts'
import { asPoliciesSee, type PathNormalization } from '#shared/security/evaluate/path.ts'
import type { SeenCall } from '#shared/security/replay/replay.ts'
import { principalOf } from '#shared/security/why/edits.ts'

/** A call that was seen, with how often that really was. */
export interface Sighting extends SeenCall {
  /** Spans that were sampled stand for more requests than were seen. Absent: every request was. */
  sightings?: number
  /** The caller's workload, which tells who shares an account. */
  sourceWorkload?: string
}

/** Calls that a rule can tell from others: who, and by what. */
export interface Kind {
  principal: string
  /** Null: whatever it is. */
  method: string | null
  path: string | null
  port: number | null
  sightings: number
  requests: number
}

export interface Kinds {
  /** Of HTTP, as far as the proxy there sees it. */
  http: readonly Kind[]
  /** Of connections, where no more can be told. */
  connections: readonly Kind[]
  /** Who was seen often enough in all, although no kind of call was. */
  wide: readonly Kind[]
  /** Callers of whom nothing is told but that they call, as metrics tell them. */
  bare: readonly Kind[]
  /** Calls that proved no identity: no rule can name who made them. */
  unidentified: readonly Sighting[]
}

export const sightingsOf = ({ sightings, requests }: Sighting): number => sightings ?? requests

/** What was let pass at one destination, by kind. What was refused is nobody's habit. */
export function kindsOf(seen: readonly Sighting[], normalization: PathNormalization): Kinds {
  const passed = seen.filter(({ passed: didPass, requests }) => didPass !== false && requests > 0)
  const identified = passed.flatMap(sighting => {
    const principal = principalOf(sighting.flow)
    return principal === null || principal === '' ? [] : [{ principal, sighting }]
  })
  const isConnection = ({ flow }: Sighting) => flow.protocol === 'tcp' || flow.destination.enforcedBy === 'ztunnel'
  const paths = passed.flatMap(sighting => {
    const path = pathOf(sighting, normalization)
    return path === null ? [] : [{ path, sightings: sightingsOf(sighting) }]
  })
  const templateOf = clusterPaths(paths)
  const all = identified.map(({ principal, sighting }): Kind & { isConnection: boolean } => {
    const path = isConnection(sighting) ? null : pathOf(sighting, normalization)
    const { port } = sighting.flow.destination
    return {
      principal,
      method: isConnection(sighting) ? null : methodOf(sighting),
      path: path === null ? null : templateOf(path),
      port: isConnection(sighting) && port != null ? Number(port) : null,
      sightings: sightingsOf(sighting),
      requests: sighting.requests,
      isConnection: isConnection(sighting),
    }
  })
  const connections = summed(all.filter(kind => kind.isConnection))
  const requests = all.filter(kind => !kind.isConnection)
  const whole = summed(requests.filter(({ method, path }) => method !== null && path !== null))
  const http = [...whole, ...halvesOf(summed(requests), whole)]
  return {
    http,
    connections,
    wide: widely(http, requests),
    bare: barely(http, requests),
    unidentified: passed.filter(({ flow }) => (principalOf(flow) ?? '') === ''),
  }
}

/** Of some calls only the method is known, or only the path: they are kinds of their own where no whole kind has that. */
function halvesOf(kinds: readonly Kind[], whole: readonly Kind[]): Kind[] {
  const often = whole.filter(({ sightings }) => sightings >= enough)
  const halves = new Set(
    often.flatMap(({ principal, method, path }) => [keyOf(principal, method, null), keyOf(principal, null, path)]),
  )
  return kinds.filter(
    ({ principal, method, path }) =>
      (method === null) !== (path === null) && !halves.has(keyOf(principal, method, path)),
  )
}

const keyOf = (...parts: readonly (string | number | null)[]): string => JSON.stringify(parts)

/** A caller of whom no kind of call was seen often enough is not cut off for that: by method if that will do, else at all. */
function widely(http: readonly Kind[], requests: readonly Kind[]): Kind[] {
  const known = new Set(http.filter(({ sightings }) => sightings >= enough).map(({ principal }) => principal))
  return [...Map.groupBy(requests, ({ principal }) => principal)].flatMap(([principal, own]) => {
    if (known.has(principal)) return []
    const byMethod = summed(own.map(kind => ({ ...kind, path: null }))).filter(({ sightings }) => sightings >= enough)
    const named = byMethod.filter(({ method }) => method !== null)
    if (byMethod.length > 0 && named.length === byMethod.length) return named
    return summed(own.map(kind => ({ ...kind, path: null, method: null }))).filter(
      ({ sightings }) => sightings >= enough,
    )
  })
}

function barely(http: readonly Kind[], requests: readonly Kind[]): Kind[] {
  const told = new Set(http.map(({ principal }) => principal))
  return summed(requests).filter(
    ({ principal, method, path }) => method === null && path === null && !told.has(principal),
  )
}

function summed(kinds: readonly Kind[]): Kind[] {
  const found = new Map<string, Kind>()
  for (const { principal, method, path, port, sightings, requests } of kinds) {
    const key = keyOf(principal, method, path, port)
    const known = found.get(key)
    if (known === undefined) found.set(key, { principal, method, path, port, sightings, requests })
    else found.set(key, { ...known, sightings: known.sightings + sightings, requests: known.requests + requests })
  }
  return [...found.values()]
}

const methodOf = ({ flow }: Sighting): string | null =>
  flow.http?.method?.toUpperCase() ?? (flow.protocol === 'grpc' ? 'POST' : null)

/** As the proxy's policies see it; null: nobody knows, or it is none. */
function pathOf({ flow }: Sighting, normalization: PathNormalization): string | null {
  const path = flow.http?.path
  if (typeof path !== 'string') return null
  const plain = asPoliciesSee(path, normalization)
  return plain.startsWith('/') ? plain : null
}
