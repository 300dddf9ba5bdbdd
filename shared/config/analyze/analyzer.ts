import type { Finding, FindingLevel, Fix } from '#shared/config/finding.ts'
import type { KindKey, World } from '#shared/config/world/world.ts'
import { type MeshObject, type Path } from '#shared/mesh/object.ts'

/** A thing analyzers say, with its code and its words. One row of a table. */
export interface Message<Args extends readonly unknown[] = readonly never[]> {
  code: string
  name: string
  level: FindingLevel
  text(...args: Args): string
  documentation?: string
}

/** Says one thing about one object. */
export type Report = <Args extends readonly unknown[]>(
  object: MeshObject,
  message: Message<Args>,
  args: Args,
  more?: {
    path?: Path
    evidence?: string[]
    related?: Finding['related']
    fix?: Fix
    /** Where the level depends on settings (ALLOW_ANY makes an error a warning). */
    level?: FindingLevel
  },
) => void

interface Named {
  /** As Istio names its own: `virtualservice.DestinationHostAnalyzer`; ours begin with `weft.`. */
  name: string
}

/** Looks at objects one by one. */
export interface EachAnalyzer extends Named {
  each: readonly KindKey[]
  analyze(object: MeshObject, world: World, report: Report): void
}

/** Gathers objects into units (all VirtualServices of one host …) and looks at each unit with all its members. */
export interface GatherAnalyzer extends Named {
  gather: readonly KindKey[]
  /** The units an object belongs to. Pure. */
  units(object: MeshObject): readonly string[]
  analyze(members: readonly MeshObject[], world: World, report: Report, unit: string): void
}

/** Looks at the mesh as a whole; runs again when anything it asked about has changed. */
export interface MeshAnalyzer extends Named {
  mesh: true
  analyze(world: World, report: Report): void
}

export type Analyzer = EachAnalyzer | GatherAnalyzer | MeshAnalyzer
