import { containersOf } from '#shared/config/world/membership.ts'
import { items, record, text } from '#shared/config/world/read.ts'
import type { MeshObject } from '#shared/mesh/object.ts'

/** `istio/proxyv2:1.29.0-distroless` → `1.29.0`; null where the image does not say. */
export const versionOf = (image: string): string | null => /:v?(\d+\.\d+(?:\.\d+)?)[^/:]*$/.exec(image)?.[1] ?? null

/** The version of a pod's proxy; null where it has none, or none that one can tell. */
export function proxyVersion(pod: MeshObject): string | null {
  const native = items(record(pod.spec)['initContainers'])
  const proxy = [...containersOf(pod), ...native].find(container => container['name'] === 'istio-proxy')
  return proxy === undefined ? null : versionOf(text(proxy['image']))
}

/** `1.29.0` → 29; null of what is no 1.x. */
export function minorOf(version: string | null): number | null {
  const minor = /^1\.(\d+)/.exec(version ?? '')?.[1]
  return minor === undefined ? null : Number(minor)
}

/** Pods of gateways and waypoints, which Istio itself runs. */
export const isGatewayPod = ({ metadata: { labels = {} } }: MeshObject): boolean =>
  labels['gateway.networking.k8s.io/gateway-name'] !== undefined || labels['istio'] !== undefined
