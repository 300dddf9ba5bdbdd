import { parse } from 'yaml'
import { ApiError, KubernetesApi } from '#bff/sources/kubernetes-api.ts'
import { loadCredentials } from '#bff/sources/kubernetes-credentials.ts'
import { listAll } from '#bff/sources/kubernetes-list.ts'
import { meshKinds } from '#shared/config/kinds.ts'
import { record, text } from '#shared/config/world/read.ts'
import type { Json, MeshObject } from '#shared/mesh/object.ts'
import { Mistake } from './mistake.ts'

export interface Cluster {
  objects: MeshObject[]
  meshConfig: Json | null
  meshNetworks: Json | null
}

interface Listed {
  group: string
  kind: string
  plural: string
  versions: readonly string[]
}

const builtIn = (group: string, kind: string, plural: string): Listed => ({ group, kind, plural, versions: ['v1'] })

/** What analyzers read beside the mesh's own kinds. */
const others: readonly Listed[] = [
  builtIn('', 'Namespace', 'namespaces'),
  builtIn('', 'Service', 'services'),
  builtIn('', 'Pod', 'pods'),
  builtIn('', 'Secret', 'secrets'),
  builtIn('', 'ConfigMap', 'configmaps'),
  builtIn('', 'ServiceAccount', 'serviceaccounts'),
  builtIn('', 'Node', 'nodes'),
  builtIn('apps', 'Deployment', 'deployments'),
  builtIn('admissionregistration.k8s.io', 'MutatingWebhookConfiguration', 'mutatingwebhookconfigurations'),
  builtIn('admissionregistration.k8s.io', 'ValidatingWebhookConfiguration', 'validatingwebhookconfigurations'),
  builtIn('apiextensions.k8s.io', 'CustomResourceDefinition', 'customresourcedefinitions'),
]

/** Everything analyzers read, listed once with the caller's own rights. What may not be listed is said. */
export async function readCluster(
  address: { kubeconfig: string; context: string | null },
  said: (sentence: string) => void,
): Promise<Cluster> {
  const credentials = await loadCredentials(address).catch((error: unknown) => {
    throw new Mistake(error instanceof Error ? error.message : String(error))
  })
  const api = new KubernetesApi(credentials, said)
  try {
    const lists = await Promise.all([...meshKinds, ...others].map(kind => list(api, kind, said)))
    const objects = lists.flat()
    return { objects, ...settingsIn(objects, said) }
  } finally {
    await api.close()
  }
}

async function list(api: KubernetesApi, kind: Listed, said: (sentence: string) => void): Promise<MeshObject[]> {
  for (const version of kind.versions) {
    const path = kind.group === '' ? `/api/${version}/${kind.plural}` : `/apis/${kind.group}/${version}/${kind.plural}`
    try {
      // oxlint-disable-next-line no-await-in-loop -- the next version only where this one is not served
      const { items } = await listAll(api, path, object => object, AbortSignal.timeout(120_000))
      const apiVersion = kind.group === '' ? version : `${kind.group}/${version}`
      // Items of a list carry no kind of their own; the server made the rest.
      return [...items.values()].map(
        item => ({ ...trimmed(item), apiVersion, kind: kind.kind }) as unknown as MeshObject,
      )
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) continue
      if (!(error instanceof ApiError)) throw new Mistake(error instanceof Error ? error.message : String(error))
      said(`${kind.kind} cannot be listed: ${error.message}. What depends on it is judged as if there were none.`)
      return []
    }
  }
  return []
}

/** Certificates are public; of what else a Secret holds, that it is there is enough: its values stay where they are. */
const certificates = new Set(['cert', 'tls.crt'])

function trimmed(object: Json): Json {
  if (object['type'] === undefined || object['data'] === undefined) return object
  const data = Object.entries(record(object['data'])).map(([key, value]) => [
    key,
    certificates.has(key) || value === '' ? value : 'kept back',
  ])
  return { ...object, data: Object.fromEntries(data) as Json }
}

function settingsIn(
  objects: readonly MeshObject[],
  said: (sentence: string) => void,
): Pick<Cluster, 'meshConfig' | 'meshNetworks'> {
  const found = objects.find(
    object =>
      object.kind === 'ConfigMap' && object.metadata.name === 'istio' && record(object['data'])['mesh'] !== undefined,
  )
  if (found === undefined) {
    said('There is no ConfigMap istio with a meshConfig: Istio’s defaults are taken.')
    return { meshConfig: null, meshNetworks: null }
  }
  const namespace = found.metadata.namespace ?? ''
  const data = record(found['data'])
  try {
    return {
      meshConfig: { rootNamespace: namespace, ...record(parse(text(data['mesh']))) },
      meshNetworks: record(parse(text(data['meshNetworks']) || '{}')),
    }
  } catch {
    said(`The meshConfig in ${namespace}/istio is not YAML: Istio’s defaults are taken.`)
    return { meshConfig: null, meshNetworks: null }
  }
}
