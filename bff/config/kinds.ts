import { type MeshKind, meshKinds } from '#shared/config/kinds.ts'

/** A kind of the list: the mesh's own, and those the mesh reads labels of. */
export type ListedKind = Omit<MeshKind, 'family'>

const apps = (kind: string, plural: string): ListedKind => ({
  group: 'apps',
  kind,
  plural,
  versions: ['v1'],
  namespaced: true,
})

export const namespaceKind: ListedKind = {
  group: '',
  kind: 'Namespace',
  plural: 'namespaces',
  versions: ['v1'],
  namespaced: false,
}

/** Kinds of which the list shows the labels that the mesh reads. */
export const labelledKinds: readonly ListedKind[] = [
  namespaceKind,
  apps('Deployment', 'deployments'),
  apps('StatefulSet', 'statefulsets'),
  apps('DaemonSet', 'daemonsets'),
]

export const listedKinds: readonly ListedKind[] = [...meshKinds, ...labelledKinds]

/** As kubectl names it in messages: `services`, `gateways.gateway.networking.k8s.io`. */
export const resourceText = ({ group, plural }: { group: string; plural: string }): string =>
  group === '' ? plural : `${plural}.${group}`
