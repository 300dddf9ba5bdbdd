import type { ObjectRef } from '#shared/mesh/object.ts'
import type { ServiceFacts } from '#shared/overview/overview.ts'

/** What other rooms know, brought by the route. Null: not read yet; `problem`: why it is not, or not anew. */
export interface OverviewData {
  services: {
    list: readonly ServiceFacts[] | null
    at: number | null
    /** Seconds. */
    window: number
    partial: readonly string[]
    problem: string | null
    isRefused: boolean
  }
  findings: FindingFacts
  certificates: { list: readonly CertificateEnd[] | null; problem: string | null }
  assertions: { list: readonly AssertionFact[] | null; problem: string | null }
  changes: { list: readonly ConfigChange[] | null; problem: string | null }
  /** How many proxies run what istiod sent last; null: not read, or no istiod says. */
  proxies: { synced: number; all: number } | null
  /** Milliseconds to add to the browser's clock to get the BFF's. */
  skew: number
}

/** When a certificate ends; null: it is not told. */
export interface CertificateEnd {
  id: string
  name: string
  isRoot: boolean
  from: number | null
  until: number | null
}

/** How many, in how many objects, and what the worst of them say. */
export interface FindingFacts {
  sums: { errors: number; warnings: number; infos: number; objects: number } | null
  worst: readonly { code: string; isError: boolean; ref: ObjectRef; message: string; href: string }[] | null
  problem: string | null
}

/** How something that somebody asserted stands. */
export interface AssertionFact {
  id: string
  text: string
  outcome: 'holds' | 'broken' | 'uncertain'
  since: number
  /** False: nobody saw it turn, so it has been so for longer. */
  isTurnSeen: boolean
  /** What was changed when it turned: `AuthorizationPolicy shop/cart`. */
  turnedBy: readonly string[]
  href: string
}

export interface ConfigChange {
  id: string
  at: number
  change: 'created' | 'changed' | 'deleted' | 'found'
  kind: string
  /** `shop/cart`. */
  name: string
  author: string
  href: string
}
