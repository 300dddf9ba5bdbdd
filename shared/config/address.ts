import type { ObjectRef } from '#shared/mesh/object.ts'

/** The steps of an object's address, of the page and of the BFF alike: `-` where it has no namespace, `core` for the core group. */
export type ObjectParams = ObjectRef

export const paramsOfRef = ({ group, kind, namespace, name }: ObjectRef): ObjectParams => ({
  group: group === '' ? 'core' : group,
  kind,
  namespace: namespace === '' ? '-' : namespace,
  name,
})

export const refOfParams = ({ group, kind, namespace, name }: ObjectParams): ObjectRef => ({
  group: group === 'core' ? '' : group,
  kind,
  namespace: namespace === '-' ? '' : namespace,
  name,
})
