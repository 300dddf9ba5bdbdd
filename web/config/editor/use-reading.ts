import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Impact } from '#shared/config/api.ts'
import type { Finding } from '#shared/config/finding.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import type { Json, ObjectRef, Path } from '#shared/mesh/object.ts'
import { problemFrom } from '#web/api/call.ts'
import type { Reached } from '#web/config/analysis/hired.ts'
import { saidOf } from '#web/config/analysis/said.ts'
import { useAnalyst } from '#web/config/analysis/use-analyst.ts'
import { useListChange } from '#web/config/view.ts'
import { namedBy } from './change.ts'
import { type Manifest, read, spanOf, type Trouble } from './manifest.ts'
import { findingMarks, type Mark, refusalMarks } from './marks.ts'
import { analysisQuery, schemaQuery } from './queries.ts'
import type { Schema } from './schema.ts'
import { useSettled } from './use-settled.ts'
import { type Refusal, validate } from './validate.ts'

/** What can be said of a text while it is typed. */
export interface TextView {
  manifests: Manifest[]
  troubles: (Trouble | IdentityTrouble)[]
  marks: Mark[]
  /** What is said is about the text as it stands: nothing was typed since. */
  isSettled: boolean
  /** Analyzers have looked at it: no marks means nothing is wrong. */
  isLookedAt: boolean
  schema: Schema | null
  schemaProblem: string | null
  analysis: {
    data: { findings: Finding[]; brought: Finding[]; resolved: Finding[] } | null
    impacts: { object: ObjectRef; impact: Impact }[]
    problem: string | null
    isWaiting: boolean
    /** It is about the text before the one that cannot be read now. */
    isStale: boolean
    /** Whether the page's own analyzers have the world they need. */
    world: Reached['world']
  }
}

export interface IdentityTrouble {
  code: 'identity'
  wanted: string
  found: string
  from: number
  to: number
}

/** `object` null: a new text, which may name anything, and several objects. */
export function useReading(text: string, object: ObjectRef | null, known: readonly Finding[] | null): TextView {
  const { t } = useTranslation('config')
  // Up to here a text is read within a frame: what is wrong is said at the key that makes it wrong.
  const settled = useSettled(text, text.length > 50_000 ? 500 : text.length > 10_000 ? 150 : 0)
  const { manifests, troubles: found } = read(settled)
  const troubles = [...found, ...(object === null ? [] : onlyThis(manifests, object))]
  const first = manifests[0]?.value
  const named = first === undefined ? null : namedBy(first)
  // Not of a kind that is half typed.
  const kind = useSettled(`${textIn(first?.['apiVersion'])} ${named?.kind ?? ''}`, 300)
  const schema = useQuery(schemaQuery(kind.slice(0, kind.indexOf(' ')), kind.slice(kind.indexOf(' ') + 1)))
  const isWhole = troubles.length === 0
  const values = isWhole ? manifests.map(({ value }) => value) : []
  const key = JSON.stringify(values)
  const rested = useSettled(key, 400)
  // What others write meanwhile changes what is to be said of this text; of pods and services the list does not tell.
  const analysis = useQuery({ ...analysisQuery(JSON.parse(rested) as Json[], []), refetchInterval: 15_000 })
  const cache = useQueryClient()
  useListChange(() => void cache.invalidateQueries({ queryKey: ['config', 'analysis'] }))
  const reached = useAnalyst(values, key)
  const said = saidOf({
    look: reached.of === key ? reached.look : null,
    server: analysis.data ?? null,
    isServers: rested === key && analysis.data !== undefined && !analysis.isPlaceholderData,
    // Without a network the question is not even sent: there is no error either.
    isAlone: analysis.error !== null || analysis.fetchStatus === 'paused',
  })

  const sayTrouble = (trouble: Trouble | IdentityTrouble): string =>
    trouble.code === 'identity'
      ? t($ => $.editor.trouble.identity, { wanted: trouble.wanted, found: trouble.found })
      : t($ => $.editor.trouble[trouble.code], { detail: trouble.detail })
  const sayRefusal = ({ code, detail }: Refusal) => t($ => $.editor.refusal[code], { detail })
  const marks: Mark[] = [
    ...troubles.map(
      (trouble): Mark => ({
        from: trouble.from,
        to: trouble.to,
        level: 'Error',
        code: 'YAML',
        path: '',
        message: sayTrouble(trouble),
      }),
    ),
    ...manifests.flatMap(manifest => [
      ...(schema.data !== undefined && isEqual(kindOf(manifest.value), kindOf(first ?? {}))
        ? refusalMarks(manifest, validate(schema.data, manifest.value), sayRefusal)
        : []),
      ...findingMarks(manifest, namedBy(manifest.value), said?.findings ?? known ?? []),
      ...findingMarks(manifest, namedBy(manifest.value), said?.doubtful ?? []).map(mark => ({
        ...mark,
        evidence: [...(mark.evidence ?? []), t($ => $.editor.doubtful)],
      })),
    ]),
  ]
  return {
    manifests,
    troubles,
    marks,
    isSettled: settled === text,
    isLookedAt: said !== null || known !== null,
    schema: schema.data ?? null,
    schemaProblem: schema.error === null ? null : problemFrom(schema.error).detail,
    analysis: {
      data: said,
      impacts: analysis.data?.impacts ?? [],
      problem: analysis.error === null ? null : problemFrom(analysis.error).detail,
      isWaiting: (analysis.isFetching && (analysis.isPending || analysis.isPlaceholderData)) || settled !== text,
      isStale: !isWhole,
      world: reached.world,
    },
  }
}

const kindOf = ({ apiVersion, kind }: Json): Json => ({ apiVersion, kind })
const textIn = (value: unknown): string => (typeof value === 'string' ? value : '')

/** A page of one object holds one text of that object. */
function onlyThis(manifests: readonly Manifest[], object: ObjectRef): (Trouble | IdentityTrouble)[] {
  const [first, second] = manifests
  if (second !== undefined) return [{ code: 'several', detail: String(manifests.length), ...second.span }]
  if (first === undefined) return []
  const found = namedBy(first.value)
  if (isEqual(found, object)) return []
  const { from, to } = spanOf(first, whereOther(found, object))
  return [{ code: 'identity', wanted: nameText(object), found: nameText(found), from, to }]
}

/** The first place at which it is said that it is another one. */
function whereOther(found: ObjectRef, object: ObjectRef): Path {
  if (found.kind !== object.kind) return ['kind']
  if (found.group !== object.group) return ['apiVersion']
  return found.name === object.name ? ['metadata', 'namespace'] : ['metadata', 'name']
}

const nameText = ({ group, kind, namespace, name }: ObjectRef): string =>
  `${kind}${group === '' ? '' : `.${group}`} ${namespace === '' ? '' : `${namespace}/`}${name}`
