import { items, record } from '#shared/config/world/read.ts'
import type { Json, MeshObject, Path } from '#shared/mesh/object.ts'

/** Everywhere a VirtualService sends requests to. */
export interface Destination {
  destination: Json
  path: Path
  isMirror: boolean
}

export function destinationsOf({ spec = {} }: MeshObject): Destination[] {
  const found: Destination[] = []
  for (const protocol of ['tcp', 'tls', 'http'])
    for (const [rule, written] of items(spec[protocol]).entries())
      for (const [index, route] of items(written['route']).entries())
        found.push({
          destination: record(route['destination']),
          path: ['spec', protocol, rule, 'route', index, 'destination'],
          isMirror: false,
        })
  for (const [rule, written] of items(spec['http']).entries()) {
    const path = ['spec', 'http', rule]
    if (written['mirror'] !== undefined && written['mirror'] !== null)
      found.push({ destination: record(written['mirror']), path: [...path, 'mirror'], isMirror: true })
    for (const [index, mirror] of items(written['mirrors']).entries())
      found.push({
        destination: record(mirror['destination']),
        path: [...path, 'mirrors', index, 'destination'],
        isMirror: true,
      })
  }
  return found
}
