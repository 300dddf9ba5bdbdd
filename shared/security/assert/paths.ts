import type { MeshObject } from '#shared/mesh/object.ts'
import { anyPath, fresh, textsAround } from '#shared/security/evaluate/text.ts'
import { record, records, texts } from '#shared/security/read.ts'

/**
 * Paths of a pattern, one of every kind that policies tell apart: what holds for these holds for all of them. Null: there
 * are too many kinds.
 */
export function pathsOf(pattern: string, objects: readonly MeshObject[]): string[] | null {
  const written = patternsIn(objects)
  const around = textsAround([pattern, ...written])
  if (around === null) return null
  const met = written.flatMap(other => [meeting(pattern, other), meeting(other, pattern)])
  const fits = anyPath([pattern])
  const found = [...around, ...met].filter(fits).map(path => path.replaceAll(fresh, 'x'))
  return [...new Set(found)].filter(path => path.startsWith('/') && fits(path))
}

/** One pattern with what the other says where it says nothing of its own. */
function meeting(pattern: string, other: string): string {
  const words = other.split('/')
  return pattern
    .split('/')
    .flatMap((word, index, all) => {
      const told = words[index]?.replace(/\*$/, 'x')
      if (word === '{*}') return told === undefined || told === '' || told.includes('{') ? ['x'] : [told]
      if (word !== '{**}' && !(word.endsWith('*') && index === all.length - 1)) return [word]
      const rest = words.slice(index).map(one => one.replaceAll(/\{\*{1,2}\}|\*/g, 'x'))
      const start = word.replace(/\{\*\*\}|\*$/, '')
      return rest.length > 0 && (rest[0] ?? '').startsWith(start) ? rest : [`${start}x`]
    })
    .join('/')
}

function patternsIn(objects: readonly MeshObject[]): string[] {
  const found = objects.flatMap(({ kind, spec }) =>
    kind === 'AuthorizationPolicy'
      ? records(record(spec)['rules']).flatMap(rule => [
          ...records(rule['to']).flatMap(to => {
            const operation = record(to['operation'])
            return [...texts(operation['paths']), ...texts(operation['notPaths'])]
          }),
          ...records(rule['when']).flatMap(condition =>
            condition['key'] === 'request.headers[:path]'
              ? [...texts(condition['values']), ...texts(condition['notValues'])]
              : [],
          ),
        ])
      : [],
  )
  return [...new Set(found)]
}
