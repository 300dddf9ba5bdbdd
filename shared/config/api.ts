import * as z from 'zod/mini'
import { endpoint } from '#shared/http.ts'
import { ObjectRef } from '#shared/mesh/object.ts'
import { Turn, TurnCounts } from '#shared/mesh/turn.ts'
import { namespaceList } from '#shared/scope.ts'
import { Finding } from './finding.ts'
import { Owner } from './owner.ts'

/** As addresses write them: see `address.ts`. */
const objectParams = z.object({ group: z.string(), kind: z.string(), namespace: z.string(), name: z.string() })
const Manifest = z.record(z.string(), z.unknown())

/* ---- the list ---- */

/** One line of `/config`. Times are milliseconds since the epoch. */
export const ConfigRow = z.object({
  ref: ObjectRef,
  apiVersion: z.string(),
  /** Another one: the object is another than the page holds. */
  resourceVersion: z.string(),
  createdAt: z.nullable(z.number()),
  /** The last change of its spec or metadata, and the manager that made it. */
  changedAt: z.nullable(z.number()),
  changedBy: z.nullable(z.string()),
  owner: Owner,
  findings: z.object({ Error: z.number(), Warning: z.number(), Info: z.number() }),
  /** What it applies to: hosts it is about, workloads and pods it selects (null where it selects none by its nature). */
  hosts: z.array(z.string()),
  workloads: z.nullable(z.number()),
  pods: z.nullable(z.number()),
  /** The workloads it selects, `namespace/name`; absent where it selects none, or more than a line has place for. */
  selects: z.optional(z.array(z.string())),
  /** Of Namespaces and workloads: the labels the mesh reads. */
  meshLabels: z.optional(z.record(z.string(), z.string())),
  isDryRun: z.boolean(),
})
export type ConfigRow = z.infer<typeof ConfigRow>

/** The live list: subject `config`; `list.ts` says how it changes. Empty `namespaces` = all that the caller may list. */
export const ConfigQuery = z.object({ namespaces: namespaceList })
export type ConfigQuery = z.infer<typeof ConfigQuery>

/** Kinds the cluster serves, and which of them could not be read and why. */
export const ConfigState = z.object({
  /** In the order of their keys: see `inOrder` in `list.ts`. */
  rows: z.array(ConfigRow),
  kinds: z.array(
    z.object({
      group: z.string(),
      kind: z.string(),
      /** The version objects are written in: the preferred one the cluster serves. */
      version: z.string(),
      namespaced: z.boolean(),
      state: z.enum(['ok', 'missing', 'forbidden', 'failing']),
      because: z.nullable(z.string()),
    }),
  ),
})
export type ConfigState = z.infer<typeof ConfigState>

export const listConfig = endpoint({
  method: 'GET',
  path: '/api/config/objects',
  summary: 'All mesh objects the caller may list',
  query: ConfigQuery,
  reply: ConfigState,
})

/** As many as a card has place for. */
export const worstShown = 4

export const readWorstFindings = endpoint({
  method: 'GET',
  path: '/api/config/findings',
  summary: 'Errors and warnings of what the caller may list, the worst few, worst first',
  query: ConfigQuery,
  reply: z.object({
    findings: z.array(z.pick(Finding, { code: true, level: true, object: true, message: true })),
  }),
})

/* ---- one object ---- */

/** Fields one manager owns: paths as `pathText` writes them. */
export const FieldOwner = z.object({
  manager: z.string(),
  operation: z.string(),
  time: z.nullable(z.number()),
  paths: z.array(z.string()),
})

export const readObject = endpoint({
  method: 'GET',
  path: '/api/config/objects/:group/:kind/:namespace/:name',
  summary: 'One object, read as the caller, with its owners and findings',
  params: objectParams,
  reply: z.object({
    object: Manifest,
    owner: Owner,
    fieldOwners: z.array(FieldOwner),
    findings: z.array(Finding),
  }),
})

/** The cluster's own schema of a kind (OpenAPI v3, trimmed, references resolved into `$defs`). */
export const readSchema = endpoint({
  method: 'GET',
  path: '/api/config/schemas/:group/:version/:kind',
  summary: "The cluster's own schema of one kind",
  params: z.object({ group: z.string(), version: z.string(), kind: z.string() }),
  /** Null where the cluster has none: a kind it does not serve, or one that is half typed. */
  reply: z.object({ schema: z.nullable(Manifest) }),
})

