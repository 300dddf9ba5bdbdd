import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { hasProxy, isNamespaceAmbient, isSystemNamespace } from '#shared/config/world/membership.ts'
import { at } from '#shared/config/world/read.ts'
import type { World } from '#shared/config/world/world.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { injectorFor } from './injector.ts'
import { injectionByDefault, multipleInjectionLabels, namespaceNotInjected, podMissingProxy } from './messages.ts'
import { nameOf, namespaceOf } from './names.ts'

const [injection, revision, dataPlane] = ['istio-injection', 'istio.io/rev', 'istio.io/dataplane-mode']

/** What a namespace says of injection, and whether its pods are as it says. */
export const injectionLabels: EachAnalyzer = {
  name: 'injection.Analyzer',
  each: ['/Namespace', '/Pod'],
  analyze(object, world, report) {
    if (object.kind === 'Pod') {
      const namespace = world.get('/Namespace', '', namespaceOf(object))
      if (namespace && isInjected(namespace) && !isMeantToBeBare(object) && !hasProxy(object.spec))
        report(object, podMissingProxy, [nameOf(object)])
      return
    }
    if (isOfIstio(world, object)) return
    const contradicting = contradictions(object)
    if (contradicting.length > 1)
      report(object, multipleInjectionLabels, [contradicting], { path: ['metadata', 'labels'] })
    const labels = object.metadata.labels ?? {}
    if (labels[dataPlane] === 'ambient') return
    if ((labels[injection] ?? '') !== '' || labels[revision] !== undefined) return
    if (at(injectorFor(world, labels[revision]), 'sidecarInjectorWebhook', 'enableNamespacesByDefault') === true)
      report(object, injectionByDefault, [])
    else report(object, namespaceNotInjected, [object.metadata.name], { path: ['metadata', 'labels'] })
  },
}

const isOfIstio = (world: World, { metadata: { name } }: MeshObject): boolean =>
  name === world.settings.rootNamespace || isSystemNamespace(name)

/** Labels that each put the namespace into the mesh, or take it out, in their own way. */
function contradictions({ metadata: { labels = {} } }: MeshObject): string[] {
  const isOut = labels[injection] !== undefined && labels[injection] !== 'enabled'
  const names = [injection, ...(isOut ? [] : [revision, dataPlane])]
  return names.filter(name => labels[name] !== undefined).map(name => `${name}=${labels[name]}`)
}

function isInjected(namespace: MeshObject): boolean {
  const { labels = {}, name } = namespace.metadata
  if (isSystemNamespace(name) || isNamespaceAmbient(namespace) || contradictions(namespace).length > 1) return false
  return labels[injection] === 'enabled' || labels[revision] !== undefined
}

function isMeantToBeBare(pod: MeshObject): boolean {
  const name = 'sidecar.istio.io/inject'
  const wish = pod.metadata.labels?.[name] ?? pod.metadata.annotations?.[name] ?? ''
  return wish.toLowerCase() === 'false' || pod.spec?.['hostNetwork'] === true
}
