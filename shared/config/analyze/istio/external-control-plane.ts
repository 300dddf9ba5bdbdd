import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { has, items, record, text } from '#shared/config/world/read.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { externalControlPlaneIsAddress, invalidExternalControlPlane } from './messages.ts'

/** Where istiod runs elsewhere, its webhooks are reached by URL. Whether a name resolves can only be known in the cluster. */
export const externalControlPlane: EachAnalyzer = {
  name: 'externalcontrolplane.ExternalControlPlaneAnalyzer',
  each: [
    'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
    'admissionregistration.k8s.io/MutatingWebhookConfiguration',
  ],
  analyze(configuration, _, report) {
    if (!isIstios(configuration)) return
    for (const [index, webhook] of items(configuration['webhooks']).entries()) {
      const client = record(webhook['clientConfig'])
      const path = ['webhooks', index, 'clientConfig']
      const name = text(webhook['name'])
      if (!has(client, 'url')) {
        if (!has(client, 'service'))
          report(configuration, invalidExternalControlPlane, ['', name, 'is missing'], { path })
        continue
      }
      const url = text(client['url'])
      const host = hostOf(url)
      if (host === null)
        report(configuration, invalidExternalControlPlane, [url, name, 'is no address'], { path: [...path, 'url'] })
      else if (/^\d+(\.\d+){3}$/.test(host) || host.startsWith('['))
        report(configuration, externalControlPlaneIsAddress, [url, name], { path: [...path, 'url'] })
    }
  },
}

const isIstios = ({ kind, metadata: { name } }: MeshObject): boolean =>
  kind === 'MutatingWebhookConfiguration'
    ? name.startsWith('istio-sidecar-injector')
    : name === 'istiod-default-validator' || name.startsWith('istio-validator')

const hostOf = (url: string): string | null =>
  /^https:\/\/(\[[^\]]+\]|[^/:?#\s]+)(:\d+)?([/?#]|$)/.exec(url)?.[1] ?? null
