import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { items, record, text } from '#shared/config/world/read.ts'
import type { Json, MeshObject } from '#shared/mesh/object.ts'
import { Mistake } from './mistake.ts'

const endings = new Set(['.yaml', '.yml', '.json'])

/** All objects of files and, below folders, of every YAML and JSON file. What is no object is said and left out. */
export async function readManifests(paths: readonly string[], said: (sentence: string) => void): Promise<MeshObject[]> {
  const objects: MeshObject[] = []
  // oxlint-disable-next-line no-await-in-loop -- one after the other keeps their order, in which the last of a name counts
  for (const path of paths)
    for (const file of await filesAt(path)) objects.push(...objectsIn(await readText(file), file, said))
  return objects
}

/** A meshConfig or meshNetworks, as YAML. */
export async function readSettings(file: string): Promise<Json> {
  const content = await readText(file)
  try {
    return record(parse(content, { merge: true }))
  } catch (error) {
    throw new Mistake(`${file} is not YAML: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`)
  }
}

async function filesAt(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => {
    throw new Mistake(`There is no file or folder ${path}.`)
  })
  if (!found.isDirectory()) return [path]
  const names = await readdir(path, { recursive: true })
  return names
    .filter(name => endings.has(extname(name)))
    .toSorted()
    .map(name => join(path, name))
}

export async function readText(file: string): Promise<string> {
  const content = await readFile(file, 'utf8').catch(() => {
    throw new Mistake(`The file ${file} cannot be read.`)
  })
  // Editors of Windows begin with a mark that no parser of JSON takes.
  return content.replace(/^\uFEFF/, '')
}

export function objectsIn(content: string, file: string, said: (sentence: string) => void): MeshObject[] {
  const objects: MeshObject[] = []
  for (const [index, document] of parseAllDocuments(content, { merge: true }).entries()) {
    const [problem] = document.errors
    if (problem) throw new Mistake(`${file} is not YAML: ${problem.message.split('\n')[0] ?? ''}`)
    const value = valueOf(document, file)
    if (value === null || value === undefined) continue
    // `kubectl get … -o json | jq .items` leaves the list alone.
    const values = Array.isArray(value) ? items(value) : [record(value)]
    const found = values.map(objectsOf)
    const which = Array.isArray(value) && value.length > 0 ? 'An item of document' : 'Document'
    if (found.length === 0 || found.some(some => some.length === 0))
      said(`${which} ${index + 1} of ${file} is no Kubernetes object; it is left out.`)
    objects.push(...found.flat())
  }
  return objects
}

/** Aliases that would grow without end are refused. */
function valueOf(document: { toJS(options: { maxAliasCount: number }): unknown }, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 1000 })
  } catch (error) {
    throw new Mistake(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function objectsOf(value: Json): MeshObject[] {
  const { apiVersion, kind, metadata } = value
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return []
  if (kind.endsWith('List') && Array.isArray(value['items'])) return items(value['items']).flatMap(objectsOf)
  const name = text(record(metadata)['name'])
  if (name === '') return []
  // What cannot be read as an object's head was refused above; its body is read with care by every analyzer.
  return [value as unknown as MeshObject]
}
