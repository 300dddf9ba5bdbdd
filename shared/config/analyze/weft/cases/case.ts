import type { Json, MeshObject } from '#shared/mesh/object.ts'

/** A claim: given these objects (and this meshConfig), an analyzer says exactly this: `WEFT0001 Kind namespace/name path`. */
export type Case = readonly [claim: string, objects: readonly MeshObject[], says: readonly string[], meshConfig?: Json]

export interface Cases {
  /** Name of the analyzer that is asked. */
  analyzer: string
  rows: readonly Case[]
}
