import type { MeshObject, Path } from '#shared/mesh/object.ts'
import { oldestFirst } from './age.ts'
import { hasLabels, labelsOf, type Labels } from './labels.ts'
import { at, record, text, textMap } from './read.ts'
import type { World } from './world.ts'

/** Istio docs, PeerAuthentication, `MutualTLS.Mode`; UNSET inherits, and what nobody sets is PERMISSIVE. */
export type MtlsMode = 'STRICT' | 'PERMISSIVE' | 'DISABLE'

/** A mode with the policy that says so; null where it is the mesh's default. */
export interface EffectiveMode {
  mode: MtlsMode
  policy: MeshObject | null
  path: Path
}

const kind = 'security.istio.io/PeerAuthentication'

export const isAutoMtls = (world: World): boolean => world.settings.meshConfig['enableAutoMtls'] !== false

export const peerSelector = (policy: MeshObject): Labels => textMap(record(policy.spec?.['selector'])['matchLabels'])

export const hasPeerSelector = (policy: MeshObject): boolean => Object.keys(peerSelector(policy)).length > 0

const modeOf = (written: unknown): MtlsMode | null => {
  const mode = text(record(written)['mode'])
  return mode === 'STRICT' || mode === 'PERMISSIVE' || mode === 'DISABLE' ? mode : null
}

/** The mode of a port (null: of ports nobody names) of pods with these labels: port, workload, namespace, mesh. */
export function mtlsModeOf(world: World, namespace: string, labels: Labels, port: number | null): EffectiveMode {
  const own = oldestFirst(world.list(kind, namespace).filter(hasPeerSelector)).find(policy =>
    hasLabels(labels, peerSelector(policy)),
  )
  if (own !== undefined) {
    const onPort = port === null ? null : modeOf(at(own.spec, 'portLevelMtls', String(port)))
    if (onPort) return { mode: onPort, policy: own, path: ['spec', 'portLevelMtls', String(port), 'mode'] }
    const mode = modeOf(own.spec?.['mtls'])
    if (mode) return { mode, policy: own, path: ['spec', 'mtls', 'mode'] }
  }
  return namespaceMode(world, namespace)
}

/** The mode of workloads no policy selects. */
export function namespaceMode(world: World, namespace: string): EffectiveMode {
  for (const place of new Set([namespace, world.settings.rootNamespace])) {
    const [policy] = oldestFirst(world.list(kind, place).filter(candidate => !hasPeerSelector(candidate)))
    const mode = modeOf(policy?.spec?.['mtls'])
    if (policy && mode) return { mode, policy, path: ['spec', 'mtls', 'mode'] }
  }
  return { mode: 'PERMISSIVE', policy: null, path: [] }
}

export const mtlsModeOfPod = (world: World, pod: MeshObject, port: number | null): EffectiveMode =>
  mtlsModeOf(world, pod.metadata.namespace ?? '', labelsOf(pod), port)
