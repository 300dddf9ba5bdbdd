import * as z from 'zod/mini'
import { endpoint } from '#shared/http.ts'
import type { MeshObject, ObjectRef } from '#shared/mesh/object.ts'
import { createChecker, type Checked } from './assert.ts'
import { parse, type Sentence, sentencesIn } from './sentence.ts'
import { type Change, changed } from '#shared/security/replay/change.ts'
import { isMeshObject, type Readable, type Workload } from '#shared/security/landscape.ts'
import { textMap } from '#shared/security/read.ts'
import type { Settings } from '#shared/security/world.ts'

/** Assertions as the cluster keeps them: sentences in ConfigMaps of this label, one to a line. */

export const assertionsLabel = 'weft.io/assertions'
export const assertionsName = 'weft-assertions'
const ownKey = 'assertions'

export const Assertions = z.object({
  at: z.number(),
  /** ConfigMaps, without the notes of who owns which field. */
  objects: z.array(z.record(z.string(), z.unknown())),
  /** Who wrote their data last and when, by `namespace/name`. */
  written: z.record(z.string(), z.object({ manager: z.string(), at: z.nullable(z.number()) })),
  /** What is not known, in words. */
  partial: z.array(z.string()),
})
export type Assertions = z.infer<typeof Assertions>

export const readAssertions = endpoint({
  method: 'GET',
  path: '/api/security/assertions',
  summary: 'Assertions that ConfigMaps with the label weft.io/assertions keep, as far as the caller may list these',
  reply: Assertions,
})

/** How a sentence stands in the cluster, since when, and what brought it there. */
export interface Standing extends Pick<Checked, 'outcome' | 'example' | 'missing'> {
  /** When it came to be so; where nobody saw that, when it was first looked at. */
  since: number
  isTurnSeen: boolean
  /** What was changed when it came to be so, as far as the reader may know of it. */
  turnedBy: readonly { object: ObjectRef; manager: string | null }[]
}

/** Assertions as they live: told anew with whatever changes in the cluster. */
export interface AssertionsState extends Pick<Assertions, 'objects' | 'written' | 'partial'> {
  /** By the id of `Kept`; of a sentence that is not understood there is none. */
  standings: Readonly<Record<string, Standing>>
  /** Why there are none, or why they are not checked. */
  because: string | null
}

/** A sentence and where it is kept. */
export interface Kept {
  id: string
  object: MeshObject
  key: string
  sentence: Sentence
}

export const keptIn = (objects: readonly MeshObject[]): Kept[] =>
  objects.flatMap(object =>
    Object.entries(textMap(object['data'])).flatMap(([key, text]) =>
      sentencesIn(text).map(sentence => ({
        id: JSON.stringify([object.metadata.namespace, object.metadata.name, key, sentence.line]),
        object,
        key,
        sentence,
      })),
    ),
  )

/** A ConfigMap with a sentence more, and a remark to it. */
export function withAdded(objects: readonly MeshObject[], namespace: string, text: string, remark = ''): Change {
  const before =
    objects.find(({ metadata }) => metadata.namespace === namespace && metadata.name === assertionsName) ?? null
  const bare: MeshObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace, name: assertionsName, labels: { [assertionsLabel]: 'true' } },
  }
  const data = textMap(before?.['data'])
  const own = data[ownKey] ?? ''
  const line = own === '' || own.endsWith('\n') ? '' : '\n'
  return {
    before,
    after: { ...(before ?? bare), data: { ...data, [ownKey]: `${own}${line}${lineOf(text, remark)}\n` } },
  }
}

const lineOf = (text: string, remark: string): string =>
  remark === '' ? `- ${text}` : `- ${text}  # ${remark.replaceAll(/\s+/g, ' ')}`

/** With another sentence in its place, or none; remarks around it stay. */
export function withReplaced({ object, key, sentence }: Kept, text: string | null, remark = ''): Change {
  const data = textMap(object['data'])
  const lines = (data[key] ?? '').split('\n')
  lines.splice(sentence.line - 1, 1, ...(text === null ? [] : [lineOf(text, remark)]))
  return { before: object, after: { ...object, data: { ...data, [key]: lines.join('\n') } } }
}

export interface Asserted {
  text: string
  /** As the mesh is. */
  before: Checked
  /** Under the changes. */
  after: Checked
}

/** What comes of each sentence now, and would under some changes. One that is not understood is left out. */
export function asserted(
  texts: readonly string[],
  mesh: {
    objects: readonly Record<string, unknown>[]
    workloads: readonly Workload[]
    settings: Settings
    readable: Readable
  },
  changes: readonly Change[],
): Asserted[] {
  const { settings, readable } = mesh
  const scene = { objects: mesh.objects.filter(isMeshObject), workloads: mesh.workloads }
  const checkerOf = ({ objects, workloads }: typeof scene) => createChecker(objects, settings, { workloads, readable })
  const now = checkerOf(scene)
  const then = changes.length === 0 ? null : checkerOf(changed(scene, changes))
  return texts.flatMap(text => {
    const read = parse(text)
    if ('problem' in read) return []
    const own = now.check(read.assertion)
    return [{ text, before: own, after: then?.check(read.assertion) ?? own }]
  })
}
