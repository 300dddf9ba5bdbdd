import type { Words } from '#web/config/forms/form.ts'
import { enFormChecks } from '#web/config/forms/networking/text/en-checks.ts'

const words = (label: string, help: string): Words => ({ label, help })

export const en = {
  check: enFormChecks,
  hosts: words('Hosts', 'Names callers use: api.example.com, *.example.com.'),
  location: words('Location', 'Whether what is called belongs to the mesh.'),
  external: words('MESH_EXTERNAL', 'Outside the mesh: it has no mesh identity, and mutual TLS is not used by itself.'),
  internal: words('MESH_INTERNAL', 'Part of the mesh, as a virtual machine is: it is called by mutual TLS.'),
  resolution: words('Resolution', 'How proxies find the address a call goes to.'),
  dns: words('DNS', 'Proxies look the name up again and again, and balance over all answers.'),
  fixed: words('STATIC', 'To the endpoints, or to the selected workloads.'),
  none: words('NONE', 'To the address the caller has found itself.'),
  firstAnswer: words('DNS_ROUND_ROBIN', 'Proxies look the name up and use the first answer; open connections stay.'),
  dynamic: words(
    'DYNAMIC_DNS',
    'For wildcards: a waypoint looks up the very name that is asked for. In ambient mode only.',
  ),
  ports: words('Ports', 'On which it can be called.'),
  portTitle: (which: string) => `Port ${which}`,
  addHttps: words('HTTPS on 443', 'The caller brings TLS itself; the name is read from SNI.'),
  addHttp: words('HTTP on 80', 'Plain HTTP: routes, retries and metrics know each request.'),
  addTcp: words('TCP', 'Anything else, as a database.'),
  portNumber: words('Port', 'What callers ask for, from 1 to 65535.'),
  protocol: words('Protocol', 'How proxies read what callers send.'),
  protocolHelp: {
    HTTP: 'Plain HTTP/1.1.',
    HTTPS: 'TLS brought by the caller, routed by SNI.',
    GRPC: 'Plain gRPC.',
    HTTP2: 'Plain HTTP/2.',
    TLS: 'TLS of any protocol, routed by SNI.',
    TCP: 'Bytes: nothing is known of what is in them.',
    MONGO: 'MongoDB, read for its statistics.',
  },
  portName: words('Port name', 'A name of its own within this object.'),
  targetPort: words('Target port', 'Where the endpoints listen, if elsewhere.'),
  endpoints: words('Endpoints', 'Where calls go. None, with DNS: the hosts themselves are looked up.'),
  endpoint: words('Endpoint', 'One more place that calls go to.'),
  endpointTitle: (which: string) => `Endpoint ${which}`,
  address: words('Address', 'An IP address; with DNS also a name; or unix:///path without ports.'),
  endpointPorts: words('Its ports', 'Where this endpoint listens, by the names of the ports above.'),
  endpointPort: words('Port', 'From 1 to 65535.'),
  labels: words('Labels', 'What subsets and selectors read of this endpoint.'),
  weight: words('Weight', 'Its share of the calls, in proportion to the others’.'),
  locality: words('Locality', 'Region/zone/subzone, for locality load balancing.'),
  network: words('Network', 'Endpoints of another network are reached through its gateway.'),
  serviceAccount: words('Service account', 'Whose identity this endpoint’s proxy has, in this namespace.'),
  workloads: words(
    'Workloads',
    'Pods and WorkloadEntries of this namespace with all these labels, in place of endpoints.',
  ),
  addresses: words(
    'Virtual addresses',
    'Addresses or CIDR blocks that stand for the hosts. TCP is told apart by them.',
  ),
  subjectAltNames: words('Names in the certificate', 'One of these has to stand in what the server shows.'),
  exportTo: words('Export to', 'Namespaces whose proxies know of it. None: all of them.'),
  everyHost: 'A single “*” stands for nothing here: name a domain, as *.example.com.',
  noSocket: 'A Unix socket is written unix:///path or unix://@name, and is no folder.',
  noPortName: 'This is no name of a port: fewer than 63 letters, digits and hyphens.',
}
export type Texts = typeof en
