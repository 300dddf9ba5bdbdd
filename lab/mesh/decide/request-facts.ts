import type { Token } from '#lab/contract.ts'

/** What an enforcement point knows of one request. */
export interface Facts {
  /** Proven by the peer's certificate; null over plaintext. */
  identity: Identity | null
  /** Of the peer on the connection. */
  address: string
  /** Of the client where it all began, as far as the proxy believes what it is told. */
  clientAddress: string
  destinationAddress: string
  port: number
  /** Server name of the TLS handshake. */
  sni: string | null
  /** Null where only L4 is seen. */
  http: HttpFacts | null
}

export interface HttpFacts {
  method: string
  /** Host as the request names it, with its port unless that is the usual one. */
  authority: string
  /** Normalised, without the query, */
  path: string
  /** and with it, as the header `:path` has it. */
  whole: string
  headers: Readonly<Record<string, string>>
  /** Validated here; null: none was brought, or nobody here looks at tokens. */
  token: Token | null
}

export interface Identity {
  /** `cluster.local/ns/shop/sa/cart` */
  principal: string
  namespace: string
  account: string
}

const identities = new Map<string, Identity | null>()

/** Principals are few and asked about often. */
export function identityOf(principal: string | null): Identity | null {
  if (principal === null) return null
  const known = identities.get(principal)
  if (known !== undefined) return known
  const [, namespace, account] = /^[^/]+\/ns\/([^/]+)\/sa\/(.+)$/.exec(principal) ?? []
  const identity = namespace === undefined || account === undefined ? null : { principal, namespace, account }
  if (identities.size > 20_000) identities.clear()
  identities.set(principal, identity)
  return identity
}

/** Header names know no case; `:authority` and its like are headers, too. */
export function headerIn(http: HttpFacts, name: string): string | undefined {
  const wanted = name.toLowerCase()
  switch (wanted) {
    case ':authority':
    case 'host':
      return http.authority
    case ':method':
      return http.method
    case ':path':
      return http.whole
  }
  for (const key in http.headers) if (key.toLowerCase() === wanted) return http.headers[key]
  return undefined
}
