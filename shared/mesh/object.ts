import * as z from 'zod/mini'

/** Names one stored object. `group` is '' for the core group, `namespace` '' for what belongs to the cluster. */
export const ObjectRef = z.object({ group: z.string(), kind: z.string(), namespace: z.string(), name: z.string() })
export type ObjectRef = z.infer<typeof ObjectRef>

export type Json = Record<string, unknown>

/** An object as the API tells it, in any version. */
export interface MeshObject {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    uid?: string
    resourceVersion?: string
    generation?: number
    creationTimestamp?: string
    deletionTimestamp?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[]
    managedFields?: ManagedFields[]
    [field: string]: unknown
  }
  spec?: Json
  status?: Json
  [field: string]: unknown
}

export interface ManagedFields {
  manager?: string
  operation?: string
  apiVersion?: string
  time?: string
  subresource?: string
  fieldsV1?: Json
}

export const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''

export const refOf = ({ apiVersion, kind, metadata }: MeshObject): ObjectRef => ({
  group: groupOf(apiVersion),
  kind,
  namespace: metadata.namespace ?? '',
  name: metadata.name,
})

/** One text per object: for maps, and for comparing. */
export const keyOf = ({ group, kind, namespace, name }: ObjectRef): string => `${group}/${kind}/${namespace}/${name}`

/** `spec`, `http`, 0, `route` … into an object. */
export type Path = readonly (string | number)[]

/** `spec.http[0].route[1].destination.host`; keys that are no plain names are quoted: `metadata.labels["app.kubernetes.io/name"]`. */
export const pathText = (path: Path): string =>
  path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`
      if (/^[A-Za-z_$][\w$-]*$/.test(step)) return index === 0 ? step : `.${step}`
      return `[${JSON.stringify(step)}]`
    })
    .join('')

/** A path as `pathText` writes it, read back; null where it is no such text. */
export function pathIn(text: string): Path | null {
  const steps: (string | number)[] = []
  const step =
    /^(?:(?<first>[A-Za-z_$][\w$-]*)|\.(?<name>[A-Za-z_$][\w$-]*)|\[(?<index>\d+)\]|\[(?<quoted>"(?:[^"\\]|\\.)*")\])/
  let rest = text
  while (rest !== '') {
    const found = step.exec(rest)
    const { first, name, index, quoted } = found?.groups ?? {}
    if (found === null || (first !== undefined && steps.length > 0)) return null
    if (quoted !== undefined) {
      const key = quotedIn(quoted)
      if (key === null) return null
      steps.push(key)
    } else steps.push(index === undefined ? (first ?? name ?? '') : Number(index))
    rest = rest.slice(found[0].length)
  }
  return steps
}

function quotedIn(text: string): string | null {
  try {
    return JSON.parse(text) as string
  } catch {
    return null
  }
}
