import type { Field, Suggest } from '#web/config/forms/form.ts'
import { namespaceName, objectName } from '#web/config/forms/networking/checks.ts'
import { groupOfKind, referenceKinds } from '#web/config/forms/reference-kinds.ts'
import { namespaces } from '#web/config/forms/what-exists.ts'
import type { GatewayApiTexts } from './text/en.ts'

/** Gateway API's references to objects: name, namespace, kind, group. `isSaid`: kind and group have no default. */
export function objectRef(
  above: readonly string[],
  { suggest, kind = 'Secret', isSaid = false }: { suggest?: Suggest; kind?: string; isSaid?: boolean } = {},
): readonly Field<GatewayApiTexts>[] {
  return [
    {
      type: 'text',
      at: [...above, 'name'],
      say: ({ gateway }) => gateway.refName,
      isRequired: true,
      check: objectName,
      ...(suggest === undefined ? {} : { suggest }),
    },
    {
      type: 'text',
      at: [...above, 'namespace'],
      say: ({ gateway }) => gateway.refNamespace,
      suggest: namespaces,
      check: namespaceName,
      isTucked: true,
    },
    {
      type: 'text',
      at: [...above, 'kind'],
      say: ({ gateway }) => gateway.refKind,
      placeholder: kind,
      suggest: () => referenceKinds('Secret', 'ConfigMap'),
      brings: groupOfKind,
      ...(isSaid ? { isRequired: true } : { isTucked: true }),
    },
    {
      type: 'text',
      at: [...above, 'group'],
      say: ({ gateway }) => gateway.refGroup,
      isEmptyKept: true,
      ...(isSaid ? { isRequired: true } : { isTucked: true }),
    },
  ]
}
