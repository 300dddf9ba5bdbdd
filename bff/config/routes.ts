import { type Router, serve } from '#bff/http/serve.ts'
import { readRights } from '#shared/config/api.ts'
import type { Deps } from './deps.ts'
import { rightsTable } from './rights-table.ts'

/** What `/config` asks for; everything as the caller, or filtered by what the caller may see. */
export function configRoutes(router: Router, deps: Deps): void {
  const { rights, users, kubernetes } = deps
  serve(router, readRights, async (_, _signal, caller) => {
    const user = caller()
    const namespaces = kubernetes.objects()?.namespaces.map(({ name }) => name) ?? []
    return { user, users: [...users.names], rights: await rightsTable(rights, user, namespaces) }
  })
}
