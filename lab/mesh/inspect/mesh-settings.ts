import type { ExtensionProvider } from '#lab/mesh/snapshot/extension-providers.ts'
import type { MeshConfig } from '#lab/mesh/snapshot/mesh-config.ts'

/** `/debug/mesh`: the mesh config in force, as far as the lab acts on it. */
export const meshSettings = (config: MeshConfig) => ({
  trustDomain: config.trustDomain,
  trustDomainAliases: config.trustDomainAliases,
  rootNamespace: config.rootNamespace,
  outboundTrafficPolicy: { mode: config.outboundTrafficPolicy },
  enableAutoMtls: config.enableAutoMtls,
  accessLogFile: config.accessLogFile,
  accessLogEncoding: config.accessLogEncoding,
  accessLogFormat: config.accessLogFormat,
  enableTracing: config.enableTracing,
  pathNormalization: { normalization: config.pathNormalization },
  localityLbSetting: config.localityLbSetting,
  meshMTLS: { minProtocolVersion: config.minProtocolVersion },
  discoverySelectors: config.discoverySelectors.map(matchLabels => ({ matchLabels })),
  defaultProviders: config.defaultProviders,
  extensionProviders: [...config.extensionProviders.values()].map(providerOf),
  defaultConfig: {
    tracing: { sampling: config.sampling },
    gatewayTopology: { numTrustedProxies: config.numTrustedProxies },
  },
})

function providerOf(provider: ExtensionProvider): Record<string, unknown> {
  const { kind, name } = provider
  switch (kind) {
    case 'envoyExtAuthzGrpc':
    case 'envoyExtAuthzHttp': {
      const { service, port, failOpen, statusOnError, timeout } = provider
      return {
        name,
        [kind]: { service, port, failOpen, statusOnError: String(statusOnError), timeout: `${timeout / 1000}s` },
      }
    }
    case 'opentelemetry':
    case 'zipkin':
      return { name, [kind]: { service: provider.service, port: provider.port } }
    case 'envoyFileAccessLog':
      return { name, [kind]: { path: provider.path, ...(provider.logFormat ? { logFormat: provider.logFormat } : {}) } }
    case 'prometheus':
      return { name, prometheus: {} }
    case 'other':
      return { name }
  }
}
