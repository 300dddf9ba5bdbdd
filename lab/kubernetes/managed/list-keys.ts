/**
 * Which lists of the built-in kinds are merged item by item, and by which keys: `x-kubernetes-list-type` and
 * `-list-map-keys` of Kubernetes' OpenAPI document. `'set'` is a list of plain values; what is not here is one whole.
 */
export type ListKeys = readonly string[] | 'set' | undefined

const name = ['name'] as const
const type = ['type'] as const

/** By the field alone, where every model that has it agrees. */
const everywhere: Readonly<Record<string, ListKeys>> = {
  conditions: type,
  containers: name,
  initContainers: name,
  ephemeralContainers: name,
  volumes: name,
  env: name,
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  imagePullSecrets: name,
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  resourceClaims: name,
  schedulingGates: name,
  ownerReferences: ['uid'],
  podIPs: ['ip'],
  hostIPs: ['ip'],
  webhooks: name,
  podCIDRs: 'set',
}

const ports = ['containerPort', 'protocol'] as const

/** By `model.field`, where the field alone does not tell. */
const here: Readonly<Record<string, ListKeys>> = {
  'V1ObjectMeta.finalizers': 'set',
  'V1Container.ports': ports,
  'V1EphemeralContainer.ports': ports,
  'V1ServiceSpec.ports': ['port', 'protocol'],
  'V1ServiceAccount.secrets': name,
  'V1NodeStatus.addresses': type,
  'V1NetworkPolicyStatus.conditions': type,
}

export function listKeysIn(model: string, field: string): ListKeys {
  const exact = `${model}.${field}`
  if (Object.hasOwn(here, exact)) return here[exact]
  return Object.hasOwn(everywhere, field) ? everywhere[field] : undefined
}

/** What a key is where an item leaves it out. */
export const keyDefaults: Readonly<Record<string, unknown>> = { protocol: 'TCP' }

/** Models that are owned as a whole: `x-kubernetes-map-type: atomic`. */
const atomicModels = new Set([
  'V1LabelSelector',
  'V1ObjectFieldSelector',
  'V1ResourceFieldSelector',
  'V1ConfigMapKeySelector',
  'V1SecretKeySelector',
  'V1LocalObjectReference',
  'V1ObjectReference',
  'V1TypedLocalObjectReference',
  'V1SecretReference',
  'V1OwnerReference',
  'V1NodeSelector',
  'V1NodeSelectorTerm',
  'V1RoleRef',
  'RbacV1Subject',
  'V1EndpointAddress',
  'CoreV1EndpointPort',
  'DiscoveryV1EndpointPort',
  'V1ScopeSelector',
  'V1TopologySelectorTerm',
])

/** Maps that are owned as a whole, by `model.field`. */
const atomicMaps = new Set([
  'V1PodSpec.nodeSelector',
  'V1ServiceSpec.selector',
  'V1CSIPersistentVolumeSource.volumeAttributes',
])

export const isAtomicModel = (model: string): boolean => atomicModels.has(model)
export const isAtomicMap = (model: string, field: string): boolean => atomicMaps.has(`${model}.${field}`)
