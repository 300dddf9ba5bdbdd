import type { Inventory } from '#shared/config/api.ts'
import type { Edit } from '#shared/config/finding.ts'
import type { World } from '#shared/config/world/world.ts'
import type { MeshObject, ObjectRef } from '#shared/mesh/object.ts'

/** What a task is about. Each intent takes what it needs of it and says which of it is missing. */
export interface Target {
  namespace: string
  /** A Kubernetes Service of that namespace. */
  service?: string
  workload?: string
  /** Who calls: of an edge of the map. */
  source?: { namespace: string; workload: string }
  /** Which rule or part of an object it is about, as the intent itself calls it (`ruleKey`). Absent: its own choice. */
  rule?: string
}

/** What exists, as the caller may see it. */
export interface Scene {
  world: World
  inventory: Inventory
}

/** What has to be written. Existing objects are edited in place, so that what the intent does not know stays. */
export interface IntentChange {
  create: readonly MeshObject[]
  edit: readonly { object: ObjectRef; edits: readonly Edit[] }[]
  delete: readonly ObjectRef[]
}

/** Something in the way, by the model's field where it is about one. `text` is for people, in English; `code` picks the translation. */
export interface Problem {
  field: string | null
  code: string
  values?: Readonly<Record<string, string | number>>
}

/** A task read back from the objects: nothing but them is remembered. */
export interface Reading<Model> {
  model: Model
  /** Objects whose rules the model says; empty: none does this yet. */
  from: readonly ObjectRef[]
  /** What the objects say beside it, that stays and matters here: `an older VirtualService takes these hosts first`. */
  notes: readonly Problem[]
}

/**
 * A short task that ends in one or several objects. Laws: what was written reads back as the same model; writing what
 * was read changes nothing; other rules of an object that is edited stay as they are.
 */
export interface Intent<Model> {
  id: string
  on: readonly ('service' | 'workload' | 'namespace' | 'edge')[]
  /** A Problem: the task cannot be done here, and why. */
  read(scene: Scene, target: Target): Reading<Model> | Problem
  check(scene: Scene, target: Target, model: Model): readonly Problem[]
  write(scene: Scene, target: Target, model: Model): IntentChange
  /** What the model would bring that may not be meant: `these callers would be refused`. It stands in nobody's way. */
  warn?(scene: Scene, target: Target, model: Model): readonly Problem[]
  /** What it would be about to change an object by this intent; null: it has nothing to do with it. */
  about?(object: MeshObject): Target | null
}

export const isProblem = (answer: object): answer is Problem => 'code' in answer

export const noChange: IntentChange = { create: [], edit: [], delete: [] }

export const isNothing = (change: IntentChange): boolean =>
  change.create.length + change.edit.length + change.delete.length === 0

/** What new objects carry, so that one sees where they came from. */
export const madeByWeft: Readonly<Record<string, string>> = { 'app.kubernetes.io/managed-by': 'weft' }
