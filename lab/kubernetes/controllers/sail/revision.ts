import type { KubeObject } from '#lab/contract.ts'
import { withAddresses } from '#lab/kubernetes/api/addresses.ts'
import { applied } from '#lab/kubernetes/controllers/applied.ts'
import { fails, holds } from '#lab/kubernetes/controllers/conditions.ts'
import {
  type Cluster,
  type Controller,
  isLeaving,
  isWishChanged,
  ownKey,
} from '#lab/kubernetes/controllers/controller.ts'
import { ownerOf } from '#lab/kubernetes/controllers/pod-template.ts'
import { createReferenceIndex } from '#lab/kubernetes/controllers/references.ts'
import type { Change } from '#lab/kubernetes/history.ts'
import { withDefaults } from '#lab/kubernetes/schema/defaults.ts'
import { istiodTemplate } from '#lab/scenario/template.ts'
import { injectorWebhook } from '#lab/scenario/webhooks.ts'
import { imageTag, inNamespace, istiodName, istiodReadiness, reconciled, revisions, tags, tellSail } from './sail.ts'

const webhooks = 'mutatingwebhookconfigurations.admissionregistration.k8s.io'
const deployments = 'deployments.apps'

/** Installs the istiod of each IstioRevision in its version, and says who uses it. */
export function revisionController(cluster: Cluster): Controller {
  const { store } = cluster
  const users = createReferenceIndex(store, ['namespaces', 'pods'], namesIn)
  return {
    name: 'IstioRevision',
    watches: [revisions, tags, 'namespaces', 'pods', deployments, 'services', webhooks],
    close: users.close,
    interests(change) {
      switch (change.resource) {
        case 'namespaces':
        case 'pods':
          return isWishChanged(change) ? usedBy(change) : []
        case tags:
          return store.list(revisions).map(revision => `/${revision.metadata.name}`)
        case revisions:
          return ownKey(change, revisions)
        default:
          return (change.object.metadata.ownerReferences ?? [])
            .filter(owner => owner.kind === 'IstioRevision')
            .map(owner => `/${owner.name}`)
      }
    },
    reconcile(_, name) {
      const revision = store.get(revisions, undefined, name)
      if (!revision || isLeaving(revision)) return
      install(revision)
      const istiod = store.get(deployments, inNamespace(revision), istiodName(name))
      const isUsed = isReferenced(name)
      tellSail(cluster, revision, revisions, [
        reconciled,
        istiodReadiness(istiod),
        isUsed
          ? holds('InUse', 'ReferencedByWorkloads', 'Referenced by at least one pod or namespace')
          : fails('InUse', 'NotReferenced', 'Not referenced by any pod or namespace'),
      ])
    },
  }

  /** The revision itself, and the tags that lead to it. */
  function usedBy(change: Change): string[] {
    const names = [...namesIn(change.object), ...(change.previous ? namesIn(change.previous) : [])]
    return names.flatMap(name => [`/${name}`, ...leadsTo(name)])
  }

  function leadsTo(name: string): string[] {
    const to = store.get(tags, undefined, name)?.status?.['istioRevision']
    return typeof to === 'string' ? [`/${to}`] : []
  }

  function isReferenced(name: string): boolean {
    const names = [
      name,
      ...store
        .list(tags)
        .filter(tag => tag.status?.['istioRevision'] === name)
        .map(tag => tag.metadata.name),
    ]
    return names.some(item => users.has(item, 'namespaces') || users.has(item, 'pods'))
  }

  function install(revision: KubeObject): void {
    for (const wanted of wantedOf(revision)) {
      const kind = store.resources.of(wanted.apiVersion, wanted.kind)
      if (!kind) continue
      const present = store.get(kind.name, wanted.metadata.namespace, wanted.metadata.name)
      if (!present) {
        const made = withDefaults(wanted) as KubeObject
        store.create(made.kind === 'Service' ? withAddresses(made, store) : made)
      } else {
        // Selectors never change, and of an installation that was there before only the version is ours.
        const { selector: _, ...spec } = wanted.spec ?? {}
        store.replace(applied(present, wanted.spec === undefined ? wanted : { ...wanted, spec }) as KubeObject)
      }
    }
  }
}

function wantedOf(revision: KubeObject): KubeObject[] {
  const { name } = revision.metadata
  const namespace = inNamespace(revision)
  const istiod = istiodName(name)
  const selector = name === 'default' ? { app: 'istiod', istio: 'pilot' } : { app: 'istiod', 'istio.io/rev': name }
  const owners = [ownerOf(revision)]
  const metadata = {
    name: istiod,
    namespace,
    labels: { app: 'istiod', istio: 'pilot', 'istio.io/rev': name },
    ownerReferences: owners,
  }
  const webhook = name === 'default' ? 'istio-sidecar-injector' : `istio-sidecar-injector-${name}`
  const port = (label: string, number: number, targetPort = number) => ({
    name: label,
    port: number,
    protocol: 'TCP',
    targetPort,
  })
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        selector,
        ports: [
          port('grpc-xds', 15010),
          port('https-dns', 15012),
          port('https-webhook', 443, 15017),
          port('http-monitoring', 15014),
        ],
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        selector: { matchLabels: selector },
        template: istiodTemplate(name, imageTag(revision.spec?.['version'])),
      },
    },
    injectorWebhook(webhook, { name, label: name, service: istiod, owners }),
  ]
}

/** The revision or tag that a namespace asks for, or that a pod was injected by. */
function* namesIn({ kind, metadata }: KubeObject): Generator<string> {
  const label = metadata.labels?.['istio.io/rev']
  if (kind === 'Namespace') {
    if (metadata.labels?.['istio-injection'] === 'enabled') yield 'default'
    else if (label !== undefined) yield label
    return
  }
  const injected = metadata.annotations?.['istio.io/rev']
  if (injected !== undefined) yield injected
}
