import { HttpProblem } from '#bff/http/problem.ts'
import type { ChangeFilter, ChangeKind } from '#bff/store/store.ts'

/** How an address narrows the past. */
export interface HistoryWords {
  author?: string | undefined
  kind?: string | undefined
  change: readonly ChangeKind[]
  through?: 'weft' | 'other' | undefined
  q?: string | undefined
  since?: string | undefined
  until?: string | undefined
}

const mostWords = 8

export function filterOf(query: HistoryWords): ChangeFilter {
  const authors = query.author === undefined || query.author === '' ? [] : namesIn(query.author)
  const kinds = (query.kind ?? '').split(',').filter(word => word !== '')
  const words = (query.q ?? '').split(/\s+/).filter(word => word !== '')
  const [since, until] = [momentIn(query.since, 'since'), momentIn(query.until, 'until')]
  return {
    ...(authors.length > 0 && { authors }),
    ...(kinds.length > 0 && { kinds: kinds.map(kindIn) }),
    ...(query.change.length > 0 && { changes: query.change }),
    ...(query.through !== undefined && { isThroughWeft: query.through === 'weft' }),
    ...(words.length > 0 && { words: words.slice(0, mostWords) }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  }
}

function namesIn(text: string): string[] {
  let names: unknown
  try {
    names = JSON.parse(text)
  } catch {
    names = null
  }
  if (!Array.isArray(names) || !names.every(name => typeof name === 'string'))
    throw new HttpProblem(400, 'query.author: is a JSON list of names, such as ["kubectl"].')
  return names
}

function kindIn(word: string): { group: string; kind: string } {
  const [group = '', kind = '', ...rest] = word.split('/')
  if (kind === '' || rest.length > 0)
    throw new HttpProblem(400, 'query.kind: is group/kind, such as networking.istio.io/Gateway.')
  return { group: group === 'core' ? '' : group, kind }
}

function momentIn(text: string | undefined, name: string): number | undefined {
  if (text === undefined || text === '') return undefined
  if (!/^\d{1,15}$/.test(text)) throw new HttpProblem(400, `query.${name}: is in milliseconds since the epoch.`)
  return Number(text)
}
