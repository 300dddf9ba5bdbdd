import type { Sample } from '#bff/sources/source.ts'
import { workloadKey } from '#shared/security/landscape.ts'

/** `namespace/pod` → `namespace/workload`. */
export type PodNames = ReadonlyMap<string, string>

/** Whose proxy counted: `namespace/workload`. Scrapes name the pod, reports of ztunnel the workload. */
export function counterOwner(metric: Sample['metric'], pods: PodNames): string {
  const destination = metric['destination_workload']
  if (destination !== undefined)
    return workloadKey({ namespace: metric['destination_workload_namespace'] ?? '', name: destination })
  const { namespace = '', pod = '', workload, app = '' } = metric
  return workload === undefined
    ? (pods.get(`${namespace}/${pod}`) ?? workloadKey({ namespace, name: nameOfPod(pod) || app }))
    : workloadKey({ namespace, name: workload })
}

/** `payments-v1-7c9d8f6b5-x2x4z` → `payments-v1`: for pods that are gone by now. */
const nameOfPod = (pod: string): string => pod.replace(/(-[0-9a-z]{6,10})?-([a-z0-9]{5}|\d+)$/, '')
