import type { Book } from './book.ts'

/** Hand-made forms by `group/Kind`; each comes when such an object is opened. */
const books: Readonly<Record<string, () => Promise<Book>>> = {
  'security.istio.io/AuthorizationPolicy': async () =>
    (await import('./authorization-policy/book.ts')).authorizationPolicyBook,
  'networking.istio.io/VirtualService': async () => (await import('./networking/books.ts')).virtualServiceBook,
  'networking.istio.io/DestinationRule': async () => (await import('./networking/books.ts')).destinationRuleBook,
  'networking.istio.io/Gateway': async () => (await import('./networking/books.ts')).gatewayBook,
  'security.istio.io/PeerAuthentication': async () =>
    (await import('./peer-authentication/book.ts')).peerAuthenticationBook,
  'security.istio.io/RequestAuthentication': async () =>
    (await import('./request-authentication/book.ts')).requestAuthenticationBook,
  'networking.istio.io/ServiceEntry': async () => (await import('./service-entry/book.ts')).serviceEntryBook,
  'networking.istio.io/Sidecar': async () => (await import('./sidecar/book.ts')).sidecarBook,
  'telemetry.istio.io/Telemetry': async () => (await import('./telemetry/book.ts')).telemetryBook,
  'gateway.networking.k8s.io/ReferenceGrant': async () =>
    (await import('./reference-grant/book.ts')).referenceGrantBook,
  'gateway.networking.k8s.io/Gateway': async () => (await import('./gateway-api/books.ts')).kubernetesGatewayBook,
  'gateway.networking.k8s.io/HTTPRoute': async () => (await import('./gateway-api/books.ts')).httpRouteBook,
  'gateway.networking.k8s.io/GRPCRoute': async () => (await import('./gateway-api/books.ts')).grpcRouteBook,
}

export const ownForms: readonly string[] = Object.keys(books)

export const hasOwnForm = (group: string, kind: string): boolean => Object.hasOwn(books, `${group}/${kind}`)

/** Null: no hand has made one for this kind; its schema makes it. */
export const openBook = async (group: string, kind: string): Promise<Book | null> =>
  hasOwnForm(group, kind) ? ((await books[`${group}/${kind}`]?.()) ?? null) : null
