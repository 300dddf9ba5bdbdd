import type { MeshObject } from '#shared/mesh/object.ts'
import { isRecord, record, records } from '#shared/security/read.ts'
import type { UnusedGrant } from './unused.ts'

/**
 * The policy without some of its grants. A list that loses its last value takes its entry with it, and a side that loses
 * its last entry its rule: a field that is absent would grant to everybody. A policy that is left without rules stays, as
 * without it everything would be allowed. Pure.
 */
export function withoutGrants(policy: MeshObject, grants: readonly Pick<UnusedGrant, 'path'>[]): MeshObject {
  const gone = new Set(grants.map(({ path }) => JSON.stringify(path)))
  const isGone = (...path: (string | number)[]) => gone.has(JSON.stringify(['spec', 'rules', ...path]))
  const rules = records(record(policy.spec)['rules']).flatMap((rule, index) => {
    if (isGone(index)) return []
    const left = { ...rule }
    for (const [side, inner] of [
      ['from', 'source'],
      ['to', 'operation'],
    ] as const) {
      if (!Array.isArray(rule[side])) continue
      const before = records(rule[side])
      const items = before.flatMap((item, place) => {
        const lists = Object.entries(record(item[inner])).map(([name, list]): [string, unknown] => [
          name,
          Array.isArray(list) ? list.filter((_, at) => !isGone(index, side, place, inner, name, at)) : list,
        ])
        const was = record(item[inner])
        const isEmptied = lists.some(([name, list]) => isEmptyList(list) && !isEmptyList(was[name]))
        return isEmptied ? [] : [isRecord(item[inner]) ? { ...item, [inner]: Object.fromEntries(lists) } : item]
      })
      if (items.length === 0 && before.length > 0) return []
      left[side] = items
    }
    return [left]
  })
  return { ...policy, spec: { ...record(policy.spec), rules } } as MeshObject
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0
