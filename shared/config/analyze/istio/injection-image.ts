import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { items, record, text } from '#shared/config/world/read.ts'
import { injectorFor, proxyImageOf } from './injector.ts'
import { proxyImageMismatch } from './messages.ts'

/** Proxies that were injected by an older Istio, or by another revision. */
export const injectionImage: EachAnalyzer = {
  name: 'injection.ImageAnalyzer',
  each: ['/Namespace'],
  analyze(namespace, world, report) {
    const labels = namespace.metadata.labels ?? {}
    const revision = labels['istio.io/rev']
    if (labels['istio-injection'] !== 'enabled' && revision === undefined) return
    const values = injectorFor(world, revision)
    if (values === null) return
    const wanted = proxyImageOf(values)
    const others = world.list('/Pod', namespace.metadata.name).filter(pod => {
      // A pod that asks for an image of its own has what it asked for.
      if ((pod.metadata.annotations?.['sidecar.istio.io/proxyImage'] ?? '') !== '') return false
      const spec = record(pod.spec)
      return [...items(spec['containers']), ...items(spec['initContainers'])].some(
        container => container['name'] === 'istio-proxy' && !isSameImage(text(container['image']), wanted),
      )
    })
    if (others.length > 0)
      report(namespace, proxyImageMismatch, [others.map(pod => pod.metadata.name)], {
        evidence: [`injection gives ${wanted}`],
      })
  },
}

/** Variants of one image (`-distroless`, `-debug`) are the same version. */
const isSameImage = (image: string, wanted: string): boolean =>
  image === wanted || image.replace(/-(distroless|debug)$/, '') === wanted.replace(/-(distroless|debug)$/, '')
