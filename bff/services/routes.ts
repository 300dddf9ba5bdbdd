import { HttpProblem } from '#bff/http/problem.ts'
import { type Router, serve } from '#bff/http/serve.ts'
import { isSeen, openSight } from '#bff/http/sight.ts'
import { listServices, readService } from '#shared/services/api.ts'
import { cutList, namespacesIn, type ReadList } from './list.ts'
import type { Deps } from './mesh.ts'
import { cutPage, namespacesOfPage, type ReadPage } from './page.ts'

/** The list at one moment, and one service or workload. */
export function servicesRoutes(
  router: Router,
  { seers = openSight }: Deps,
  readList: ReadList,
  readPage: ReadPage,
): void {
  serve(router, listServices, async ({ query }, signal, caller) => {
    const list = await readList(query, signal)
    return cutList(list, query.namespaces, await seers.of(caller(), namespacesIn(list)))
  })
  serve(router, readService, async ({ params, query }, signal, caller) => {
    const { namespace, name } = params
    // Nobody learns that there is something they may not see, nor has it read for them.
    const nothing = () => new HttpProblem(404, `There is no ${name} in ${namespace} that ${caller()} may see.`)
    if (!isSeen(await seers.of(caller(), [namespace]), namespace)) throw nothing()
    const page = await readPage({ ...params, ...query }, signal)
    if (page === null) throw nothing()
    return cutPage(page, await seers.of(caller(), namespacesOfPage(page)))
  })
}
