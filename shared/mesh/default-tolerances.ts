import { type Codes, noAnswer, tcpFailed } from './codes.ts'
import type { Tolerance } from './tolerance.ts'

/** From which share of bad answers something is degraded or failing, by whose mistake it was. Ratios. */
export interface Shares {
  serverErrors: { degraded: number; failing: number }
  connectionErrors: { degraded: number; failing: number }
  clientErrors: { degraded: number }
}

/**
 * What a server answers for. gRPC: UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE,
 * DATA_LOSS (https://grpc.github.io/grpc/core/md_doc_statuscodes.html).
 */
export const serverErrorCodes: Record<'http' | 'grpc', Codes> = {
  http: [
    { from: noAnswer, to: noAnswer },
    { from: 500, to: 599 },
  ],
  grpc: [
    { from: noAnswer, to: noAnswer },
    { from: 2, to: 2 },
    { from: 4, to: 4 },
    { from: 8, to: 8 },
    { from: 12, to: 15 },
    { from: 500, to: 599 },
  ],
}

export const clientErrorCodes: Record<'http' | 'grpc', Codes> = {
  http: [{ from: 400, to: 499 }],
  grpc: [
    { from: 1, to: 1 },
    { from: 3, to: 3 },
    { from: 5, to: 7 },
    { from: 9, to: 11 },
    { from: 16, to: 16 },
    { from: 400, to: 499 },
  ],
}

/** What holds where nobody says otherwise: of what is served, in every protocol. */
export function defaultTolerances({ serverErrors, connectionErrors, clientErrors }: Shares): Tolerance[] {
  const requests = (['http', 'grpc'] as const).flatMap((protocol): Tolerance[] => [
    { protocol, direction: 'inbound', codes: serverErrorCodes[protocol], ...serverErrors, isAbove: true },
    {
      protocol,
      direction: 'inbound',
      codes: clientErrorCodes[protocol],
      ...clientErrors,
      failing: null,
      isAbove: false,
    },
  ])
  const connections: Tolerance = {
    protocol: 'tcp',
    direction: 'inbound',
    codes: [{ from: tcpFailed, to: tcpFailed }],
    ...connectionErrors,
    isAbove: true,
  }
  return [...requests, connections]
}
