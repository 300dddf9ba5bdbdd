import type { Words } from '#web/config/forms/form.ts'
import { enFormNetworking } from '#web/config/forms/networking/text/en.ts'

const words = (label: string, help: string): Words => ({ label, help })

const sidecar = {
  workloads: words(
    'Applies to',
    'Pods of this namespace with all these labels. None: every pod of it, or of the mesh in the root namespace.',
  ),
  egress: words('What it may call', 'Services the proxy learns of. What is not named here is as if unknown.'),
  egressTitle: (which: string) => `May call ${which}`,
  ownNamespace: words('Own namespace', 'All services of this namespace and of istio-system.'),
  listener: words('Listener', 'Another set of hosts, with or without a port of its own.'),
  hosts: words('Hosts', 'namespace/host: ./* is this namespace, */* the whole mesh, ~/* nothing.'),
  egressBind: words('Address', 'An IP address or Unix socket the proxy listens on for these hosts.'),
  ingressBind: words('Address', 'The IP address the proxy listens on for this port.'),
  port: words('Port', 'The port the proxy listens on.'),
  protocol: words('Protocol', 'How the proxy reads it.'),
  portName: words('Port name', 'Lower-case letters, digits and hyphens.'),
  captureMode: words('Capture', 'How traffic comes to the proxy.'),
  captureDefault: words('DEFAULT', 'As the pod was set up.'),
  captureIptables: words('IPTABLES', 'By redirection, without the application’s doing.'),
  captureNone: words('NONE', 'The application calls the proxy itself.'),
  outbound: words('Unknown destinations', 'What happens to calls of hosts the mesh does not know.'),
  asTheMesh: words('not said', 'As meshConfig.outboundTrafficPolicy says.'),
  allowAny: words('ALLOW_ANY', 'They are let through.'),
  registryOnly: words('REGISTRY_ONLY', 'They are refused.'),
  egressProxy: words('Through an egress proxy', 'Where calls of unknown hosts are sent first.'),
  proxyHost: words('Host', 'The Service of the egress proxy, by its full name.'),
  proxyPort: words('Port', 'The port of that Service.'),
  proxySubset: words('Subset', 'One of its subsets.'),
  ingress: words('How it is called', 'Ports the proxy opens in front of the workload. None: as the Services say.'),
  ingressTitle: (which: string) => `Is called on ${which}`,
  addIngress: words('Port', 'One more port that is opened.'),
  defaultEndpoint: words(
    'To',
    'Where the workload listens: 127.0.0.1:8080, 0.0.0.0:8080 for the pod’s own address, or unix:///path.',
  ),
  tls: words('TLS', 'For callers from outside the mesh: the proxy shows a certificate of its own.'),
  simple: words('TLS', 'The proxy shows a certificate.'),
  serverCertificate: words('Certificate file', 'In the file system of the proxy’s container.'),
  privateKey: words('Key file', 'In the file system of the proxy’s container.'),
  caCertificates: words('CA file', 'Whose certificates of callers are accepted.'),
  caCrl: words('Revocation list', 'A file with certificates that are not accepted any more.'),
  pairTitle: (number: number) => `Pair ${number}`,
  portPool: words('Connections to this port', 'How many this port accepts; takes the place of the general ones.'),
  pool: words('Connections it accepts', 'How many connections and requests the workload takes at most.'),
  noNamespace: 'A host stands behind its namespace: ./cart, shop/*.',
  noHost: 'namespace/host is expected: ./*, shop/cart.shop.svc.cluster.local, */*.example.com.',
  noBind: 'An IP address or unix:///path is expected.',
  noEndpoint: '127.0.0.1:PORT, 0.0.0.0:PORT, [::1]:PORT, [::]:PORT or unix:///path is expected.',
}
export const en = { ...enFormNetworking, sidecar }
export type Texts = typeof en