/** What exists and a form may name. Only what the caller may list. */
export const Inventory = z.object({
  namespaces: z.array(z.object({ name: z.string(), labels: z.record(z.string(), z.string()) })),
  services: z.array(
    z.object({
      namespace: z.string(),
      name: z.string(),
      hosts: z.array(z.string()),
      ports: z.array(z.object({ number: z.number(), name: z.string(), protocol: z.string() })),
      selector: z.nullable(z.record(z.string(), z.string())),
    }),
  ),
  workloads: z.array(
    z.object({
      namespace: z.string(),
      name: z.string(),
      kind: z.string(),
      labels: z.record(z.string(), z.string()),
      serviceAccount: z.string(),
      pods: z.number(),
      proxy: z.enum(['sidecar', 'ztunnel', 'waypoint', 'gateway', 'none']),
    }),
  ),
  serviceAccounts: z.array(z.object({ namespace: z.string(), name: z.string() })),
  /** Subsets by the host they belong to. */
  subsets: z.array(z.object({ host: z.string(), name: z.string(), namespace: z.string() })),
  gateways: z.array(
    z.object({ group: z.string(), namespace: z.string(), name: z.string(), hosts: z.array(z.string()) }),
  ),
  secrets: z.array(z.object({ namespace: z.string(), name: z.string() })),
  rootNamespace: z.string(),
  trustDomain: z.string(),
  /** Names of meshConfig's extensionProviders, by what they do. */
  providers: z.array(z.object({ name: z.string(), kind: z.string() })),
})
export type Inventory = z.infer<typeof Inventory>

export const readInventory = endpoint({
  method: 'GET',
  path: '/api/config/inventory',
  summary: 'What exists and a form may name',
  reply: Inventory,
})

/**
 * The objects analyzers and intents read, as far as the caller may list them: without managedFields, without status
 * that nobody reads, Secrets without their private halves. Who names the version they hold (`since`) is told only what
 * is another now; an unchanged world is 304 to who asks with its version as `If-None-Match`.
 */
export const readWorld = endpoint({
  method: 'GET',
  path: '/api/config/world',
  summary: 'Everything analyzers read, as the caller may see it',
  query: z.object({ since: z.optional(z.string().check(z.maxLength(200))) }),
  reply: z.object({
    version: z.string(),
    /** Whether these are all objects, or those that have changed since the version that was named. */
    isWhole: z.boolean(),
    objects: z.array(Manifest),
    /** Gone since then. */
    removed: z.array(ObjectRef),
    /** Kinds (`group/kind`) of which "there is none" cannot be said, except in these namespaces ('' = of the cluster). */
    unseen: z.array(z.object({ kind: z.string(), except: z.array(z.string()) })),
    /** meshConfig and meshNetworks as the cluster has them; of them what everybody may know where the caller may not read them. */
    settings: Manifest,
  }),
})

/* ---- before a change ---- */

const Change = z.object({
  /** Manifests as they would be applied; no managedFields, no status. */
  apply: z.array(Manifest),
  delete: z.array(ObjectRef),
})

export const Impact = z.object({
  /** Null where the kind selects no workloads. */
  selects: z.nullable(
    z.object({
      workloads: z.array(z.object({ namespace: z.string(), name: z.string(), pods: z.number(), proxy: z.string() })),
      pods: z.number(),
      proxies: z.number(),
    }),
  ),
  /** Calls it governs now, busiest first. `requestRate` in 1/s over the last minutes; null where traffic is not known. */
  edges: z.nullable(
    z.array(
      z.object({
        source: z.string(),
        destination: z.string(),
        requestRate: z.nullable(z.number()),
      }),
    ),
  ),
  requestRate: z.nullable(z.number()),
  /** Other objects it shadows, is shadowed by, or contradicts; each with a sentence. */
  relations: z.array(
    z.object({ object: ObjectRef, kind: z.enum(['shadows', 'shadowedBy', 'conflicts']), why: z.string() }),
  ),
  /** Sentences worth a look before applying: mesh-wide, selects nothing … */
  warnings: z.array(z.string()),
})
export type Impact = z.infer<typeof Impact>

