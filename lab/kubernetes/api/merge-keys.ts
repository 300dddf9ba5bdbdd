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
  taints: 'key',
  webhooks: 'name',
}

/** `path` holds the names of fields from the object's root, without list positions. */
export function mergeKeyOf(kind: string, path: readonly string[]): string | undefined {
  const field = path.at(-1) ?? ''
  if (field === 'ports') {
    if (path.at(-2) === 'containers' || path.at(-2) === 'initContainers') return 'containerPort'
    return kind === 'Service' && path.length === 2 ? 'port' : undefined
  }
  if (field === 'addresses') return kind === 'Node' ? 'type' : undefined
  // A Secret's name list and a projected volume's sources share words with mergeable lists but are not.
  if (field === 'secrets') return kind === 'ServiceAccount' ? 'name' : undefined
  return Object.hasOwn(keys, field) ? keys[field] : undefined
}
