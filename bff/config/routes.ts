import { HttpProblem } from '#bff/http/problem.ts'
import { type Router, serve, serveTagged } from '#bff/http/serve.ts'
import {
  analyzeChange,
  applyChange,
  type ConfigQuery,
  type ConfigState,
  listConfig,
  readArrival,
  readInventory,
  readObject,
  readRights,
  readSchema,
  readWorld,
  readWorstFindings,
} from '#shared/config/api.ts'
import { refOfParams } from '#shared/config/address.ts'
import { analyzeChangeOf } from './analyze.ts'
import { createApply } from './apply.ts'
import { arrivalOf } from './arrival.ts'
import type { Deps } from './deps.ts'
import { inventoryOf } from './inventory.ts'
import { listedKinds } from './kinds.ts'
import { kindText, readOne, refText } from './object.ts'
import { rightsTable } from './rights-table.ts'
import { createSchemas } from './schema.ts'
import { seenBy } from './seen.ts'
import { inventoryVisibility, isVisible, visibilityOf } from './visible.ts'
import { worldReader } from './world.ts'
import { worstFindingsOf } from './worst.ts'

/** What `/config` asks for; everything as the caller, or filtered by what the caller may see. */
export function configRoutes(
  router: Router,
  deps: Deps,
  read: (query: ConfigQuery, user: string) => Promise<ConfigState>,
): void {
  const { rights, users, kubernetes } = deps
  serve(router, listConfig, ({ query }, _, caller) => read(query, caller()))
  serve(router, readWorstFindings, async ({ query }, _, caller) => ({
    findings: await worstFindingsOf(deps, read, query, caller()),
  }))
  serve(router, readObject, ({ params }, signal, caller) => readOne(deps, params, caller(), signal))
  const schemas = createSchemas()
  serve(router, readSchema, async ({ params: { group, version, kind } }, signal, caller) => ({
    schema: await schemas(users.as(caller()), { group: group === 'core' ? '' : group, version, kind }, signal),
  }))
  serve(router, analyzeChange, async ({ body }, signal, caller) =>
    analyzeChangeOf(deps, body, await seenBy(deps, caller()), signal),
  )
  serve(router, readInventory, async (_, _signal, caller) => {
    const user = caller()
    const namespaces = await deps.mirror.ask(({ world }) =>
      world.list('/Namespace').map(({ metadata }) => metadata.name),
    )
    const listed = await visibilityOf(rights, user, deps.mirror)
    const visible = new Map([...listed, ...(await inventoryVisibility(rights, user, namespaces))])
    const sees = (group: string, kind: string, namespace: string) => isVisible(visible, { group, kind, namespace })
    return deps.mirror.ask(({ world }) => inventoryOf(world, sees))
  })
  const world = worldReader(deps)
  serveTagged(router, readWorld, ({ query }, _, caller) => world(query.since, caller()))
  serve(router, readArrival, async ({ params }, signal, caller) => {
    const [ref, user] = [refOfParams(params), caller()]
    const known = listedKinds.find(({ group, kind }) => group === ref.group && kind === ref.kind)
    if (!known) throw new HttpProblem(404, `The console does not follow objects of the kind ${kindText(ref)}.`)
    // Whether an object is there, and how many it selects, is not for everybody to know.
    const deed = { verb: 'get' as const, group: ref.group, plural: known.plural }
    if (!(await rights.may(user, deed, ref.namespace || null)))
      throw new HttpProblem(403, `${user} may not read ${refText(ref)}.`)
    return arrivalOf(deps, ref, signal)
  })
  const apply = createApply(deps)
  serve(router, applyChange, ({ body }, signal, caller) => apply(body, caller(), signal))
  serve(router, readRights, async (_, _signal, caller) => {
    const user = caller()
    const namespaces = kubernetes.objects()?.namespaces.map(({ name }) => name) ?? []
    return { user, users: [...users.names], rights: await rightsTable(rights, user, namespaces) }
  })
}
