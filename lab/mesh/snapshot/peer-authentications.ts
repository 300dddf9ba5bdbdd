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

/** What a workload's proxy asks for at a port. */
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
  // A namespace that is the root's says what the mesh says.
  const wide = (namespace: string) =>
    policies.find(policy => policy.selector === null && policy.namespace === namespace)?.mode
  const mesh = wide(rootNamespace)
  const near = workload.namespace === rootNamespace ? undefined : wide(workload.namespace)
  return workload.proxy === 'ztunnel' ? atZtunnel(own, near, mesh, port) : atProxy(own, near, mesh, port)
}

type Own = PeerAuthentication | undefined
type Wide = MtlsMode | undefined

/** Port, then workload, then namespace, then mesh; `UNSET` asks the next one; nothing said = PERMISSIVE. */
function atProxy(own: Own, near: Wide, mesh: Wide, port: number): Exclude<MtlsMode, 'UNSET'> {
  for (const mode of [own?.byPort.get(port), own?.mode, near, mesh])
    if (mode !== undefined && mode !== 'UNSET') return mode
  return 'PERMISSIVE'
}

/**
 * istiod sends ztunnel one refusal of plaintext for all ports, or one made of a workload's policy, or none
 * (istio/istio, `pilot/pkg/serviceregistry/kube/controller/ambient/authorization.go`, since 1.24.2).
 */
function atZtunnel(own: Own, near: Wide, mesh: Wide, port: number): 'STRICT' | 'PERMISSIVE' {
  const isSilent = near === undefined || near === 'UNSET'
  const wide = isSilent ? mesh : near
  const all = own === undefined || own.mode === 'UNSET' ? wide === 'STRICT' : own.mode === 'STRICT'
  const sent = own === undefined ? null : madeOf(own, near, mesh, all)
  if (sent === null) return all ? 'STRICT' : 'PERMISSIVE'
  return sent(port) ? 'STRICT' : 'PERMISSIVE'
}

/** Whether the policy made of a workload's own refuses plaintext at a port; null: the workload is not told to use it. */
function madeOf(
  own: PeerAuthentication,
  near: Wide,
  mesh: Wide,
  isStrict: boolean,
): ((port: number) => boolean) | null {
  const modes = [...own.byPort.values()]
  const isOpen = (mode: MtlsMode | undefined) => mode === 'PERMISSIVE' || mode === 'DISABLE'
  if (isStrict) {
    // Of a policy without a mode istiod looks for PERMISSIVE alone before it uses it …
    if (!modes.some(mode => (own.mode === 'UNSET' ? mode === 'PERMISSIVE' : isOpen(mode)))) return null
    // … and then makes nothing of it where the namespace's own policy is not STRICT itself.
    const isMade = own.mode === 'STRICT' || near === undefined || near === 'STRICT'
    return port => isMade && !isOpen(own.byPort.get(port))
  }
  if (!modes.includes('STRICT')) return null
  // STRICT ports are left to the mesh's policy where that one is STRICT, though it does not hold for this workload.
  const isLeft = mesh === 'STRICT' && (near === undefined || near === 'UNSET')
  return port => !isLeft && own.byPort.get(port) === 'STRICT'
}
