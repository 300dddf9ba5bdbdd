import type * as z from 'zod/mini'
import { allAnalyzers } from '#shared/config/analyze/all.ts'
import { draftOf } from '#shared/config/analyze/draft.ts'
import { type Analysis, createAnalysis } from '#shared/config/analyze/engine.ts'
import { indexes } from '#shared/config/analyze/indexes.ts'
import type { readWorld } from '#shared/config/api.ts'
import type { Finding } from '#shared/config/finding.ts'
import { record, text } from '#shared/config/world/read.ts'
import { settingsFrom } from '#shared/config/world/settings.ts'
import { unseenBy } from '#shared/config/world/unseen.ts'
import type { Token } from '#shared/config/world/world.ts'
import type { Json, MeshObject } from '#shared/mesh/object.ts'

export type WorldReply = z.infer<(typeof readWorld)['reply']>

/** What analyzers say of objects as somebody has typed them. */
export interface Look {
  findings: Finding[]
  brought: Finding[]
  resolved: Finding[]
  /** Of `findings` those that were said without seeing everything they asked about. */
  doubtful: Finding[]
}

/** The analyzers with a world of their own, in the page. */
export interface Analyst {
  /** Null before there is a world. */
  readonly version: string | null
  take(reply: WorldReply): void
  /** Null before there is a world, and of what does not say what it is. */
  look(values: readonly Json[]): Look | null
}

export function createAnalyst(): Analyst {
  let analysis: Analysis | null = null
  let isUnseen: (question: Token) => boolean = () => false
  let version: string | null = null
  return {
    get version() {
      return version
    },
    take(reply) {
      const objects = reply.objects.filter(isObject)
      if (reply.isWhole || analysis === null) {
        const networks = reply.settings['meshNetworks']
        const settings = settingsFrom(record(reply.settings['meshConfig']), networks == null ? null : record(networks))
        analysis = createAnalysis(allAnalyzers, indexes, settings, objects)
        isUnseen = unseenBy(reply.unseen, indexes)
      } else analysis.update({ put: objects, remove: reply.removed })
      version = reply.version
    },
    look(values) {
      if (analysis === null) return null
      const drafts = values.flatMap(value => draftOf(value) ?? [])
      if (drafts.length === 0) return null
      const { asked, ...said } = analysis.whatIf({ put: drafts })
      const isDoubtful = (finding: Finding) => [...(asked.get(finding) ?? [])].some(isUnseen)
      return { ...said, doubtful: said.findings.filter(isDoubtful) }
    },
  }
}

const isObject = (value: Json): value is Json & MeshObject =>
  text(value['apiVersion']) !== '' && text(value['kind']) !== '' && text(record(value['metadata'])['name']) !== ''
