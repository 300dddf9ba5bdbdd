import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { HttpProblem } from '#bff/http/problem.ts'
import { labelledConfigMaps, type LabelledDeps } from '#bff/mesh/labelled.ts'
import { record, text } from '#bff/sources/kubernetes-raw.ts'
import { files, most, ownKey, ownLabel, readOwnText } from '#shared/metrics/own/dashboard.ts'
import type { OwnKept, OwnList, Place } from '#shared/metrics/own/api.ts'

export interface KeptDeps extends LabelledDeps {
  users: LabelledDeps['users'] & { current: string }
  /** A folder of dashboards that come with the installation; none: null. */
  folder: string | null
}

/** More files than this are not read. */
const mostFiles = 200
const suffix = '.json'

type Row = OwnList['dashboards'][number]

/** All that the caller may list, and those that come as files. */
export async function listOwnFor(user: string, deps: KeptDeps, signal: AbortSignal): Promise<OwnList> {
  const partial: string[] = []
  const fromFiles = await filesIn(deps.folder, partial)
  const fromCluster = deps.users.current === '' ? [] : await inCluster(user, deps, partial, signal)
  const dashboards = [...fromCluster, ...fromFiles].sort(
    (a, b) => compare(a.title, b.title) || compare(a.namespace, b.namespace) || compare(a.name, b.name),
  )
  return { dashboards, partial }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

async function inCluster(user: string, deps: KeptDeps, partial: string[], signal: AbortSignal): Promise<Row[]> {
  try {
    const found = await labelledConfigMaps(ownLabel, 'dashboards', user, deps, signal)
    partial.push(...found.partial)
    return found.items.map(item => {
      const { metadata, data } = record(item)
      const { namespace, name } = record(metadata)
      return rowOf({ namespace: text(namespace), name: text(name) }, text(record(data)[ownKey]))
    })
  } catch (error) {
    // Files are there for whoever may list nothing.
    if (!(error instanceof HttpProblem) || error.problem.status !== 403) throw error
    partial.push(error.problem.detail)
    return []
  }
}

function rowOf(place: Place, kept: string): Row {
  const read = readOwnText(kept)
  return 'problem' in read
    ? { ...place, title: place.name, panels: 0, problem: read.problem }
    : { ...place, title: read.dashboard.title, panels: read.dashboard.panels.length, problem: null }
}

async function filesIn(folder: string | null, partial: string[]): Promise<Row[]> {
  if (folder === null) return []
  try {
    const names = (await readdir(folder)).filter(each => each.endsWith(suffix)).sort()
    if (names.length > mostFiles)
      partial.push(`There are ${names.length} dashboards in WEFT_DASHBOARDS, of which ${mostFiles} are read.`)
    return await Promise.all(
      names.slice(0, mostFiles).map(async file => {
        const name = file.slice(0, -suffix.length)
        return rowOf({ namespace: files, name }, await textOf(folder, name))
      }),
    )
  } catch (error) {
    partial.push(`The folder of WEFT_DASHBOARDS cannot be read: ${codeOf(error)}.`)
    return []
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'an unknown failure'

/** A file that is too long is no dashboard: it is not read to find out. */
async function textOf(folder: string, name: string): Promise<string> {
  const path = join(folder, `${name}${suffix}`)
  const { size } = await stat(path)
  return size > most.text * 4 ? ' '.repeat(most.text + 1) : readFile(path, 'utf8')
}

/** One of them, read as the caller. */
export async function readOwnFor(
  { namespace, name }: Place,
  user: string,
  deps: KeptDeps,
  signal: AbortSignal,
): Promise<OwnKept> {
  const nothing = new HttpProblem(404, `There is no dashboard ${namespace === files ? name : `${namespace}/${name}`}.`)
  if (namespace === files) {
    if (deps.folder === null) throw nothing
    try {
      return { text: await textOf(deps.folder, name), object: null }
    } catch (error) {
      throw codeOf(error) === 'ENOENT' ? nothing : error
    }
  }
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${encodeURIComponent(name)}`
  const { status, json } = await deps.users.as(user).ask({ method: 'GET', path }, signal)
  if (status === 403) throw new HttpProblem(403, `${user} may not get configmaps in namespace ${namespace}.`)
  const { metadata, data } = record(json)
  const { managedFields: _, ...kept } = record(metadata)
  // Other ConfigMaps are nobody's business here.
  if (status === 404 || record(kept['labels'])[ownLabel] !== 'true') throw nothing
  if (status !== 200)
    throw new HttpProblem(
      502,
      `Kubernetes answers ${status} for configmap ${namespace}/${name}: ${text(json?.['message']).slice(0, 300)}`,
    )
  return {
    text: text(record(data)[ownKey]),
    object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: kept, data: record(data) },
  }
}
