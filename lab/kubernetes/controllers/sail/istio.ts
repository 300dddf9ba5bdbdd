import type { KubeObject } from '#lab/contract.ts'
import {
  type Cluster,
  type Controller,
  isLeaving,
  keyOf,
  ownerKeys,
  ownKey,
} from '#lab/kubernetes/controllers/controller.ts'
import { fails } from '#lab/kubernetes/controllers/conditions.ts'
import { leave } from '#lab/kubernetes/controllers/leaving.ts'
import { ownerOf } from '#lab/kubernetes/controllers/pod-template.ts'
import { timestamp } from '#lab/kubernetes/identity.ts'
import { at, fieldsOf, isEqual, listOf, numberOf, textOf } from '#lab/kubernetes/value.ts'
import { istios, inNamespace, reconciled, revisions, tellSail } from './sail.ts'

const retiring = 'sailoperator.io/inactive-since'

/** Keeps the IstioRevision that an Istio asks for: the one of its name, or one for each version. */
export function istioController(cluster: Cluster): Controller {
  const { store, owners } = cluster
  return {
    name: 'Istio',
    watches: [istios, revisions],
    interests: change => [...ownKey(change, istios), ...ownerKeys(change, revisions, 'Istio')],
    reconcile(_, name) {
      const istio = store.get(istios, undefined, name)
      if (!istio || isLeaving(istio)) return
      const active = activeName(istio)
      keep(istio, active)
      retire(istio, active)
      tell(istio, active)
    },
  }

  function keep(istio: KubeObject, name: string): void {
    const namespace = inNamespace(istio)
    const values = fieldsOf(istio.spec?.['values'])
    const spec = {
      version: istio.spec?.['version'],
      namespace,
      values: {
        ...values,
        global: { ...fieldsOf(values['global']), istioNamespace: namespace },
        revision: name === 'default' ? '' : name,
      },
    }
    const present = store.get(revisions, undefined, name)
    if (!present)
      store.create({
        apiVersion: istio.apiVersion,
        kind: 'IstioRevision',
        metadata: { name, ownerReferences: [ownerOf(istio)] },
        spec,
      })
    else if (!isEqual(present.spec, spec)) store.replace({ ...present, spec })
  }

  /** A revision that is neither active nor in use goes after its grace (30 s unless told). */
  function retire(istio: KubeObject, active: string): void {
    const grace = numberOf(at(istio, 'spec.updateStrategy.inactiveRevisionDeletionGracePeriodSeconds'), 30) * 1000
    for (const revision of owners.owned(istio.metadata.uid, revisions)) {
      const since = revision.metadata.annotations?.[retiring]
      const isNeeded = revision.metadata.name === active || isInUse(revision)
      const { [retiring]: _, ...others } = revision.metadata.annotations ?? {}
      if (isNeeded) {
        if (since !== undefined) store.replace({ ...revision, metadata: { ...revision.metadata, annotations: others } })
      } else if (since === undefined) {
        const annotations = { ...others, [retiring]: timestamp(cluster.now()) }
        store.replace({ ...revision, metadata: { ...revision.metadata, annotations } })
        cluster.lookAgain('Istio', keyOf(istio), cluster.now() + grace)
      } else if (cluster.now() - Date.parse(since) >= grace) leave(cluster, revisions, revision)
      else cluster.lookAgain('Istio', keyOf(istio), Date.parse(since) + grace)
    }
  }

  function tell(istio: KubeObject, active: string): void {
    const own = owners.owned(istio.metadata.uid, revisions).filter(revision => !isLeaving(revision))
    const ready = listOf(store.get(revisions, undefined, active)?.status?.['conditions']).find(
      condition => condition['type'] === 'Ready',
    )
    const said =
      ready === undefined
        ? fails('Ready', 'ActiveRevisionNotFound', 'active IstioRevision has said nothing yet')
        : {
            type: 'Ready',
            status: ready['status'] as 'True',
            reason: textOf(ready['reason']),
            message: textOf(ready['message']),
          }
    tellSail(cluster, istio, istios, [reconciled, said], {
      activeRevisionName: active,
      revisions: {
        total: own.length,
        ready: own.filter(revision => hasCondition(revision, 'Ready')).length,
        inUse: own.filter(isInUse).length,
      },
    })
  }
}

/** The revision of an Istio that new workloads get. */
export const activeName = (istio: KubeObject): string =>
  at(istio, 'spec.updateStrategy.type') === 'RevisionBased'
    ? `${istio.metadata.name}-${textOf(istio.spec?.['version']).replaceAll('.', '-')}`
    : istio.metadata.name

const hasCondition = (object: KubeObject, type: string): boolean =>
  listOf(object.status?.['conditions']).some(item => item['type'] === type && item['status'] === 'True')

export const isInUse = (revision: KubeObject): boolean => hasCondition(revision, 'InUse')
