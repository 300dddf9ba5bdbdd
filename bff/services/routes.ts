import { HttpProblem } from '#bff/http/problem.ts'
import { type Router, serve } from '#bff/http/serve.ts'
import { isSeen, openSight } from '#bff/http/sight.ts'
import type { MeshObjects } from '#bff/sources/source.ts'
import { inventoryOf, nameOf } from '#bff/mesh/inventory.ts'
import { type Listed, listServices, readRelated, readService } from '#shared/services/api.ts'
import { cutList, namespacesIn, type ReadList } from './list.ts'
import type { Deps } from './mesh.ts'
import { cutPage, namespacesOfPage, type ReadPage } from './page.ts'

/** The list at one moment, and one service or workload. */
export function servicesRoutes(
  router: Router,
  { seers = openSight, sources }: Deps,
  readList: ReadList,
  readPage: ReadPage,
): void {
  serve(router, listServices, async ({ query }, signal, caller) => {
    const list = await readList(query, signal)
    return cutList(list, query.namespaces, await seers.of(caller(), namespacesIn(list)))
  })
  serve(router, readRelated, async ({ params: { of, namespace, name } }, _signal, caller) => {
    if (!isSeen(await seers.of(caller(), [namespace]), namespace)) throw nothing(namespace, name, caller())
    return { related: relatedTo(of, nameOf(namespace, name), sources.kubernetes.objects()) }
  })
  serve(router, readService, async ({ params, query }, signal, caller) => {
    const { namespace, name } = params
    // Nobody learns that there is something they may not see, nor has it read for them.
    if (!isSeen(await seers.of(caller(), [namespace]), namespace)) throw nothing(namespace, name, caller())
    const page = await readPage({ ...params, ...query }, signal)
    if (page === null) throw nothing(namespace, name, caller())
    return cutPage(page, await seers.of(caller(), namespacesOfPage(page)))
  })
}

const nothing = (namespace: string, name: string, user: string) =>
  new HttpProblem(404, `There is no ${name} in ${namespace} that ${user} may see.`)

/** In the order of their names, as on the page of the service itself. */
function relatedTo(of: Listed, key: string, objects: MeshObjects | null): string[] {
  if (objects === null) return []
  const { services, workloads } = inventoryOf(objects)
  const found = of === 'services' ? services.get(key)?.workloads : workloads.get(key)?.services
  return [...new Set((found ?? []).map(({ name }) => name))].sort()
}
