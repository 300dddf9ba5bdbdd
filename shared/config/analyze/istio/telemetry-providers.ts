import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { at, has, items, text } from '#shared/config/world/read.ts'
import { deprecated, invalidTelemetryProvider } from './messages.ts'

/** Istio docs, Telemetry, `providers`: named here, or by meshConfig's defaultProviders. */
export const telemetryProviders: EachAnalyzer = {
  name: 'telemetry.ProviderAnalyzer',
  each: ['telemetry.istio.io/Telemetry'],
  analyze(telemetry, world, report) {
    const { meshConfig } = world.settings
    const defaults = at(meshConfig, 'defaultProviders', 'accessLogging')
    if (!Array.isArray(defaults) || defaults.length === 0)
      for (const [index, logging] of items(telemetry.spec?.['accessLogging']).entries())
        if (items(logging['providers']).length === 0)
          report(telemetry, invalidTelemetryProvider, [], { path: ['spec', 'accessLogging', index] })
    const lightstep = items(meshConfig['extensionProviders'])
      .filter(provider => has(provider, 'lightstep'))
      .map(provider => text(provider['name']))
    for (const [index, tracing] of items(telemetry.spec?.['tracing']).entries())
      for (const [place, provider] of items(tracing['providers']).entries())
        if (lightstep.includes(text(provider['name'])))
          report(
            telemetry,
            deprecated,
            [`The Lightstep provider "${text(provider['name'])}" is gone: use OpenTelemetry.`],
            {
              path: ['spec', 'tracing', index, 'providers', place, 'name'],
            },
          )
  },
}
