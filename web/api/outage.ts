import { type SourceName, SourceName as sourceNames } from '#shared/mesh/source.ts'
import { problemFrom } from './call.ts'
import type { Feed } from './feed.ts'
import type { Connection } from './keys.ts'

/** Why there is nothing newer. Times are by the BFF's clock. */
export interface Outage {
  source: SourceName | 'console'
  since: number | null
  because: string
  nextTryAt: number | null
}

/** Of a feed. A cut of the socket comes first: while it lasts nothing else is known. */
export function outageOfFeed(feed: Feed<unknown> | undefined, connection: Connection, skew: number): Outage | null {
  if (connection.state === 'cut')
    return { source: 'console', since: connection.since + skew, because: '', nextTryAt: null }
  const trouble = feed?.trouble
  if (trouble == null) return null
  return {
    source: sourceIn(trouble.source),
    since: trouble.since,
    because: trouble.because,
    nextTryAt: trouble.nextTryAt,
  }
}

/** Of a call that failed: refused for good (no retry will help), or away for now. */
export function outageOfError(error: unknown): { refusal: string | null; outage: Outage | null } {
  const { status, detail, source } = problemFrom(error)
  if (status >= 400 && status < 500) return { refusal: detail, outage: null }
  return { refusal: null, outage: { source: sourceIn(source), since: null, because: detail, nextTryAt: null } }
}

const sourceIn = (name: string | undefined): Outage['source'] =>
  sourceNames.options.find(known => known === name) ?? 'console'
