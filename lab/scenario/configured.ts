import type { KubeObject } from '#lab/contract.ts'
import type { Plan } from './plan.ts'

/** What the builders of Istio's and Gateway API's objects share. */

export type Configured = Plan['configuration'][number]
export type Fields = Record<string, unknown>

export function objectOf(apiVersion: string, kind: string, namespace: string, name: string, spec: Fields): KubeObject {
  return { apiVersion, kind, metadata: namespace === '' ? { name } : { name, namespace }, spec }
}

export const aged = (ageDays: number, object: KubeObject): Configured => ({ object, ageDays })

export const gatewayApi = 'gateway.networking.k8s.io/v1'

export const hostOf = (service: string, namespace: string): string => `${service}.${namespace}.svc.cluster.local`

export const principal = (namespace: string, serviceAccount: string): string =>
  `cluster.local/ns/${namespace}/sa/${serviceAccount}`
