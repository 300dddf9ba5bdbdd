import { apiVersionOf, type Kind } from '#lab/kubernetes/resources.ts'
import type { Fields } from '#lab/kubernetes/value.ts'

/** The paths of kinds, as far as clients read them: which verbs there are, for what kind, with which parameters. */
export function pathsFor(
  kinds: readonly Kind[],
  options: { openApi3: boolean; only?: string },
): Record<string, Fields> {
  const paths: Record<string, Fields> = {}
  const parameter = (name: string, description: string, type = 'string'): Fields => ({
    name,
    in: 'query',
    description,
    ...(options.openApi3 ? { schema: { type } } : { type }),
    uniqueItems: true,
  })
  const writing = [
    parameter('dryRun', 'All: check and answer, but store nothing.'),
    parameter('fieldManager', 'The name of who makes the change.'),
    parameter('fieldValidation', 'What to do with unknown fields: Ignore, Warn or Strict.'),
  ]
  const force = parameter('force', 'Apply only: take over fields of other managers.', 'boolean')
  for (const kind of kinds)
    for (const version of kind.versions) {
      if (options.only !== undefined && options.only !== version) continue
      const gvk = { group: kind.group, version, kind: kind.kind }
      const operation = (action: string, parameters: Fields[] = []): Fields => ({
        operationId: `${action}${kind.namespaced ? 'Namespaced' : ''}${kind.kind}-${apiVersionOf(kind.group, version)}`,
        parameters,
        responses: { 200: { description: 'OK' } },
        'x-kubernetes-action': action,
        'x-kubernetes-group-version-kind': gvk,
      })
      const root = kind.group === '' ? `/api/${version}` : `/apis/${kind.group}/${version}`
      const many = `${root}/${kind.namespaced ? 'namespaces/{namespace}/' : ''}${kind.plural}`
      paths[many] = {
        get: operation('list'),
        post: operation('post', writing),
        delete: operation('deletecollection'),
      }
      paths[`${many}/{name}`] = {
        get: operation('get'),
        put: operation('put', writing),
        patch: operation('patch', [...writing, force]),
        delete: operation('delete'),
      }
      if (kind.namespaced) paths[`${root}/${kind.plural}`] = { get: operation('list') }
    }
  return paths
}
