import { isEqual, isFields } from '#lab/kubernetes/value.ts'
import { badRequest, StatusError } from './status.ts'

/** JSON Patch (RFC 6902) over plain values; the document is not changed. */
export function jsonPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch')
  if (patch.length > 10_000)
    throw new StatusError(
      413,
      'RequestEntityTooLarge',
      `The allowed maximum operations in a JSON patch is 10000, got ${patch.length}`,
    )
  return patch.reduce((result: unknown, operation: unknown) => applyOne(result, operation), structuredClone(document))
}

function applyOne(document: unknown, operation: unknown): unknown {
  if (!isFields(operation)) throw badRequest('json: cannot unmarshal into Go value of type jsonpatch.Operation')
  const { op, path, from } = operation
  if (typeof path !== 'string') throw badRequest('missing path in a JSON patch operation')
  const source = () => {
    if (typeof from !== 'string') throw badRequest(`operation ${String(op)}: missing from`)
    return from
  }
  const value = () => {
    if (!Object.hasOwn(operation, 'value')) throw rejected(`${String(op)} operation does not apply: missing value`)
    return structuredClone(operation['value'])
  }
  switch (op) {
    case 'add':
      return put(document, path, value(), 'add')
    case 'replace':
      read(document, path, 'replace')
      return put(document, path, value(), 'replace')
    case 'remove':
      return take(document, path)
    case 'move': {
      const moved = read(document, source(), 'move')
      return put(take(document, source()), path, moved, 'add')
    }
    case 'copy':
      return put(document, path, structuredClone(read(document, source(), 'copy')), 'add')
    case 'test':
      if (!isEqual(read(document, path, 'test'), operation['value'])) throw rejected(`testing value ${path} failed`)
      return document
    default:
      throw badRequest(`Unexpected kind: ${JSON.stringify(op)}`)
  }
}

/** The real server hides a patch that does not fit behind these words and tells the cause. */
const rejected = (cause: string): StatusError =>
  new StatusError(422, 'Invalid', `the server rejected our request due to an error in our request`, {
    details: { causes: [{ reason: 'UnexpectedServerResponse', message: cause }] },
  })

const steps = (path: string): string[] => {
  if (path === '') return []
  if (!path.startsWith('/')) throw rejected(`invalid path ${JSON.stringify(path)}`)
  return path
    .slice(1)
    .split('/')
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

const absent = (verb: string, path: string) =>
  rejected(`${verb} operation does not apply: doc is missing path: ${path}`)

function read(document: unknown, path: string, verb: string): unknown {
  let here = document
  for (const step of steps(path)) here = child(here, step, verb, path)
  return here
}

function child(value: unknown, step: string, verb: string, path: string): unknown {
  if (Array.isArray(value) && /^\d+$/.test(step) && Number(step) < value.length) return value[Number(step)]
  if (isFields(value) && Object.hasOwn(value, step)) return value[step]
  throw absent(verb, path)
}

function parentOf(document: unknown, path: string, verb: string): { parent: unknown; last: string } {
  const all = steps(path)
  const last = all.pop() ?? ''
  let parent = document
  for (const step of all) parent = child(parent, step, verb, path)
  return { parent, last }
}

function put(document: unknown, path: string, value: unknown, verb: 'add' | 'replace'): unknown {
  if (path === '') return value
  const { parent, last } = parentOf(document, path, verb)
  if (Array.isArray(parent)) {
    const index = last === '-' && verb === 'add' ? parent.length : Number(last)
    if (!/^(\d+|-)$/.test(last) || index > parent.length)
      throw rejected(`${verb} operation does not apply: invalid array index ${path}`)
    parent.splice(index, verb === 'add' ? 0 : 1, value)
  } else if (isFields(parent) && last !== '__proto__') parent[last] = value
  else throw absent(verb, path)
  return document
}

function take(document: unknown, path: string): unknown {
  if (path === '') throw rejected('remove operation does not apply: cannot remove the whole document')
  const { parent, last } = parentOf(document, path, 'remove')
  child(parent, last, 'remove', path)
  if (Array.isArray(parent)) parent.splice(Number(last), 1)
  else if (isFields(parent)) delete parent[last]
  return document
}
