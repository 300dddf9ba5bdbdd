import * as z from 'zod/mini'
import { endpoint } from '#shared/http.ts'
import { Readable, SeenFlow, Workload } from './landscape.ts'

/** Policies, what they depend on and the workloads they are for: all that verdicts are made of in the page. */
export const Landscape = z.object({
  at: z.number(),
  settings: z.object({
    rootNamespace: z.string(),
    trustDomain: z.string(),
    trustDomainAliases: z.array(z.string()),
    pathNormalization: z.enum(['NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES']),
    /** External authorizers; null: nobody said which there are. */
    authorizers: z.optional(
      z.nullable(z.readonly(z.array(z.object({ name: z.string(), speaks: z.enum(['http', 'grpc']) })))),
    ),
    /** Istio's; null: nobody said. */
    version: z.optional(z.nullable(z.string())),
  }),
  objects: z.array(z.record(z.string(), z.unknown())),
  workloads: z.array(Workload),
  readable: Readable,
  /** What is not known, in words. */
  partial: z.array(z.string()),
})
export type Landscape = z.infer<typeof Landscape>

export const readLandscape = endpoint({
  method: 'GET',
  path: '/api/security/landscape',
  summary: 'Security policies and the workloads they are for, as far as the caller may read them',
  reply: Landscape,
})

/** Windows that flows are read for, in seconds. */
export const flowWindows = { '1h': 3_600, '24h': 86_400, '30d': 2_592_000 } as const
export type FlowWindow = keyof typeof flowWindows
export const flowWindowIn = (word: unknown): FlowWindow => (word === '24h' || word === '30d' ? word : '1h')

export const Flows = z.object({
  at: z.number(),
  /** Seconds. */
  window: z.number(),
  /** Seconds of each of the `hours` of a flow. */
  step: z.optional(z.number()),
  flows: z.array(SeenFlow),
  /** What Prometheus was asked, for every so many seconds where it is a range, and how long it took, in milliseconds. */
  queries: z.array(z.object({ name: z.string(), query: z.string(), step: z.optional(z.number()) })),
  duration: z.number(),
})
export type Flows = z.infer<typeof Flows>

export const readFlows = endpoint({
  method: 'GET',
  path: '/api/security/flows',
  summary: 'Calls that were seen within a window: who called whom, with which identity, what was refused',
  query: z.object({ over: z.optional(z.enum(['1h', '24h', '30d'])) }),
  reply: Flows,
})

/** Why a certificate is not told: the caller may not read it, it is not there, it cannot be read, nobody answered. */
export const certificateTroubles = ['forbidden', 'missing', 'unreadable', 'unanswered'] as const

const Ref = z.object({ group: z.string(), kind: z.string(), namespace: z.string(), name: z.string() })

export const CertificateFact = z.object({
  /** `root`: whom the mesh trusts. `gateway`: what a gateway shows to its callers. `callers`: whom it lets in by theirs. */
  use: z.enum(['root', 'gateway', 'callers']),
  /** Where it is kept. */
  object: Ref,
  /** Objects that ask for it, and for which hosts. */
  usedBy: z.array(Ref),
  hosts: z.array(z.string()),
  names: z.array(z.string()),
  issuer: z.string(),
  serial: z.string(),
  from: z.nullable(z.number()),
  until: z.nullable(z.number()),
  trouble: z.nullable(z.object({ is: z.enum(certificateTroubles), because: z.string() })),
})
export type CertificateFact = z.infer<typeof CertificateFact>

export const Certificates = z.object({
  at: z.number(),
  certificates: z.array(CertificateFact),
  /** What proxies prove themselves with: the soonest end of all pods of a workload, as their agents tell it. */
  workloads: z.array(z.object({ namespace: z.string(), name: z.string(), pods: z.number(), until: z.number() })),
  /** Key sets that istiod fetched in the last hour; null: it does not say. */
  keySets: z.nullable(z.object({ fetched: z.number(), failed: z.number() })),
  queries: z.array(z.object({ name: z.string(), query: z.string() })),
  /** What is not known, in words. */
  partial: z.array(z.string()),
})
export type Certificates = z.infer<typeof Certificates>

export const readCertificates = endpoint({
  method: 'GET',
  path: '/api/security/certificates',
  summary: 'Certificates of the mesh, its gateways and its workloads, as far as the caller may read them. Never a key',
  reply: Certificates,
})
