import { stringify } from 'yaml'
import type { KubeObject } from '#lab/contract.ts'

/** The ConfigMap `istio` with these settings of the mesh. */
export const meshConfigMap = (mesh: Record<string, unknown>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'istio', namespace: 'istio-system' },
  data: { mesh: stringify(mesh) },
})
