import type { Listed } from '#shared/services/api.ts'
import type { Subject } from '#web/services/page/parts.ts'

/** A service is governed with the workloads behind it, a workload with the services before it. */
export const governedOf = (of: Listed, { namespace, name, related }: Subject) =>
  of === 'services'
    ? { namespace, services: [name], workloads: related }
    : { namespace, services: related, workloads: [name] }
