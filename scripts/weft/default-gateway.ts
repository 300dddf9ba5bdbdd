import type { MeshObject } from '#shared/mesh/object.ts'

/**
 * Files seldom hold the ingress gateway that Istio's own chart installs. As Istio's command does, we take it to be there
 * where only files are analyzed: `istio: ingressgateway`, with 80 and 443.
 */
export function defaultGateway(namespace: string): MeshObject[] {
  const labels = { istio: 'ingressgateway' }
  const port = (name: string, number: number, targetPort: number) => ({
    name,
    port: number,
    targetPort,
    protocol: 'TCP',
  })
  return [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'istio-ingressgateway', namespace, labels },
      spec: { containers: [{ name: 'istio-proxy', image: 'proxyv2' }] },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'istio-ingressgateway', namespace, labels },
      spec: { selector: labels, ports: [port('http2', 80, 8080), port('https', 443, 8443)] },
    },
  ]
}