export const analyzeChange = endpoint({
  method: 'POST',
  path: '/api/config/analyze',
  summary: 'What is wrong with a change, and what it touches, before it is made',
  body: Change,
  reply: z.object({
    /** About the objects of the change. */
    findings: z.array(Finding),
    /** About other objects, that the change would bring or take away. */
    brought: z.array(Finding),
    resolved: z.array(Finding),
    impacts: z.array(z.object({ object: ObjectRef, impact: Impact })),
  }),
})

/* ---- a change ---- */

export const FieldDiff = z.object({
  path: z.string(),
  before: z.optional(z.unknown()),
  after: z.optional(z.unknown()),
})

const annotationNames = z
  .array(z.string().check(z.minLength(1), z.maxLength(317)))
  .check(z.minLength(1), z.maxLength(20))

/** A field somebody else owns: taking it is ticked one by one. */
export const Conflict = z.object({
  path: z.string(),
  manager: z.string(),
  time: z.nullable(z.number()),
  /** `remove`: we leave it out, its owner keeps it until it is taken. */
  kind: z.enum(['change', 'remove']),
  theirs: z.optional(z.unknown()),
  ours: z.optional(z.unknown()),
})

export const Outcome = z.object({
  object: ObjectRef,
  result: z.enum([
    'created',
    'applied',
    'unchanged',
    'deleted',
    'conflict',
    'rejected',
    'forbidden',
    'failed',
    'notTried',
  ]),
  /** In words, for everything but success: who said no, and what to do. */
  because: z.nullable(z.string()),
  /** Field by field, of a refusal (schema, CEL, admission). */
  causes: z.array(z.object({ path: z.nullable(z.string()), message: z.string() })),
  conflicts: z.array(Conflict),
  /** The server's Warning headers. */
  warnings: z.array(z.string()),
  /** The server's own semantic difference; never of a Secret. */
  diff: z.array(FieldDiff),
  before: z.nullable(Manifest),
  after: z.nullable(Manifest),
  resourceVersion: z.nullable(z.string()),
  /** Only these annotations were meant. */
  annotations: z.optional(annotationNames),
})
export type Outcome = z.infer<typeof Outcome>

export const applyChange = endpoint({
  method: 'POST',
  path: '/api/config/apply',
  summary: 'Applies a change as the caller (server-side apply, field manager weft), or tries it',
  body: z.object({
    apply: z.array(
      z.object({
        manifest: Manifest,
        /** Paths of conflicts the person has ticked. */
        take: z.array(z.string()),
        /** What the person had before their eyes; absent for a new object. Another one now = `conflict`. */
        resourceVersion: z.optional(z.string()),
        /** These annotations of the manifest are meant and nothing else: the rest of the object stays whosesoever it is. */
        annotations: z.optional(annotationNames),
      }),
    ),
    delete: z.array(z.object({ object: ObjectRef, resourceVersion: z.optional(z.string()) })),
    dryRun: z.boolean(),
    /** Kept in the history. Needed where an object is owned by GitOps. */
    reason: z.optional(z.string().check(z.maxLength(2000))),
  }),
  reply: z.object({
    outcomes: z.array(Outcome),
    /** Everything was dry-run first; the first failure stopped the rest. */
    isComplete: z.boolean(),
  }),
})

/** Did a written object arrive? `known` false: istiod does not say. */
export const readArrival = endpoint({
  method: 'GET',
  path: '/api/config/arrival/:group/:kind/:namespace/:name',
  summary: 'In how many proxies a written object has arrived',
  params: objectParams,
  query: z.object({ resourceVersion: z.optional(z.string()) }),
  reply: z.object({
    known: z.boolean(),
    arrived: z.number(),
    of: z.number(),
    because: z.nullable(z.string()),
  }),
})

/* ---- rights ---- */

