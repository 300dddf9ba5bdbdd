import type { ServiceRow } from './api.ts'

/** A healthy service of the shop, unless it says otherwise. */
export const listed = (some: Partial<ServiceRow> & { name: string }): ServiceRow => ({
  id: `${some.kind ?? 'service'}:${some.namespace ?? 'shop'}/${some.name}`,
  kind: 'service',
  namespace: 'shop',
  health: 'healthy',
  reason: { rule: 'serverErrors', value: 0, threshold: 0 },
  cause: null,
  dataPlane: 'sidecar',
  pods: { ready: 2, total: 2 },
  proxies: 2,
  versions: [{ version: 'v1', requestRate: 10, ready: 2, pods: 2 }],
  related: [`${some.name}-v1`],
  serviceAccounts: [some.name],
  workloadKind: null,
  isAsking: false,
  isTcp: false,
  requestRate: 10,
  connectionRate: 0,
  byteRate: 0,
  errorRatio: 0,
  deniedRatio: 0,
  mtlsRatio: 1,
  p95: 25,
  trend: null,
  ...some,
})
