import { type Fields, textOf } from '#lab/kubernetes/value.ts'
import { applyType } from './media-types.ts'
import { repeatedIn } from './repeated.ts'
import { flag } from './request.ts'
import { badRequest, invalid, invalidValue, required, unsupportedValue } from './status.ts'

/** How a write shall be done: the parameters that all writing verbs share. */
export interface WriteOptions {
  dryRun: boolean
  fieldManager: string
  force: boolean
  fieldValidation: 'Strict' | 'Warn' | 'Ignore'
  /** Fields that the body holds more than once, in the decoder's words. */
  repeated: readonly string[]
}

const validations = ['Ignore', 'Warn', 'Strict'] as const

/** `type` is the name of the options object (`CreateOptions`), for the words of a refusal. */
export function writeOptionsOf(
  query: URLSearchParams,
  type: string,
  { userAgent, body, mediaType }: { userAgent: string; body: Buffer; mediaType: string },
): WriteOptions {
  const isApply = mediaType === applyType
  const problems = query
    .getAll('dryRun')
    .filter(value => value !== 'All' && value !== '')
    .map(value => unsupportedValue('dryRun', value, ['All']))
  const wanted = query.get('fieldValidation') || 'Warn'
  const fieldValidation = validations.find(value => value === wanted)
  if (!fieldValidation) problems.push(unsupportedValue('fieldValidation', wanted, validations))
  const fieldManager = query.get('fieldManager') ?? ''
  if (fieldManager.length > 128)
    problems.push({
      field: 'fieldManager',
      reason: 'FieldValueInvalid',
      message: 'Too long: may not be more than 128 bytes',
    })
  else if (/[\p{C}\p{Zl}\p{Zp}]/u.test(fieldManager))
    problems.push(invalidValue('fieldManager', fieldManager, 'should only contain printable characters'))
  if (isApply && fieldManager === '') problems.push(required('fieldManager', 'is required for apply patch'))
  if (!isApply && query.has('force'))
    problems.push({
      field: 'force',
      reason: 'FieldValueForbidden',
      message: 'Forbidden: may not be specified for non-apply patch',
    })
  if (problems.length > 0) throw invalid({ kind: type, group: 'meta.k8s.io' }, '', problems)
  return {
    dryRun: query.getAll('dryRun').includes('All'),
    // Without a name the real server takes the program's: what stands before the first `/` of the User-Agent.
    fieldManager: fieldManager || (userAgent.split('/')[0] ?? '').slice(0, 128),
    force: flag(query, 'force'),
    fieldValidation: fieldValidation ?? 'Warn',
    repeated: fieldValidation === 'Ignore' ? [] : repeatedIn(body, mediaType),
  }
}

export interface DeleteOptions {
  dryRun: boolean
  /** Seconds; undefined leaves it to the object. */
  gracePeriod: number | undefined
  propagation: 'Background' | 'Foreground' | 'Orphan'
  uid: string
  resourceVersion: string
}

/** From the body (`DeleteOptions`) and the query; the body wins. */
export function deleteOptionsOf(query: URLSearchParams, body: Fields): DeleteOptions {
  const preconditions = typeof body['preconditions'] === 'object' ? (body['preconditions'] as Fields | null) : null
  const dryRun = Array.isArray(body['dryRun']) ? body['dryRun'] : query.getAll('dryRun')
  const wrong: unknown = dryRun.find(value => value !== 'All' && value !== '')
  if (wrong !== undefined)
    throw invalid({ kind: 'DeleteOptions', group: 'meta.k8s.io' }, '', [unsupportedValue('dryRun', wrong, ['All'])])
  const grace = body['gracePeriodSeconds'] ?? query.get('gracePeriodSeconds') ?? undefined
  const seconds = grace === undefined ? undefined : Number(grace)
  if (seconds !== undefined && !Number.isInteger(seconds))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(grace)}: invalid syntax`)
  const orphan = body['orphanDependents'] === true || query.get('orphanDependents') === 'true'
  const asked = body['propagationPolicy'] ?? query.get('propagationPolicy') ?? (orphan ? 'Orphan' : 'Background')
  if (asked !== 'Background' && asked !== 'Foreground' && asked !== 'Orphan')
    throw invalid({ kind: 'DeleteOptions', group: 'meta.k8s.io' }, '', [
      unsupportedValue('propagationPolicy', asked, ['Foreground', 'Background', 'Orphan', 'nil']),
    ])
  return {
    dryRun: dryRun.includes('All'),
    gracePeriod: seconds,
    propagation: asked,
    uid: textOf(preconditions?.['uid']),
    resourceVersion: textOf(preconditions?.['resourceVersion']),
  }
}
