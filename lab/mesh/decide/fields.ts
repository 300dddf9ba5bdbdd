import type { AuthorizationPolicy } from '#lab/mesh/snapshot/authorization-policies.ts'
import { bitsOf, holdsAddress, readBlock } from './addresses.ts'
import { anyNamespace, anyText } from './patterns.ts'
import { anyPrincipal } from './principals.ts'
import type { Facts, HttpFacts } from './request-facts.ts'

/** The fields that rules are made of: what each compares, and who can see it. */

/** Does the request fit? */
export type Test = (facts: Facts) => boolean

/** How far a proxy, or a port, sees: ztunnel knows addresses, ports and certificates, Envoy on TCP also the SNI. */
export const sights = ['ztunnel', 'tcp', 'http'] as const
export type Sight = (typeof sights)[number]

/** One field of a rule with its values and what negates them. */
export interface Field {
  /** The shortest sight that knows it. */
  needs: Sight
  values: readonly string[]
  notValues: readonly string[]
  /** A value that is none makes an ALLOW rule void and is left out of others. */
  isValue: (value: string) => boolean
  anyOf: (values: readonly string[]) => Test
}

/** Where a rule stands and who reads it. */
export interface Reading {
  action: AuthorizationPolicy['action']
  policyNamespace: string
  sight: Sight
  /** The mesh's own and its aliases. */
  trustDomains: readonly string[]
}

export type Kind = Pick<Field, 'isValue' | 'anyOf'>

/** ztunnel is told no trust domain, so that none has another name to it (istio/ztunnel#1260). */
export const ofPrincipal = ({ trustDomains, sight }: Reading): Kind => ({
  isValue: () => true,
  anyOf: values => {
    const test = sight === 'ztunnel' ? anyText(values) : anyPrincipal(values, trustDomains)
    return ({ identity }) => identity !== null && test(identity.principal)
  },
})

/** Envoy is told an expression; ztunnel texts with a star at one end, as all its others. */
export const ofNamespace = ({ sight }: Reading): Kind => ({
  isValue: () => true,
  anyOf: values => {
    const test = sight === 'ztunnel' ? anyText(values) : anyNamespace(values)
    return ({ identity }) => identity !== null && test(identity.namespace)
  },
})

/** `namespace/name`, or a name in the policy's own namespace. */
export const ofAccount = ({ policyNamespace }: Reading): Kind => ({
  isValue: () => true,
  anyOf: values => {
    const accounts = new Set(values.map(value => (value.includes('/') ? value : `${policyNamespace}/${value}`)))
    return ({ identity }) => identity !== null && accounts.has(`${identity.namespace}/${identity.account}`)
  },
})

export const ofAddress = (addressOf: (facts: Facts) => string): Kind => ({
  isValue: value => readBlock(value) !== null,
  anyOf: values => {
    const blocks = values.map(readBlock).filter(block => block !== null)
    return facts => {
      const bits = bitsOf(addressOf(facts))
      return bits !== null && blocks.some(block => holdsAddress(block, bits))
    }
  },
})

export const ofPort: Kind = {
  isValue: value => /^\d{1,5}$/.test(value) && Number(value) <= 65_535,
  anyOf: values => {
    const ports = new Set(values.map(Number))
    return facts => ports.has(facts.port)
  },
}

export const ofHttp = (anyOf: (values: readonly string[]) => (http: HttpFacts) => boolean): Kind => ({
  isValue: () => true,
  anyOf: values => {
    const test = anyOf(values)
    return ({ http }) => http !== null && test(http)
  },
})

export const ofText = (
  anyOf: (values: readonly string[]) => (value: string) => boolean,
  textOf: (http: HttpFacts) => string,
) =>
  ofHttp(values => {
    const test = anyOf(values)
    return http => test(textOf(http))
  })
