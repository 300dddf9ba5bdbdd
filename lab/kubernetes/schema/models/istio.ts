import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Structural } from '#lab/kubernetes/schema/structural.ts'
import { readWords } from './declarations.ts'
import { described } from './described.ts'
import { istioPatches } from './istio-patches.ts'
import { packageFolder } from './packages.ts'
import { patched } from './patch.ts'
import { shapeReader } from './validators.ts'

const readShape = shapeReader()
const known = new Map<string, Structural>()

/**
 * The schema of one of Istio's kinds. All served versions of a kind have the same one (istio/api keeps them as aliases),
 * so it is read once, from the first version that the package has.
 */
export function istioSchema(group: string, kind: string, versions: readonly string[]): Structural {
  const name = `${kind}.${group}`
  const found = known.get(name)
  if (found) return found
  const folder = packageFolder('@kubernetes-models/istio')
  const shapeFile = (version: string) => join(folder, '_schemas', `${pascal(group)}${capital(version)}${kind}.js`)
  const version = versions.find(candidate => existsSync(shapeFile(candidate)))
  if (version === undefined) throw new Error(`@kubernetes-models/istio has no ${name}`)
  const shape = withoutTypeMeta(readShape(shapeFile(version)))
  const words = readWords(join(folder, group, version, `${kind}.d.ts`))
  const schema = described(patched(shape, istioPatches[kind] ?? {}), words)
  known.set(name, schema)
  return schema
}

/** What the API server adds to every kind: it is not part of a definition's schema. */
export function withoutTypeMeta(shape: Structural): Structural {
  const { apiVersion: _, kind: __, metadata: ___, ...properties } = shape.properties ?? {}
  const required = (shape.required ?? []).filter(name => Object.hasOwn(properties, name))
  const { required: ____, ...rest } = shape
  return { ...rest, type: 'object', properties, ...(required.length > 0 ? { required } : {}) }
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
const pascal = (group: string): string => group.split('.').map(capital).join('')
