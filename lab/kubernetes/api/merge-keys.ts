/**
 * By which field the items of a list are told apart, as the Go types of the API say it (`patchMergeKey`); a list that
 * is not here is replaced as a whole. A key of '' marks a list of plain values that are merged as a set.
 */
const keys: Record<string, string> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  volumes: 'name',
  env: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  imagePullSecrets: 'name',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
  resourceClaims: 'name',
  conditions: 'type',
  ownerReferences: 'uid',
  finalizers: '',
  secrets: 'name',
  podIPs: 'ip',
  hostIPs: 'ip',
  webhooks: 'name',
}

/** `path` holds the names of fields from the object's root, without list positions. */
export function mergeKeyOf(kind: string, path: readonly string[]): string | undefined {
  const field = path.at(-1) ?? ''
  const parent = path.at(-2) ?? ''
  switch (field) {
    case 'ports':
      if (/^(c|initC|ephemeralC)ontainers$/.test(parent)) return 'containerPort'
      return kind === 'Service' && path.length === 2 ? 'port' : undefined
    case 'addresses':
      return kind === 'Node' ? 'type' : undefined
    case 'secrets':
      return kind === 'ServiceAccount' ? 'name' : undefined
    default:
      return Object.hasOwn(keys, field) ? keys[field] : undefined
  }
}

/** The same, asked by the model that has the field (`V1Container`). */
export function mergeKeyIn(model: string, field: string): string | undefined {
  switch (field) {
    case 'ports':
      return model === 'V1Container' ? 'containerPort' : model === 'V1ServiceSpec' ? 'port' : undefined
    case 'addresses':
      return model === 'V1NodeStatus' ? 'type' : undefined
    case 'secrets':
      return model === 'V1ServiceAccount' ? 'name' : undefined
    default:
      return Object.hasOwn(keys, field) ? keys[field] : undefined
  }
}

/** Fields in which an apply removes what it no longer names (`retainKeys`). */
export const isRetaining = (model: string, field: string): boolean =>
  (model === 'V1DeploymentSpec' && field === 'strategy') || (model === 'V1PodSpec' && field === 'volumes')
