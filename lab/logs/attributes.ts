import type { Attributes } from '#lab/contract.ts'
import { bitsOf } from '#lab/mesh/snapshot/expression.ts'
import type { Access } from './access.ts'

/** Envoy docs, "Attributes": what a filter of an access log can ask for. What is not known is not there. */
export function attributesOf(access: Access): Attributes {
  const isRequest = access.method !== null
  return {
    request: isRequest
      ? present({
          id: access.requestId,
          method: access.method,
          path: access.path,
          url_path: access.path?.split('?')[0],
          host: access.authority,
          scheme: 'http',
          protocol: access.protocol,
          useragent: access.userAgent,
          size: BigInt(access.bytesReceived),
          duration: BigInt(access.duration),
          headers: present({
            ':method': access.method,
            ':path': access.path,
            ':authority': access.authority,
            'user-agent': access.userAgent,
            'x-request-id': access.requestId,
            'x-forwarded-for': access.forwardedFor,
            ...access.headers,
          }),
        })
      : {},
    response: present({
      code: isRequest ? BigInt(access.code) : null,
      code_details: access.details,
      grpc_status: access.grpcStatus === null ? null : BigInt(access.grpcStatus),
      flags: bitsOf(access.flags),
      size: BigInt(access.bytesSent),
    }),
    connection: present({
      mtls: access.downstreamPeer !== null,
      requested_server_name: access.serverName,
      termination_details: access.terminationDetails,
    }),
    source: present({ address: access.downstreamRemote, principal: access.downstreamPeer }),
    destination: present({ address: access.downstreamLocal }),
    upstream: present({
      address: access.upstreamHost,
      local_address: access.upstreamLocal,
      transport_failure_reason: access.transportFailure,
    }),
    xds: present({ cluster_name: access.upstreamCluster, route_name: access.routeName }),
  }
}

const present = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined))
