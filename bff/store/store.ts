import type { Json, ObjectRef } from '#shared/mesh/object.ts'
import type { Turn } from '#shared/mesh/turn.ts'
import type { Bytes, EpochMilliseconds } from '#shared/units.ts'

/** What happened to an object. `found`: seen afterwards, when somebody looked again. */
export type ChangeKind = 'created' | 'changed' | 'deleted' | 'found'

export interface Counts {
  Error: number
  Warning: number
  Info: number
}

/** A change as it is told to the store. */
export interface NewChange {
  /** Whose object: one store may keep several meshes apart. */
  mesh: string
  object: ObjectRef
  at: EpochMilliseconds
  change: ChangeKind
  manager: string | null
  /** The resourceVersion the write made, or which deletion it was: what a note is found by. */
  written: string
  /** The same change told twice, by two consoles too, has the same mark and is kept once. */
  mark: string
  before: Json | null
  after: Json | null
  fields: readonly string[]
  counts: Counts
  findings: readonly unknown[]
}

/** What only the writer knows: who it was, and why. May arrive before the change or after it. */
export interface Note {
  mesh: string
  object: ObjectRef
  written: string
  at: EpochMilliseconds
  author: string
  reason: string | null
}

/** An assertion that stands otherwise since a change. May arrive before the change or after it. */
export interface TurnNote extends Turn {
  mesh: string
  object: ObjectRef
  written: string
  at: EpochMilliseconds
}

/** A change as it is kept; newer ones have greater ids. */
export interface Change {
  id: number
  object: ObjectRef
  at: EpochMilliseconds
  change: ChangeKind
  manager: string | null
  fields: string[]
  counts: Counts
  note: { author: string; reason: string | null } | null
  /** Assertions that it turned. */
  turns: Turn[]
}

export interface Version extends Change {
  before: Json | null
  after: Json | null
  findings: unknown[]
}

/** Objects of one kind in one namespace: what rights are about. */
export type Place = Omit<ObjectRef, 'name'>

export interface Question {
  mesh: string
  object?: ObjectRef
  /** Only in these; absent: everywhere. Objects of the cluster are in '', a Namespace is in itself. */
  namespaces?: readonly string[]
  /** Only of these; absent: all of them. */
  places?: readonly Place[]
  /** Only what is so; absent: anything. */
  filter?: ChangeFilter
  /** Older than this id. */
  before?: number
  limit: number
}

/** Several of one list are alternatives; all that is given has to hold. */
export interface ChangeFilter {
  /** Who it is told of: the writer's own name where there is a note, else the manager; `unknown` where nobody says. */
  authors?: readonly string[]
  kinds?: readonly Pick<ObjectRef, 'group' | 'kind'>[]
  changes?: readonly ChangeKind[]
  /** Whether it was made through this console. */
  isThroughWeft?: boolean
  /** Each stands somewhere in the object's name, the author, the manager, the reason or the fields; case says nothing. */
  words?: readonly string[]
  /** From this moment on, and before that one. */
  since?: EpochMilliseconds
  until?: EpochMilliseconds
}

/** How many changes there are of each author, kind and sort. */
export interface Tally {
  authors: { author: string; count: number }[]
  kinds: (Pick<ObjectRef, 'group' | 'kind'> & { count: number })[]
  changes: { change: ChangeKind; count: number }[]
}

export interface Head {
  /** Of the change that left it so. */
  id: number
  object: ObjectRef
  /** What the object meant; null when it was gone. */
  after: string | null
}

export interface Retention {
  /** Older changes go … */
  olderThan: EpochMilliseconds
  /** … and the oldest ones until the rest fits. */
  bytes: Bytes
}

/** Where changes of objects are kept. Everything throws StoreError where the store does not answer. */
export interface Store {
  /** All of them or none. */
  append(changes: readonly NewChange[]): Promise<void>
  note(note: Note): Promise<void>
  /** Each once, however often it is told. */
  turn(turn: TurnNote): Promise<void>
  /** Newest first. */
  query(question: Question): Promise<{ changes: Change[]; isEnd: boolean }>
  /** What a filter may choose from, most frequent first. */
  tally(question: Omit<Question, 'before' | 'limit'>): Promise<Tally>
  read(mesh: string, id: number): Promise<Version | null>
  /** The last change of every object. `after` is the content's name: see `content.ts`. */
  heads(mesh: string): Promise<Head[]>
  places(mesh: string): Promise<Place[]>
  /** Never takes the last change of an object that still exists. Resolves to how many went. */
  prune(retention: Retention): Promise<number>
  /** What is kept, compressed; an engine needs some more for itself. */
  size(): Promise<Bytes>
  close(): Promise<void>
}

/** The store cannot be used; the message names it and says what to do, and holds no password. */
export class StoreError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreError'
  }
}
