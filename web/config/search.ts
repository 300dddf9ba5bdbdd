import { Owner } from '#shared/config/owner.ts'
import type { ScopeSearch } from '#web/api/scope.ts'

/** Everything that is chosen on the list, as the address says it. What is not said is the default. */
export interface ConfigSearch extends ScopeSearch {
  /** `networking.istio.io/Gateway,core/Namespace`; see `kindId`. */
  kind?: string | undefined
  /** `error,warning,info,none`. */
  findings?: string | undefined
  /** `argocd,flux`. */
  owner?: string | undefined
  /** Words that name, host, author and owner are looked through for. */
  q?: string | undefined
  /** Grouped by kind unless this says otherwise. */
  group?: 'namespace' | 'none' | undefined
  /** Ids of groups that are folded: `a,b`. */
  closed?: string | undefined
  /** `name` rises, `-name` falls. */
  sort?: string | undefined
}

export const levels = ['error', 'warning', 'info', 'none'] as const
export type Level = (typeof levels)[number]
export const ownerKinds = Owner.shape.kind.options
export type OwnerKind = Owner['kind']

const textIn = (value: unknown, most: number): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= most ? value : undefined
const oneOf = <Value extends string>(value: unknown, known: readonly Value[]): Value | undefined =>
  known.find(each => each === value)

/** Words of a list in the address that are known; none of them is no choice at all. */
export const manyOf = <Value extends string>(text: string | undefined, known: readonly Value[]): Value[] =>
  known.filter(each => wordsIn(text).includes(each))
export const wordsIn = (text: string | undefined): string[] => [
  ...new Set((text ?? '').split(',').filter(word => word !== '')),
]
export const wordsText = (words: readonly string[]): string | undefined =>
  words.length === 0 ? undefined : words.join(',')

/** Takes what it understands and drops the rest: a half-broken link still opens. */
export function configSearchIn(search: Record<string, unknown>): ConfigSearch {
  const found: ConfigSearch = {
    ns: textIn(search['ns'], 8192),
    at: textIn(search['at'], 40),
    window: textIn(search['window'], 8),
    kind: textIn(search['kind'], 4096),
    findings: wordsText(manyOf(textIn(search['findings'], 64), levels)),
    owner: wordsText(manyOf(textIn(search['owner'], 128), ownerKinds)),
    q: textIn(search['q'], 256),
    group: oneOf(search['group'], ['namespace', 'none'] as const),
    closed: textIn(search['closed'], 8192),
    sort: textIn(search['sort'], 24),
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

/** What the page says when something is chosen. Choices that are steps of a walk can be stepped back. */
export type OnSearch = (patch: Partial<ConfigSearch>, isStep?: boolean) => void
