import type { KubeObject, ObjectStore, PodReply, PodServers } from '#lab/contract.ts'
import type { MeshCertificates } from '#lab/certificates/mesh.ts'
import { istioVersion, type Mesh } from '#lab/mesh/mesh.ts'
import { askProxy } from './envoy.ts'
import { askIstiod } from './istiod.ts'
import { lookAt, proxyOf } from './look.ts'
import { plain } from './reply.ts'
import { askZtunnel } from './ztunnel.ts'

export interface PodServersOptions {
  mesh: Pick<Mesh, 'pushes' | 'samples'> & { look(): Pick<ReturnType<Mesh['look']>, 'snapshot'> }
  store: ObjectStore
  certificates: MeshCertificates
  /** Milliseconds since the epoch. */
  now: () => number
}

/** What Istio's own processes answer in their pods: istiod, its Envoys and ztunnels. Applications answer to requests only. */
export function createPodServers({ mesh, store, certificates, now }: PodServersOptions): PodServers {
  return {
    ask(pod, port, request) {
      const { snapshot } = mesh.look()
      const { pushes, samples } = mesh
      const look = lookAt({ snapshot, pushes, store, samples, certificates, istioVersion, now: now() })
      const reply = answer()
      // All of it is for reading.
      if (reply && request.method !== 'GET' && request.method !== 'HEAD') return plain('Method Not Allowed\n', 405)
      return reply

      function answer(): PodReply | null {
        const istiod = look.connections.istiods.find(one => isSame(one, pod))
        if (istiod) return askIstiod(look, istiod, port, request)
        const connection = look.connections.byId.get(`${pod.metadata.name}.${pod.metadata.namespace}`)
        if (!connection) return null
        const proxy = proxyOf(look, connection)
        return connection.type === 'ztunnel'
          ? askZtunnel(look, proxy, port, request)
          : askProxy(look, proxy, port, request)
      }
    },
  }
}

const isSame = (one: { name: string; namespace: string }, { metadata }: KubeObject): boolean =>
  one.name === metadata.name && one.namespace === metadata.namespace
