import { aged, type Configured, type Fields, hostOf, objectOf } from './configured.ts'

/** Where traffic goes: `networking.istio.io`. */

const network = 'networking.istio.io/v1'

export const destinationRule = (
  namespace: string,
  service: string,
  spec: { versions?: string[]; trafficPolicy?: Fields },
): Configured =>
  aged(
    30,
    objectOf(network, 'DestinationRule', namespace, service, {
      host: hostOf(service, namespace),
      ...(spec.trafficPolicy ? { trafficPolicy: spec.trafficPolicy } : {}),
      ...(spec.versions ? { subsets: spec.versions.map(version => ({ name: version, labels: { version } })) } : {}),
    }),
  )

/** Splits a service between its versions; the weights sum to 100. */
export const weightedVirtualService = (
  namespace: string,
  service: string,
  weights: Record<string, number>,
  more: Fields = {},
): Configured =>
  aged(
    12,
    objectOf(network, 'VirtualService', namespace, service, {
      hosts: [hostOf(service, namespace)],
      http: [
        {
          name: 'by-version',
          route: Object.entries(weights).map(([subset, weight]) => ({
            destination: { host: hostOf(service, namespace), subset },
            weight,
          })),
          ...more,
        },
      ],
    }),
  )

/** Timeout and retries without a split. */
export const plainVirtualService = (namespace: string, service: string, more: Fields): Configured =>
  aged(
    25,
    objectOf(network, 'VirtualService', namespace, service, {
      hosts: [hostOf(service, namespace)],
      http: [{ name: 'default', route: [{ destination: { host: hostOf(service, namespace) } }], ...more }],
    }),
  )

/** A host outside, reached through an egress gateway that originates TLS (Istio docs, "Egress Gateways with TLS Origination"). */
export function egressThrough(gateway: { namespace: string; name: string }, host: string): Configured[] {
  const slug = host.replaceAll('.', '-')
  return [
    serviceEntry(gateway.namespace, host),
    aged(
      60,
      objectOf(network, 'Gateway', gateway.namespace, `${gateway.name}-${slug}`, {
        selector: { istio: gateway.name },
        servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [host] }],
      }),
    ),
    aged(
      60,
      objectOf(network, 'VirtualService', gateway.namespace, `${slug}-through-${gateway.name}`, {
        hosts: [host],
        gateways: ['mesh', `${gateway.name}-${slug}`],
        http: [
          {
            match: [{ gateways: ['mesh'], port: 80 }],
            route: [
              { destination: { host: hostOf(gateway.name, gateway.namespace), port: { number: 80 } }, weight: 100 },
            ],
          },
          {
            match: [{ gateways: [`${gateway.name}-${slug}`], port: 80 }],
            route: [{ destination: { host, port: { number: 443 } }, weight: 100 }],
          },
        ],
      }),
    ),
    aged(
      60,
      objectOf(network, 'DestinationRule', gateway.namespace, slug, {
        host,
        trafficPolicy: { portLevelSettings: [{ port: { number: 443 }, tls: { mode: 'SIMPLE', sni: host } }] },
      }),
    ),
  ]
}

export const serviceEntry = (namespace: string, host: string): Configured =>
  aged(
    60,
    objectOf(network, 'ServiceEntry', namespace, host.replaceAll('.', '-'), {
      hosts: [host],
      location: 'MESH_EXTERNAL',
      resolution: 'DNS',
      ports: [
        { number: 80, name: 'http', protocol: 'HTTP' },
        { number: 443, name: 'https', protocol: 'HTTPS' },
      ],
    }),
  )
