import type { Expression } from './kleene.ts'

/** ztunnel knows addresses, ports and certificates; a proxy on TCP also the SNI and the client before it. */
export type Sight = 'ztunnel' | 'tcp' | 'http'

export interface Reading {
  sight: Sight
  /** Of the policy: where a bare service account lives. */
  namespace: string
  /** The mesh's own name first. */
  trustDomains: readonly string[]
  /** The token is one that the workload's RequestAuthentications find valid. */
  isValidated: Expression
}

export interface Field {
  /** The shortest sight that has it. */
  needs: Sight
  /** Would Istio take this value? */
  takes: (value: string) => boolean
  /** Any of the values. */
  asks: (values: readonly string[], reading: Reading) => Expression
}

/** Values of most fields are any text but the empty one. */
export const takesAny = (value: string): boolean => value !== ''
