import * as z from 'zod/mini'
import { readList, most, type Tolerance } from '#shared/mesh/tolerance.ts'
import { defaultRules, defaultThresholds, type HealthRules, type ThresholdName } from './rules.ts'

const ratio = z.number().check(z.gte(0), z.lte(1))
const pair = z.optional(z.strictObject({ degraded: z.optional(ratio), failing: z.optional(ratio) }))
const list = z.array(z.unknown()).check(z.minLength(1), z.maxLength(most))
const byName = z.optional(z.record(z.string(), list))
const Given = z.strictObject({
  serverErrors: pair,
  connectionErrors: pair,
  refused: pair,
  clientErrors: z.optional(z.strictObject({ degraded: z.optional(ratio) })),
  mesh: z.optional(list),
  namespaces: byName,
  services: byName,
  workloads: byName,
})

/**
 * `{"serverErrors":{"failing":0.2},"services":{"shop/cart":[{"code":"5xx","failing":0.3}]}}` → what health is judged by,
 * the defaults where nothing is said. Ratios, 0 to 1. Otherwise a sentence that continues "… ": what is wrong with it.
 */
export function readRules(text: string): HealthRules | { wrong: string } {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { wrong: 'is not JSON such as {"serverErrors":{"failing":0.2}}' }
  }
  const given = Given.safeParse(json)
  if (!given.success) {
    const [issue] = given.error.issues
    const where = issue?.path.join('.') ?? ''
    const isList = ['mesh', 'namespaces', 'services', 'workloads'].includes(String(issue?.path[0]))
    return {
      wrong: isList
        ? `takes lists of 1 to ${most} tolerances: ${where} ${issue?.message ?? 'cannot be used'}`
        : `takes ratios from 0 to 1: ${where} ${issue?.message ?? 'cannot be used'}`,
    }
  }
  const { serverErrors, connectionErrors, refused, clientErrors, mesh, ...places } = given.data
  const wrongs: string[] = []
  const listed = (where: string, tolerances: readonly unknown[]): Tolerance[] => {
    const read = readList(tolerances)
    if (!('wrong' in read)) return read
    wrongs.push(`cannot be used: of ${where}, ${read.wrong}`)
    return []
  }
  const named = (place: keyof typeof places, steps: number): Map<string, readonly Tolerance[]> =>
    new Map(
      Object.entries(places[place] ?? {}).map(([name, tolerances]) => {
        if (name.split('/').length !== steps || name.split('/').includes(''))
          wrongs.push(
            `names ${steps === 1 ? 'a namespace such as shop' : 'what is meant such as shop/cart'}, not ${JSON.stringify(name)}, in ${place}`,
          )
        return [name, listed(`${place} ${JSON.stringify(name)}`, tolerances)]
      }),
    )
  const rules: HealthRules = {
    thresholds: {
      serverErrors: { ...defaultThresholds.serverErrors, ...serverErrors },
      connectionErrors: { ...defaultThresholds.connectionErrors, ...connectionErrors },
      refused: { ...defaultThresholds.refused, ...refused },
      clientErrors: { ...defaultThresholds.clientErrors, ...clientErrors },
    },
    inFile: new Set(
      Object.entries({ serverErrors, connectionErrors, refused, clientErrors }).flatMap(([name, said]) =>
        said === undefined ? [] : [name as ThresholdName],
      ),
    ),
    mesh: mesh === undefined ? defaultRules.mesh : listed('mesh', mesh),
    namespaces: named('namespaces', 1),
    services: named('services', 2),
    workloads: named('workloads', 2),
  }
  const [wrong] = wrongs
  return wrong === undefined ? rules : { wrong }
}
