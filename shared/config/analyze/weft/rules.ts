import { has, items, record, text, texts } from '#shared/config/world/read.ts'
import type { Json, MeshObject, Path } from '#shared/mesh/object.ts'

/** AuthorizationPolicy rules as sets of requests. Istio docs, "Authorization Policy" and "Authorization Policy Conditions". */

/** Values of one field that are wanted, and values that are not; AND-ed with its siblings. */
interface Field {
  is: readonly string[]
  isNot: readonly string[]
}
/** One source, operation or condition: field by field. */
type Clause = ReadonlyMap<string, Field>

export interface Rule {
  from: readonly Clause[]
  to: readonly Clause[]
  when: readonly Clause[]
  path: Path
}

export const actionOf = (policy: MeshObject): string => text(policy.spec?.['action']) || 'ALLOW'

export const isDryRun = (policy: MeshObject): boolean =>
  policy.metadata.annotations?.['istio.io/dry-run']?.toLowerCase() === 'true'

export const isBoundToTarget = ({ spec = {} }: MeshObject): boolean =>
  has(spec, 'targetRef') || items(spec['targetRefs']).length > 0

export const rulesOf = (policy: MeshObject): Rule[] =>
  items(policy.spec?.['rules']).map((rule, index) => ({
    from: items(rule['from']).map(({ source }) => clause(record(source))),
    to: items(rule['to']).map(({ operation }) => clause(record(operation))),
    when: items(rule['when']).map(condition),
    path: ['spec', 'rules', index],
  }))

/** `notPaths` belongs to `paths`. */
const positive = (field: string): string =>
  /^not[A-Z]/.test(field) ? field.charAt(3).toLowerCase() + field.slice(4) : field

function clause(written: Json): Clause {
  const fields = new Map<string, Field>()
  for (const name of Object.keys(written)) {
    const values = texts(written[name]).map(value => (positive(name) === 'hosts' ? value.toLowerCase() : value))
    if (values.length === 0) continue
    const known = fields.get(positive(name)) ?? { is: [], isNot: [] }
    fields.set(positive(name), positive(name) === name ? { ...known, is: values } : { ...known, isNot: values })
  }
  return fields
}

const condition = (written: Json): Clause =>
  new Map([[text(written['key']), { is: texts(written['values']), isNot: texts(written['notValues']) }]])

const httpFields = new Set(['hosts', 'methods', 'paths', 'requestPrincipals'])
const isHttpKey = (key: string): boolean => key.startsWith('request.')

/** Names of the fields of a rule that only HTTP has, with their places. */
export function httpFieldsOf(policy: MeshObject): { rule: number; path: Path; field: string }[] {
  const found: { rule: number; path: Path; field: string }[] = []
  for (const [rule, written] of items(policy.spec?.['rules']).entries()) {
    for (const [list, inner] of [
      ['from', 'source'],
      ['to', 'operation'],
    ] as const)
      for (const [index, one] of items(written[list]).entries())
        for (const field of Object.keys(record(one[inner])))
          if (httpFields.has(positive(field)))
            found.push({ rule, field, path: ['spec', 'rules', rule, list, index, inner, field] })
    for (const [index, { key }] of items(written['when']).entries())
      if (isHttpKey(text(key)))
        found.push({ rule, field: text(key), path: ['spec', 'rules', rule, 'when', index, 'key'] })
  }
  return found
}

/** Whether everything the narrow pattern takes, the wide one takes: `*`, `prefix*`, `*suffix`, or a value. */
export function coversPattern(wide: string, narrow: string): boolean {
  if (wide === narrow || wide === '*') return true
  // Path templates are compared as they stand.
  if (wide.includes('{') || narrow.includes('{') || narrow === '*') return false
  if (wide.endsWith('*')) return !narrow.startsWith('*') && narrow.startsWith(wide.slice(0, -1))
  if (wide.startsWith('*')) return !narrow.endsWith('*') && narrow.endsWith(wide.slice(1))
  return false
}

/** Whether no value is taken by both. Said only of what is plain. */
function areApart(a: string, b: string): boolean {
  const isPlain = (pattern: string) => !pattern.includes('*') && !pattern.includes('{') && !pattern.includes('/')
  if (isPlain(a) && isPlain(b)) return a !== b
  if (a.includes('{') || b.includes('{')) return false
  if (!a.includes('*') && !b.includes('*')) return a !== b && !isBlock(a) && !isBlock(b)
  const [stem, other] = [a, b].map(pattern => (pattern.endsWith('*') ? pattern.slice(0, -1) : null))
  if (stem !== undefined && stem !== null && other !== undefined && other !== null)
    return !stem.startsWith(other) && !other.startsWith(stem)
  return false
}

/** `10.0.0.0/8`: blocks may hold each other. */
const isBlock = (pattern: string): boolean => /^[\d.]+(\/\d+)?$|:.*:/.test(pattern)

function coversField(name: string, wide: Field, narrow: Field | undefined): boolean {
  if (narrow === undefined) return false
  const isWanted =
    wide.is.length === 0 ||
    (narrow.is.length > 0 && narrow.is.every(value => wide.is.some(one => coversPattern(one, value))))
  const isSpared = wide.isNot.every(
    value =>
      narrow.isNot.some(one => coversPattern(one, value)) ||
      // A claim may have several values: one of them does not rule out another.
      (!name.startsWith('request.') && narrow.is.length > 0 && narrow.is.every(one => areApart(one, value))),
  )
  return isWanted && isSpared
}

const coversClause = (wide: Clause, narrow: Clause): boolean =>
  [...wide].every(([name, field]) => coversField(name, field, narrow.get(name)))

const coversAny = (wide: readonly Clause[], narrow: readonly Clause[]): boolean =>
  wide.length === 0 || (narrow.length > 0 && narrow.every(one => wide.some(other => coversClause(other, one))))

/** Whether every request the narrow rule takes, the wide one takes. */
export const coversRule = (wide: Rule, narrow: Rule): boolean =>
  coversAny(wide.from, narrow.from) &&
  coversAny(wide.to, narrow.to) &&
  wide.when.every(one => narrow.when.some(other => coversClause(one, other)))

/** Why no request can satisfy a clause; null where one can. */
function contradiction(one: Clause): string | null {
  for (const [name, { is, isNot }] of one)
    if (is.length > 0 && is.every(value => isNot.some(other => coversPattern(other, value))))
      return `it takes ${name} ${is.join(', ')} and leaves out ${isNot.join(', ')}`
  const [namespaces, principals] = [one.get('namespaces')?.is ?? [], one.get('principals')?.is ?? []]
  const homes = principals.map(principal => /^[^*]+\/ns\/([^*/]+)\/sa\/[^/]+$/.exec(principal)?.[1])
  if (
    namespaces.length > 0 &&
    homes.length > 0 &&
    homes.every(home => home !== undefined && namespaces.every(namespace => !coversPattern(namespace, home)))
  )
    return `the principals ${principals.join(', ')} are of no namespace ${namespaces.join(', ')}`
  return null
}

/** Why a rule can never match, with the place that shows it; null where it can. */
export function impossibility(rule: Rule): { because: string; path: Path } | null {
  for (const [index, one] of rule.when.entries()) {
    const because = contradiction(one)
    if (because) return { because, path: [...rule.path, 'when', index] }
  }
  for (const list of ['from', 'to'] as const) {
    const reasons = rule[list].map(contradiction)
    const first = reasons[0]
    if (first != null && reasons.every(reason => reason !== null)) return { because: first, path: [...rule.path, list] }
  }
  return null
}
