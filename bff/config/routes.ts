import { type Router, serve } from '#bff/http/serve.ts'
import {
  applyChange,
  type ConfigQuery,
  type ConfigState,
  listConfig,
  readObject,
  readRights,
  readSchema,
} from '#shared/config/api.ts'
import { createApply } from './apply.ts'
import type { Deps } from './deps.ts'
import { readOne } from './object.ts'
import { rightsTable } from './rights-table.ts'
import { createSchemas } from './schema.ts'

/** What `/config` asks for; everything as the caller, or filtered by what the caller may see. */
export function configRoutes(
  router: Router,
  deps: Deps,
  read: (query: ConfigQuery, user: string) => Promise<ConfigState>,
): void {
  const { rights, users, kubernetes } = deps
  serve(router, listConfig, ({ query }, _, caller) => read(query, caller()))
  serve(router, readObject, ({ params }, signal, caller) => readOne(deps, params, caller(), signal))
  const schemas = createSchemas()
  serve(router, readSchema, async ({ params: { group, version, kind } }, signal, caller) => ({
    schema: await schemas(users.as(caller()), { group: group === 'core' ? '' : group, version, kind }, signal),
  }))
  const apply = createApply(deps)
  serve(router, applyChange, ({ body }, signal, caller) => apply(body, caller(), signal))
  serve(router, readRights, async (_, _signal, caller) => {
    const user = caller()
    const namespaces = kubernetes.objects()?.namespaces.map(({ name }) => name) ?? []
    return { user, users: [...users.names], rights: await rightsTable(rights, user, namespaces) }
  })
}
