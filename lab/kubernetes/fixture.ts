import type { KubeObject } from '#lab/contract.ts'
import { defaultWebhook } from '#lab/scenario/webhooks.ts'
import { createKubernetes, type Kubernetes, type KubernetesOptions } from './kubernetes.ts'

/** Small clusters for tests: a clock that tests turn, and objects as people write them. */

export interface Clock {
  now: () => number
  /** Seconds. */
  pass(seconds: number): void
}

export function createClock(start: number = Date.UTC(2026, 10, 23, 8)): Clock {
  let time = start
  return {
    now: () => time,
    pass(seconds) {
      time += seconds * 1000
    },
  }
}

export const node = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': 'a' } },
  spec: { podCIDR: `10.64.${name.charCodeAt(name.length - 1)}.0/24` },
  status: {
    addresses: [{ type: 'InternalIP', address: '192.168.0.1' }],
    conditions: [{ type: 'Ready', status: 'True' }],
  },
})

export const namespace = (name: string, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'kubernetes.io/metadata.name': name, ...labels } },
  status: { phase: 'Active' },
})

export const template = (app: string, image = 'shop/web:1') => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'app', image, ports: [{ name: 'http', containerPort: 8080 }] }] },
})

export const workload = (
  kind: 'Deployment' | 'StatefulSet' | 'DaemonSet',
  place: string,
  name: string,
  spec: Record<string, unknown> = {},
): KubeObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, namespace: place },
  spec: { selector: { matchLabels: { app: name } }, template: template(name), ...spec },
})

export const service = (place: string, name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: place },
  spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
})

export const virtualService = (place: string, name: string): KubeObject => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name, namespace: place },
  spec: { hosts: [name], http: [{ route: [{ destination: { host: name } }] }] },
})

/** Two nodes and the namespaces `shop` (sidecars), `logistics` (ambient) and `legacy`; errors of controllers fail tests. */
export function createCluster(options: Partial<KubernetesOptions> & { clock?: Clock } = {}): Kubernetes & {
  clock: Clock
  /** Lets seconds pass, one tick each. */
  run(seconds: number): void
} {
  const { clock = createClock(), ...rest } = options
  const kubernetes = createKubernetes({
    now: clock.now,
    seed: 1,
    onError: error => {
      throw error
    },
    ...rest,
  })
  kubernetes.controllers.adopt([
    node('node-a'),
    node('node-b'),
    namespace('shop', { 'istio-injection': 'enabled' }),
    namespace('logistics', { 'istio.io/dataplane-mode': 'ambient' }),
    namespace('legacy'),
    defaultWebhook(),
  ])
  return {
    ...kubernetes,
    clock,
    run(seconds) {
      for (let second = 0; second < seconds; second++) {
        clock.pass(1)
        kubernetes.controllers.tick(clock.now())
      }
    },
  }
}