export const Verb = z.enum(['get', 'list', 'watch', 'create', 'patch', 'update', 'delete'])
export const readRights = endpoint({
  method: 'GET',
  path: '/api/config/rights',
  summary: 'What the caller may do with mesh objects',
  reply: z.object({
    user: z.string(),
    /** Users of the lab that the page may switch to; empty on a cluster. */
    users: z.array(z.string()),
    /** `namespace` null: everywhere. `kind` null: every mesh kind. */
    rights: z.array(
      z.object({
        namespace: z.nullable(z.string()),
        group: z.string(),
        kind: z.string(),
        verbs: z.array(Verb),
      }),
    ),
  }),
})

/* ---- history ---- */

export const HistoryEntry = z.object({
  id: z.string(),
  object: ObjectRef,
  at: z.number(),
  change: z.enum(['created', 'changed', 'deleted', 'found']),
  /** The console's user where the change came through it, else the manager. */
  author: z.string(),
  manager: z.nullable(z.string()),
  isThroughWeft: z.boolean(),
  reason: z.nullable(z.string()),
  /** Paths that changed, at most the first hundred. */
  fields: z.array(z.string()),
  findings: z.object({ Error: z.number(), Warning: z.number(), Info: z.number() }),
  /** Assertions that it turned, by how they stood then, as far as the caller may list their ConfigMaps. */
  turns: TurnCounts,
})
export type HistoryEntry = z.infer<typeof HistoryEntry>

const changeKinds = HistoryEntry.shape.change.options

/** Which part of the past; lists are written `a,b`. */
export const HistoryScope = z.object({
  namespaces: namespaceList,
  /** `group/kind/namespace/name` */
  object: z.optional(z.string()),
})

export const listHistory = endpoint({
  method: 'GET',
  path: '/api/config/history',
  summary: 'Changes of mesh objects, newest first',
  query: z.extend(HistoryScope, {
    /** A JSON list: a manager's name may hold any character. */
    author: z.optional(z.string().check(z.maxLength(8192))),
    /** `networking.istio.io/Gateway,core/Namespace`. */
    kind: z.optional(z.string().check(z.maxLength(4096))),
    change: z.pipe(
      z.optional(z.string().check(z.maxLength(64))),
      z.transform((text): HistoryEntry['change'][] => changeKinds.filter(each => text?.split(',').includes(each))),
    ),
    /** Made through this console, or not. */
    through: z.optional(z.enum(['weft', 'other'])),
    /** Words that object, author, reason and fields are looked through for. */
    q: z.optional(z.string().check(z.maxLength(256))),
    /** Milliseconds since the epoch: from, and before. */
    since: z.optional(z.string()),
    until: z.optional(z.string()),
    /** Entries older than this id. */
    before: z.optional(z.string()),
    limit: z.optional(z.string()),
  }),
  reply: z.object({ entries: z.array(HistoryEntry), isEnd: z.boolean() }),
})

export const tallyHistory = endpoint({
  method: 'GET',
  path: '/api/config/history-tally',
  summary: 'Of whom and of what there are changes, and how many: what a filter may choose from',
  query: HistoryScope,
  reply: z.object({
    authors: z.array(z.object({ author: z.string(), count: z.number() })),
    kinds: z.array(z.object({ group: z.string(), kind: z.string(), count: z.number() })),
    changes: z.array(z.object({ change: HistoryEntry.shape.change, count: z.number() })),
  }),
})

export const readRevision = endpoint({
  method: 'GET',
  path: '/api/config/history/:id',
  summary: 'One change: the object before and after it, and what was found then',
  params: z.object({ id: z.string() }),
  reply: z.object({
    entry: HistoryEntry,
    /** Fit to be applied again: to restore is to apply one of them. Of Namespaces and workloads the mesh's labels only. */
    before: z.nullable(Manifest),
    after: z.nullable(Manifest),
    findings: z.array(Finding),
    /** Assertions that it turned. */
    turns: z.array(Turn),
  }),
})

export const compareRevisions = endpoint({
  method: 'GET',
  path: '/api/config/history/:id/compare/:other',
  summary: 'What differs from an object after one change to an object after another',
  params: z.object({ id: z.string(), other: z.string() }),
  reply: z.object({
    from: HistoryEntry,
    to: HistoryEntry,
    before: z.nullable(Manifest),
    after: z.nullable(Manifest),
    diff: z.array(FieldDiff),
  }),
})
