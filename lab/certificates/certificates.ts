import type { KubeObject, Scenario } from '#lab/contract.ts'
import { secureHostsOf } from '#lab/scenario/secure-hosts.ts'
import type { Authority } from './certificate.ts'
import { createGatewayCertificates, type GatewayCertificates } from './gateway.ts'
import type { RootCertificate } from '#lab/kubernetes/controllers/root-certificates.ts'
import { createMeshCertificates, type MeshCertificates } from './mesh.ts'
import { createServing, type Serving } from './serving.ts'

/** All certificates of a lab. */
export interface Certificates {
  serving: Serving
  mesh: MeshCertificates
  gateways: GatewayCertificates
  /** The Secrets of the control plane and of the gateways. */
  secrets: KubeObject[]
  /** ConfigMaps that every namespace has: whom to trust. */
  roots: RootCertificate[]
}

/** @param realNow the clock of the machine, by which clients check the API server's certificate; milliseconds. */
export function createCertificates(
  scenario: Pick<Scenario, 'objects' | 'trustDomain' | 'rootNamespace'>,
  options: { seed: number; startedAt: number; realNow: number },
): Certificates {
  const { objects, trustDomain, rootNamespace } = scenario
  const { seed, startedAt, realNow } = options
  const serving = createServing(realNow)
  const room = objects.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === rootNamespace)
  const bornAt = room?.metadata.creationTimestamp ?? ''
  const ageDays = bornAt === '' ? 90 : (startedAt - Date.parse(bornAt)) / 86_400_000
  const mesh = createMeshCertificates({ trustDomain, seed, startedAt, ageDays })
  const gateways = createGatewayCertificates({ seed, startedAt })
  return {
    serving,
    mesh,
    gateways,
    secrets: [
      authoritySecret(rootNamespace, mesh.root, bornAt),
      ...objects.flatMap(object =>
        secureHostsOf(object).map(host => gateways.secretOf(object.metadata.namespace ?? '', host)),
      ),
    ],
    roots: [
      { name: 'kube-root-ca.crt', labels: {}, data: { 'ca.crt': serving.authority } },
      { name: 'istio-ca-root-cert', labels: { 'istio.io/config': 'true' }, data: { 'root-cert.pem': mesh.root.pem } },
    ],
  }
}

/** Where istiod keeps the key that it signs with (Istio documentation, "Plug in CA Certificates"). */
const authoritySecret = (namespace: string, root: Authority, creationTimestamp: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'istio-ca-secret', namespace, ...(creationTimestamp === '' ? {} : { creationTimestamp }) },
  type: 'istio.io/ca-root',
  data: {
    'ca-cert.pem': Buffer.from(root.pem).toString('base64'),
    'ca-key.pem': Buffer.from(root.key).toString('base64'),
    'cert-chain.pem': '',
    'key.pem': '',
    'root-cert.pem': '',
  },
})
