import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { fitsSelector } from '#shared/config/world/labels.ts'
import { containersOf } from '#shared/config/world/membership.ts'
import { at, items, text, textMap } from '#shared/config/world/read.ts'
import { imageAutoError, imageAutoWarning } from './messages.ts'
import { namespaceOf } from './names.ts'

/** `image: auto` waits for the injector: somebody has to select it. */
export const imageAuto: EachAnalyzer = {
  name: 'injection.ImageAutoAnalyzer',
  each: ['/Pod', 'apps/Deployment'],
  analyze(object, world, report) {
    const isAuto = containersOf(object).some(
      container => container['name'] === 'istio-proxy' && container['image'] === 'auto',
    )
    if (!isAuto) return
    const { name } = object.metadata
    if (object.kind === 'Pod') {
      report(object, imageAutoError, ['Pod', name])
      return
    }
    const namespace = world.get('/Namespace', '', namespaceOf(object) || 'default')?.metadata.labels ?? {}
    const labels = textMap(at(object.spec, 'template', 'metadata', 'labels'))
    const isSelected = world
      .list('admissionregistration.k8s.io/MutatingWebhookConfiguration')
      .flatMap(configuration => items(configuration['webhooks']))
      .some(
        webhook =>
          text(webhook['name']).endsWith('istio.io') &&
          fitsSelector(webhook['namespaceSelector'], namespace) &&
          fitsSelector(webhook['objectSelector'], labels),
      )
    if (!isSelected) report(object, imageAutoWarning, ['Deployment', name])
  },
}
