import type { Words } from '#web/config/forms/form.ts'

const words = (label: string, help: string): Words => ({ label, help })

export const en = {
  from: words('From', 'Who may name objects of this namespace. Any of these may.'),
  fromTitle: (which: string) => `From ${which}`,
  httpRoutes: words('HTTPRoutes', 'Routes of a namespace, which may send requests here.'),
  grpcRoutes: words('GRPCRoutes', 'Routes of a namespace, which may send gRPC here.'),
  gateways: words('Gateways', 'Gateways of a namespace, which may show certificates kept here.'),
  namespace: words('Their namespace', 'The other namespace; a grant takes no wildcard.'),
  to: words('To', 'What may be named. Any of these may.'),
  toTitle: (which: string) => `To ${which}`,
  services: words('Services', 'Backends that routes may send requests to.'),
  secrets: words('Secrets', 'Certificates that Gateways may use.'),
  name: words('Name', 'Only this one. None: every object of that kind in this namespace, also later ones.'),
  kind: words('Kind', 'As its manifest says: HTTPRoute, Service.'),
  group: words('Group', 'The API group of the kind; empty for the core group of Service and Secret.'),
  noNamespace: 'This is no name of a namespace: lower-case letters, digits and hyphens.',
  noKind: 'This is no kind: letters, digits and hyphens, as HTTPRoute.',
  noGroup: 'This is no API group: a domain name in lower case, as gateway.networking.k8s.io.',
  coreGroup: 'The core group is written as nothing, not as “core”: this would grant nothing.',
}
export type Texts = typeof en
