import type { MeshAnalyzer, Report } from '#shared/config/analyze/analyzer.ts'
import { at, has, items, number, record, text } from '#shared/config/world/read.ts'
import type { Json, MeshObject } from '#shared/mesh/object.ts'
import {
  addIncorrectly,
  relativeOperation,
  relativeOperationWithVersion,
  removeIncorrectly,
  replaceIncorrectly,
} from './messages.ts'

/** Istio docs, EnvoyFilter, `Patch.Operation`. Which names a versioned patch brought is told from patch to patch, object to object. */
export const envoyFilterPatches: MeshAnalyzer = {
  name: 'envoyfilter.EnvoyPatchAnalyzer',
  mesh: true,
  analyze(world, report) {
    const versioned = new Set<string>()
    for (const filter of world.list('networking.istio.io/EnvoyFilter')) lookAt(filter, versioned, report)
  },
}

const withoutSingles = new Set(['ROUTE_CONFIGURATION', 'HTTP_ROUTE'])
const filters = new Set(['HTTP_FILTER', 'NETWORK_FILTER'])

function lookAt(filter: MeshObject, versioned: Set<string>, report: Report): void {
  const hasPriority = (number(filter.spec?.['priority']) ?? 0) !== 0
  for (const [index, entry] of items(filter.spec?.['configPatches']).entries()) {
    if (!has(entry, 'patch')) return
    const path = ['spec', 'configPatches', index, 'patch', 'operation']
    const name = nameIn(entry)
    const isRelative = judge(filter, entry, path, report)
    if (isRelative && !hasPriority)
      report(filter, versioned.has(name) ? relativeOperationWithVersion : relativeOperation, [], { path })
    if (text(at(entry, 'match', 'proxy', 'proxyVersion')) !== '') versioned.add(name)
  }
}

/** Reports an operation where it cannot be; returns whether it stands relative to something else. */
function judge(filter: MeshObject, entry: Json, path: (string | number)[], report: Report): boolean {
  const applyTo = text(entry['applyTo'])
  switch (text(record(entry['patch'])['operation'])) {
    case 'ADD':
      if (withoutSingles.has(applyTo)) report(filter, addIncorrectly, [], { path })
      return false
    case 'REMOVE':
      if (!withoutSingles.has(applyTo)) return true
      report(filter, removeIncorrectly, [], { path })
      return false
    case 'REPLACE':
      if (filters.has(applyTo)) return true
      report(filter, replaceIncorrectly, [], { path })
      return false
    case 'INSERT_BEFORE':
    case 'INSERT_AFTER':
      return true
    default:
      return false
  }
}

/** The name a patch's value gives, else the filter it looks for. */
function nameIn(entry: Json): string {
  const value = record(record(entry['patch'])['value'])
  if (Object.keys(value).length === 0) return ''
  return text(value['name']) || text(at(entry, 'match', 'listener', 'filterChain', 'filter', 'name'))
}
