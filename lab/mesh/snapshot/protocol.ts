import type { ServicePort } from './facts.ts'

/** What a proxy takes a port for. `auto`: it listens to the first bytes. */
export type PortProtocol = 'http' | 'grpc' | 'tls' | 'tcp' | 'auto'

const spoken: Readonly<Record<string, PortProtocol>> = {
  http: 'http',
  http2: 'http',
  'kubernetes.io/h2c': 'http',
  'kubernetes.io/ws': 'http',
  grpc: 'grpc',
  'grpc-web': 'grpc',
  https: 'tls',
  tls: 'tls',
  'kubernetes.io/wss': 'tls',
  tcp: 'tcp',
  mongo: 'tcp',
  mysql: 'tcp',
  redis: 'tcp',
  udp: 'tcp',
}

/** Istio docs, "Protocol Selection": `appProtocol`, or a ServiceEntry's own word, before the name's first part. */
export function protocolOf({ protocol, name }: Pick<ServicePort, 'protocol' | 'name'>): PortProtocol {
  const own = spoken[protocol.toLowerCase()]
  if (own !== undefined) return own
  const lower = name.toLowerCase()
  return lower.startsWith('grpc-web') ? 'grpc' : (spoken[lower.split('-')[0] ?? ''] ?? 'auto')
}
