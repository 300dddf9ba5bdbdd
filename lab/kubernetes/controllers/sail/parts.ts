import { applied } from '#lab/kubernetes/controllers/applied.ts'
import type { KubeObject } from '#lab/contract.ts'
import { fails, holds } from '#lab/kubernetes/controllers/conditions.ts'
import { type Cluster, type Controller, isLeaving, ownKey } from '#lab/kubernetes/controllers/controller.ts'
import { ownerOf } from '#lab/kubernetes/controllers/pod-template.ts'
import { createReferenceIndex } from '#lab/kubernetes/controllers/references.ts'
import { at, textOf } from '#lab/kubernetes/value.ts'
import { injectorWebhook } from '#lab/scenario/webhooks.ts'
import { activeName } from './istio.ts'
import {
  daemonReadiness,
  imageTag,
  inNamespace,
  istiodName,
  istios,
  reconciled,
  revisions,
  tags,
  tellSail,
} from './sail.ts'

const daemonSets = 'daemonsets.apps'

/** What the Sail operator installs on every node. */
const parts = {
  IstioCNI: {
    resource: 'istiocnis.sailoperator.io',
    set: 'istio-cni-node',
    container: 'install-cni',
    image: 'install-cni',
  },
  ZTunnel: { resource: 'ztunnels.sailoperator.io', set: 'ztunnel', container: 'istio-proxy', image: 'ztunnel' },
} as const

/** Keeps the CNI agent or ztunnel in the version that is asked for, and says how it is. */
export function partController(cluster: Cluster, kind: keyof typeof parts): Controller {
  const { store } = cluster
  const { resource, set, container, image } = parts[kind]
  return {
    name: kind,
    watches: [resource, daemonSets],
    interests: change =>
      change.resource === resource
        ? ownKey(change, resource)
        : change.object.metadata.name === set
          ? store.list(resource).map(object => `/${object.metadata.name}`)
          : [],
    reconcile(_, name) {
      const part = store.get(resource, undefined, name)
      if (!part || isLeaving(part)) return
      const found = store.get(daemonSets, inNamespace(part), set)
      if (found) {
        const version = imageTag(part.spec?.['version'])
        const wanted = {
          metadata: { ownerReferences: [ownerOf(part)] },
          spec: {
            template: { spec: { containers: [{ name: container, image: `docker.io/istio/${image}:${version}` }] } },
          },
        }
        store.replace(applied(found, wanted) as KubeObject)
      }
      const present = store.get(daemonSets, inNamespace(part), set)
      tellSail(cluster, part, resource, [reconciled, daemonReadiness(present, set)])
    },
  }
}

/** Leads a tag to the revision that it stands for now, and lets that one inject for it. */
export function tagController(cluster: Cluster): Controller {
  const { store } = cluster
  const users = createReferenceIndex(store, ['namespaces'], function* ({ metadata }) {
    const label = metadata.labels?.['istio.io/rev']
    if (label !== undefined) yield label
  })
  return {
    name: 'IstioRevisionTag',
    watches: [tags, istios, revisions, 'namespaces'],
    close: users.close,
    interests: change =>
      change.resource === tags
        ? ownKey(change, tags)
        : change.resource === 'namespaces' && change.object.metadata.labels === change.previous?.metadata.labels
          ? []
          : store.list(tags).map(tag => `/${tag.metadata.name}`),
    reconcile(_, name) {
      const tag = store.get(tags, undefined, name)
      if (!tag || isLeaving(tag)) return
      const isTaken = store.get(istios, undefined, name) ?? store.get(revisions, undefined, name)
      const revision = isTaken ? undefined : targetOf(tag)
      const used = users.has(name, 'namespaces')
        ? holds('InUse', 'ReferencedByWorkloads', 'Referenced by at least one namespace')
        : fails('InUse', 'NotReferenced', 'Not referenced by any namespace')
      if (!revision) {
        const said = isTaken
          ? fails('Reconciled', 'NameAlreadyExists', 'an Istio or IstioRevision with this name exists already')
          : fails('Reconciled', 'RefNotFound', 'the Istio or IstioRevision that the tag stands for does not exist')
        tellSail(cluster, tag, tags, [said, used], { istioRevision: '', istiodNamespace: '' })
        return
      }
      const wanted = injectorWebhook(`istio-revision-tag-${name}`, {
        name: revision.metadata.name,
        label: name,
        tag: name,
        service: istiodName(revision.metadata.name),
        owners: [ownerOf(tag)],
      })
      const present = store.get(
        'mutatingwebhookconfigurations.admissionregistration.k8s.io',
        undefined,
        wanted.metadata.name,
      )
      if (present) store.replace(applied(present, wanted) as KubeObject)
      else store.create(wanted)
      tellSail(cluster, tag, tags, [reconciled, used], {
        istioRevision: revision.metadata.name,
        istiodNamespace: inNamespace(revision),
      })
    },
  }

  function targetOf(tag: KubeObject): KubeObject | undefined {
    const name = textOf(at(tag, 'spec.targetRef.name'))
    if (at(tag, 'spec.targetRef.kind') === 'IstioRevision') return store.get(revisions, undefined, name)
    const istio = store.get(istios, undefined, name)
    return istio && store.get(revisions, undefined, activeName(istio))
  }
}
