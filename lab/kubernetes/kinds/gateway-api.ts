import type { Column, Kind } from '#lab/kubernetes/resources.ts'
import { gatewaySchema } from '#lab/kubernetes/schema/models/gateway.ts'
import { ageColumnOf, custom, pathColumn } from './kind.ts'

/** The Gateway API's CustomResourceDefinitions, standard and experimental channel (gateway-api.sigs.k8s.io). */

const age = ageColumnOf('.metadata.creationTimestamp')
const hostnames = pathColumn('Hostnames', '.spec.hostnames')

const kind = (name: string, versions: readonly string[], columns: Column[], options: Partial<Kind> = {}): Kind =>
  custom({
    group: 'gateway.networking.k8s.io',
    kind: name,
    versions,
    categories: ['gateway-api'],
    columns,
    schema: version => gatewaySchema(name, version),
    ...options,
  })

export const gatewayKinds: Kind[] = [
  kind(
    'GatewayClass',
    ['v1', 'v1beta1'],
    [
      pathColumn('Controller', '.spec.controllerName'),
      pathColumn('Accepted', '.status.conditions[?(@.type=="Accepted")].status'),
      age,
      pathColumn('Description', '.spec.description', { wide: true }),
    ],
    { namespaced: false, shortNames: ['gc'] },
  ),
  kind(
    'Gateway',
    ['v1', 'v1beta1'],
    [
      pathColumn('Class', '.spec.gatewayClassName'),
      pathColumn('Address', '.status.addresses[*].value'),
      pathColumn('Programmed', '.status.conditions[?(@.type=="Programmed")].status'),
      age,
    ],
    { shortNames: ['gtw'] },
  ),
  kind('HTTPRoute', ['v1', 'v1beta1'], [hostnames, age]),
  kind('GRPCRoute', ['v1'], [hostnames, age]),
  kind('ReferenceGrant', ['v1', 'v1beta1'], [age], { shortNames: ['refgrant'], status: false }),
  kind('BackendTLSPolicy', ['v1', 'v1alpha3'], [age], {
    shortNames: ['btlspolicy'],
  }),
  kind('TLSRoute', ['v1', 'v1alpha3', 'v1alpha2'], [hostnames, age]),
  kind('TCPRoute', ['v1alpha2'], [age]),
  kind('UDPRoute', ['v1alpha2'], [age]),
  kind(
    'ListenerSet',
    ['v1'],
    [
      pathColumn('Accepted', '.status.conditions[?(@.type=="Accepted")].status'),
      pathColumn('Programmed', '.status.conditions[?(@.type=="Programmed")].status'),
      age,
    ],
    { shortNames: ['lset'] },
  ),
]
