import type { Seconds } from '#shared/units.ts'
import type { Hop } from './hops.ts'
import { verdict } from './outcome.ts'
import type { Part, Policy } from './paths.ts'

/** What some hops add up to. Ratios are made of these parts and never averaged (telemetry rule 5). */
export interface Tally {
  /** Requests, or for TCP connections tried, 1/s. */
  total: number
  serverErrors: number
  /** Refusals included. */
  clientErrors: number
  denied: number
  /** What reached the other side, of which mTLS is asked; for TCP also connections that opened before the window. */
  arrived: number
  mutualTls: number
  /** Of what arrived, where a reporter knew whether it was mutual TLS. */
  known: number
  /** Milliseconds per second, and 1/s. */
  durationSum: number
  durationCount: number
  bytes: number
}

export const emptyTally = (): Tally => ({
  total: 0,
  serverErrors: 0,
  clientErrors: 0,
  denied: 0,
  arrived: 0,
  mutualTls: 0,
  known: 0,
  durationSum: 0,
  durationCount: 0,
  bytes: 0,
})

export function add(sum: Tally, one: Tally): void {
  sum.total += one.total
  sum.serverErrors += one.serverErrors
  sum.clientErrors += one.clientErrors
  sum.denied += one.denied
  sum.arrived += one.arrived
  sum.mutualTls += one.mutualTls
  sum.known += one.known
  sum.durationSum += one.durationSum
  sum.durationCount += one.durationCount
  sum.bytes += one.bytes
}

/**
 * Whole multiples of a power of two add up exactly, in any order, while sums stay below 2⁵³ of them (524,288 requests
 * and 137 GB per second): every level of the map has the same sums to the last bit. What is rounded away is less than
 * one request in five hundred years.
 */
export const exactly = (rate: number): number => Math.round(rate * 2 ** 34) / 2 ** 34
const exactBytes = (rate: number): number => Math.round(rate * 2 ** 16) / 2 ** 16

/**
 * @param window seconds
 * @param refused how many of the destination's 403s policy gave, 0–1; the others are the application's own answers
 * (telemetry rule 8)
 */
export function tallyOf(hop: Hop, refused: number, window: Seconds): Tally {
  const tally = emptyTally()
  for (const part of hop.arrived) {
    count(tally, hop, part, refused)
    arrive(tally, part.policy === 'unknown' ? hop.policyBeneath : part.policy, part.rate)
  }
  for (const part of hop.lost) count(tally, hop, part, refused)
  if (hop.protocol === 'tcp') {
    countTroubles(tally, hop)
    // Connections that carry bytes but opened earlier: one for each policy, so that a lock also speaks of them.
    for (const policy of hop.policies)
      if (!hop.arrived.some(part => part.policy === policy)) arrive(tally, policy, 1 / window)
  }
  tally.durationSum = hop.durationSum
  tally.durationCount = hop.durationCount
  tally.bytes = exactBytes(hop.bytes)
  return tally
}

function arrive(tally: Tally, policy: Policy | null, rate: number): void {
  const exact = exactly(rate)
  tally.arrived += exact
  if (policy === 'mutual_tls') tally.mutualTls += exact
  if (policy === 'mutual_tls' || policy === 'none') tally.known += exact
}

function count(tally: Tally, hop: Hop, part: Part, refused: number): void {
  const rate = exactly(part.rate)
  tally.total += rate
  switch (verdict({ ...part, protocol: hop.protocol })) {
    case 'fine':
      return
    case 'serverError':
      tally.serverErrors += rate
      return
    case 'clientError':
      tally.clientErrors += rate
      return
    case 'maybeRefused':
      tally.clientErrors += rate
      tally.denied += exactly(part.rate * refused)
      return
    case 'refused':
      tally.clientErrors += rate
      tally.denied += rate
      return
  }
}

/**
 * A connection closed with flags was counted when it opened, with the same flags or without: the larger number is the
 * truth. One that failed never opened and counts beside.
 */
function countTroubles(tally: Tally, hop: Hop): void {
  let errors = 0
  let denied = 0
  for (const part of hop.flaggedAtClose)
    if (isRefused(part)) denied += exactly(part.rate)
    else errors += exactly(part.rate)
  tally.serverErrors = Math.max(tally.serverErrors, errors)
  tally.clientErrors = tally.denied = Math.max(tally.denied, denied)
  tally.total = Math.max(tally.total, tally.serverErrors + tally.denied)
  for (const part of hop.failed) {
    const rate = exactly(part.rate)
    tally.total += rate
    if (isRefused(part)) {
      tally.denied += rate
      tally.clientErrors += rate
    } else tally.serverErrors += rate
  }
}

const isRefused = (part: Part): boolean => verdict({ ...part, protocol: 'tcp' }) === 'refused'

/** Proven mTLS over all that arrived: a lock is closed only when every call proved it. Null where no reporter knew. */
export const mtlsOf = (tally: Tally): number | null => (tally.known > 0 ? share(tally.mutualTls, tally.arrived) : null)

/** Null when there is nothing to divide by. */
export const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null)
