import type { Json, MeshObject } from '#shared/mesh/object.ts'

/** Makers of small objects: `shop/web` is web in the namespace shop, `web` one of the cluster. */
type Extra = Partial<MeshObject['metadata']>

const make =
  (apiVersion: string, kind: string) =>
  (place: string, spec: Json = {}, extra: Extra = {}): MeshObject => {
    const slash = place.indexOf('/')
    const name = place.slice(slash + 1)
    return {
      apiVersion,
      kind,
      metadata: { name, ...(slash < 0 ? {} : { namespace: place.slice(0, slash) }), ...extra },
      spec,
    }
  }

export const virtualService = make('networking.istio.io/v1', 'VirtualService')
export const destinationRule = make('networking.istio.io/v1', 'DestinationRule')
export const gateway = make('networking.istio.io/v1', 'Gateway')
export const serviceEntry = make('networking.istio.io/v1', 'ServiceEntry')
export const sidecar = make('networking.istio.io/v1', 'Sidecar')
export const workloadEntry = make('networking.istio.io/v1', 'WorkloadEntry')
export const workloadGroup = make('networking.istio.io/v1', 'WorkloadGroup')
export const envoyFilter = make('networking.istio.io/v1alpha3', 'EnvoyFilter')
export const proxyConfig = make('networking.istio.io/v1beta1', 'ProxyConfig')
export const authorization = make('security.istio.io/v1', 'AuthorizationPolicy')
export const peers = make('security.istio.io/v1', 'PeerAuthentication')
export const requests = make('security.istio.io/v1', 'RequestAuthentication')
export const telemetry = make('telemetry.istio.io/v1', 'Telemetry')
export const wasmPlugin = make('extensions.istio.io/v1alpha1', 'WasmPlugin')
export const gatewayClass = make('gateway.networking.k8s.io/v1', 'GatewayClass')
export const kubernetesGateway = make('gateway.networking.k8s.io/v1', 'Gateway')
export const httpRoute = make('gateway.networking.k8s.io/v1', 'HTTPRoute')
export const referenceGrant = make('gateway.networking.k8s.io/v1beta1', 'ReferenceGrant')
export const serviceAccount = make('v1', 'ServiceAccount')
export const deployment = make('apps/v1', 'Deployment')

export const namespace = (name: string, labels: Record<string, string> = {}): MeshObject =>
  make('v1', 'Namespace')(name, {}, { labels })
export const ambient = (name: string, labels: Record<string, string> = {}): MeshObject =>
  namespace(name, { 'istio.io/dataplane-mode': 'ambient', ...labels })

export const secret = (place: string, extra: Extra = {}): MeshObject => make('v1', 'Secret')(place, {}, extra)

const port = (name: string, number: number, more: Json = {}): Json => ({ name, port: number, ...more })
/** A Service of `app: name` with an HTTP port, unless it has others. */
export const service = (
  place: string,
  ports: Json[] = [port('http', 80)],
  extra: Extra = {},
  spec: Json = {},
): MeshObject =>
  make('v1', 'Service')(place, { selector: { app: place.slice(place.indexOf('/') + 1) }, ports, ...spec }, extra)
service.port = port

/** A pod `app: name` with a proxy. */
export const pod = (
  place: string,
  labels: Record<string, string> = {},
  spec: Json = {},
  extra: Extra = {},
): MeshObject =>
  make('v1', 'Pod')(
    place,
    {
      containers: [
        { name: 'app', image: 'app' },
        { name: 'istio-proxy', image: 'istio/proxyv2:1.29.0' },
      ],
      ...spec,
    },
    { labels: { app: place.slice(place.indexOf('/') + 1), ...labels }, ...extra },
  )
/** One without. */
export const bare = (
  place: string,
  labels: Record<string, string> = {},
  spec: Json = {},
  extra: Extra = {},
): MeshObject => pod(place, labels, { containers: [{ name: 'app', image: 'app' }], ...spec }, extra)

export const born = (year: number): Extra => ({ creationTimestamp: `${year}-01-01T00:00:00Z` })
