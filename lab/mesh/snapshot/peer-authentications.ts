import type { ObjectStore } from '#lab/contract.ts'
import type { Workload } from './facts.ts'
import { type Fields, fields, hasLabels, text, textMap } from './read.ts'
import { oldestFirst } from './virtual-services.ts'

/** Istio docs, PeerAuthentication. */

export type MtlsMode = 'STRICT' | 'PERMISSIVE' | 'DISABLE' | 'UNSET'

export interface PeerAuthentication {
  namespace: string
  name: string
  selector: Record<string, string> | null
  mode: MtlsMode
  byPort: ReadonlyMap<number, MtlsMode>
}

/** Oldest first: among several of one scope the oldest wins, and of one age the first by name. */
export function readPeerAuthentications(store: ObjectStore): PeerAuthentication[] {
  return oldestFirst(store.list('peerauthentications.security.istio.io')).map(object => {
    const spec = fields(object.spec)
    const selector = textMap(fields(spec['selector'])['matchLabels'])
    return {
      namespace: object.metadata.namespace ?? 'default',
      name: object.metadata.name,
      selector: Object.keys(selector).length > 0 ? selector : null,
      mode: readMode(fields(spec['mtls'])),
      byPort: new Map(
        Object.entries(fields(spec['portLevelMtls'])).map(([port, mtls]) => [Number(port), readMode(fields(mtls))]),
      ),
    }
  })
}

const readMode = (mtls: Fields): MtlsMode => {
  const mode = text(mtls['mode'])
  return mode === 'STRICT' || mode === 'PERMISSIVE' || mode === 'DISABLE' ? mode : 'UNSET'
}

/** Port, then workload, then namespace, then mesh; `UNSET` asks the next one; nothing said = PERMISSIVE. */
export function effectiveMode(
  policies: readonly PeerAuthentication[],
  workload: Workload,
  port: number,
  rootNamespace: string,
): Exclude<MtlsMode, 'UNSET'> {
  const own = policies.find(
    policy =>
      policy.selector !== null &&
      policy.namespace === workload.namespace &&
      // In the root namespace a policy is for the whole mesh or for nobody.
      policy.namespace !== rootNamespace &&
      hasLabels(workload.labels, policy.selector),
  )
  const wide = (namespace: string) =>
    policies.find(policy => policy.selector === null && policy.namespace === namespace)?.mode
  for (const mode of [own?.byPort.get(port), own?.mode, wide(workload.namespace), wide(rootNamespace)])
    if (mode !== undefined && mode !== 'UNSET') return mode
  return 'PERMISSIVE'
}
