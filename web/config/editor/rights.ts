import type * as z from 'zod/mini'
import type { readRights } from '#shared/config/api.ts'
import { meshKind } from '#shared/config/kinds.ts'
import type { ObjectRef } from '#shared/mesh/object.ts'

export type Rights = z.infer<(typeof readRights)['reply']>
export type Deed = 'create' | 'patch' | 'delete'

/** The rights somebody lacks for a deed, as the cluster's administrator would grant them; none: they may. */
export function missingRights({ rights }: Rights, object: ObjectRef, deeds: readonly Deed[]): Deed[] {
  if (!isTold(object)) return []
  return deeds.filter(
    deed =>
      !rights.some(
        ({ namespace, group, kind, verbs }) =>
          group === object.group &&
          kind === object.kind &&
          (namespace === null || namespace === object.namespace) &&
          verbs.includes(deed),
      ),
  )
}

/** `patch virtualservices.networking.istio.io in shop`. */
export function rightText(deeds: readonly Deed[], { group, kind, namespace }: ObjectRef): string {
  const plural = meshKind(group, kind)?.plural ?? `${kind.toLowerCase()}s`
  const resource = group === '' ? plural : `${plural}.${group}`
  return `${deeds.join(', ')} ${resource}${namespace === '' ? '' : ` in ${namespace}`}`
}

/** Rights are told of the kinds that the list shows; whether others may be written, or exist, the server says when they are tried. */
const isTold = ({ group, kind }: ObjectRef): boolean =>
  meshKind(group, kind) !== undefined ||
  group === 'apps' ||
  (group === '' && (kind === 'Namespace' || kind === 'Service'))
