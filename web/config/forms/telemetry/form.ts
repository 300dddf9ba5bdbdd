import { at, items, text } from '#shared/config/world/read.ts'
import { attachment } from '#web/config/forms/attachment.ts'
import type { Field, Form, Suggest } from '#web/config/forms/form.ts'
import { loggers, metricSinks, said, tags, tracers } from './suggestions.ts'
import type { Texts } from './text-en.ts'

/** What proxies tell of traffic, and to whom. Istio docs, Telemetry: workload before namespace before mesh, field by field. */
export const telemetry: Form<Texts> = {
  group: 'telemetry.istio.io',
  kind: 'Telemetry',
  fields: [
    ...attachment<Texts>(),
    {
      type: 'list',
      at: ['spec', 'tracing'],
      say: texts => texts.tracing,
      title: (entry, index, texts) => texts.tracingTitle(byProviders(entry) || String(index + 1)),
      add: [{ say: texts => texts.tracing, value: { randomSamplingPercentage: 1 } }],
      joined: 'none',
      item: [
        {
          type: 'number',
          at: ['randomSamplingPercentage'],
          say: texts => texts.sampling,
          min: 0,
          max: 100,
          isFraction: true,
          unit: '%',
        },
        providers(tracers),
        direction(),
        { type: 'flag', at: ['disableSpanReporting'], say: texts => texts.noSpans, absent: false },
        {
          type: 'map',
          at: ['customTags'],
          say: texts => texts.customTags,
          keyWords: texts => texts.tag,
          value: { literal: { value: '' } },
          item: [
            {
              type: 'oneOf',
              at: [],
              say: texts => texts.tagFrom,
              isOptional: true,
              cases: [
                {
                  say: texts => texts.literal,
                  key: 'literal',
                  value: { value: '' },
                  fields: [required(['value'], texts => texts.literalValue)],
                },
                {
                  say: texts => texts.header,
                  key: 'header',
                  value: { name: '' },
                  fields: [required(['name'], texts => texts.headerName, 'x-tenant'), fallback()],
                },
                {
                  say: texts => texts.environment,
                  key: 'environment',
                  value: { name: '' },
                  fields: [required(['name'], texts => texts.variable, 'POD_NAME'), fallback()],
                },
                {
                  say: texts => texts.formatter,
                  key: 'formatter',
                  value: { value: '' },
                  fields: [required(['value'], texts => texts.format, '%REQ(:AUTHORITY)%')],
                },
              ],
            },
          ],
        },
        { type: 'flag', at: ['enableIstioTags'], say: texts => texts.istioTags, absent: true, isTucked: true },
        {
          type: 'flag',
          at: ['useRequestIdForTraceSampling'],
          say: texts => texts.byRequestId,
          absent: true,
          isTucked: true,
        },
      ],
    },
    {
      type: 'list',
      at: ['spec', 'metrics'],
      say: texts => texts.metrics,
      title: (entry, index, texts) => texts.metricsTitle(byProviders(entry) || String(index + 1)),
      add: [{ say: texts => texts.metrics, value: { providers: [{ name: 'prometheus' }] } }],
      joined: 'none',
      item: [
        providers(metricSinks),
        {
          type: 'list',
          at: ['overrides'],
          say: texts => texts.overrides,
          title: (entry, index, texts) => metricOf(entry) || texts.overrideTitle(index + 1),
          add: [
            { say: texts => texts.override, value: { match: { metric: 'ALL_METRICS' } } },
            { say: texts => texts.switchOff, value: { match: { metric: 'ALL_METRICS' }, disabled: true } },
          ],
          joined: 'order',
          item: [
            {
              type: 'oneOf',
              at: ['match'],
              say: texts => texts.which,
              isOptional: true,
              cases: [
                {
                  say: texts => texts.standard,
                  key: 'metric',
                  value: 'ALL_METRICS',
                  fields: [{ type: 'choice', at: [], say: texts => texts.standard, options: standardMetrics() }],
                },
                {
                  say: texts => texts.custom,
                  key: 'customMetric',
                  value: '',
                  fields: [required([], texts => texts.custom, 'istio_custom_total')],
                },
              ],
            },
            direction(),
            { type: 'flag', at: ['disabled'], say: texts => texts.metricOff, absent: false },
            {
              type: 'map',
              at: ['tagOverrides'],
              say: texts => texts.tagOverrides,
              keyWords: texts => texts.metricTag,
              suggest: tags,
              value: { operation: 'REMOVE' },
              item: [
                {
                  type: 'choice',
                  at: ['operation'],
                  say: texts => texts.operation,
                  absent: 'UPSERT',
                  options: [
                    { value: 'UPSERT', say: texts => texts.upsert },
                    { value: 'REMOVE', say: texts => texts.remove },
                  ],
                },
                {
                  type: 'text',
                  at: ['value'],
                  say: texts => texts.tagValue,
                  when: ({ value }) => at(value, 'operation') !== 'REMOVE',
                  placeholder: 'request.host',
                  suggest: () => said('request.host', 'request.method', 'request.url_path', 'response.code'),
                },
              ],
            },
          ],
        },
        { type: 'duration', at: ['reportingInterval'], say: texts => texts.interval, grammar: 'istio', isTucked: true },
      ],
    },
    {
      type: 'list',
      at: ['spec', 'accessLogging'],
      say: texts => texts.logging,
      title: (entry, index, texts) => texts.loggingTitle(byProviders(entry) || String(index + 1)),
      add: [
        { say: texts => texts.logging, value: { providers: [{ name: 'envoy' }] } },
        {
          say: texts => texts.errorsOnly,
          value: { providers: [{ name: 'envoy' }], filter: { expression: 'response.code >= 500' } },
        },
      ],
      joined: 'none',
      item: [
        providers(loggers),
        {
          type: 'text',
          at: ['filter', 'expression'],
          say: texts => texts.filter,
          isLong: true,
          placeholder: 'response.code >= 400',
          suggest: () =>
            said(
              'response.code >= 400',
              'response.code >= 500 || !has(response.code)',
              'connection.mtls == false',
              "request.url_path.startsWith('/api/')",
            ),
        },
        direction(),
        { type: 'flag', at: ['disabled'], say: texts => texts.logsOff, absent: false },
      ],
    },
  ],
}

function providers(suggest: Suggest): Field<Texts> {
  return {
    type: 'list',
    at: ['providers'],
    say: texts => texts.providers,
    title: (entry, index, texts) => text(at(entry, 'name')) || texts.providerTitle(index + 1),
    add: [{ say: texts => texts.provider, value: { name: '' } }],
    joined: 'and',
    item: [{ type: 'text', at: ['name'], say: texts => texts.provider, isRequired: true, isEmptyKept: true, suggest }],
  }
}

function direction(): Field<Texts> {
  return {
    type: 'choice',
    at: ['match', 'mode'],
    say: texts => texts.direction,
    absent: 'CLIENT_AND_SERVER',
    options: [
      { value: 'CLIENT_AND_SERVER', say: texts => texts.both },
      { value: 'CLIENT', say: texts => texts.client },
      { value: 'SERVER', say: texts => texts.server },
    ],
  }
}

function required(at: Field['at'], say: Field<Texts>['say'], placeholder = ''): Field<Texts> {
  return { type: 'text', at, say, isRequired: true, isEmptyKept: true, placeholder }
}
function fallback(): Field<Texts> {
  return { type: 'text', at: ['defaultValue'], say: texts => texts.fallback }
}

/** Istio docs, Telemetry, MetricSelector.IstioMetric: kept as they are, each with the name Prometheus knows. */
function standardMetrics() {
  const all = [
    'ALL_METRICS',
    'REQUEST_COUNT',
    'REQUEST_DURATION',
    'REQUEST_SIZE',
    'RESPONSE_SIZE',
    'TCP_OPENED_CONNECTIONS',
    'TCP_CLOSED_CONNECTIONS',
    'TCP_SENT_BYTES',
    'TCP_RECEIVED_BYTES',
    'GRPC_REQUEST_MESSAGES',
    'GRPC_RESPONSE_MESSAGES',
  ] as const
  return all.map(value => ({ value, say: (texts: Texts) => ({ label: value, help: texts.metricHelp[value] }) }))
}

function byProviders(entry: unknown): string {
  return items(at(entry, 'providers'))
    .map(({ name }) => text(name))
    .filter(name => name !== '')
    .join(', ')
}
function metricOf(entry: unknown): string {
  return text(at(entry, 'match', 'metric')) || text(at(entry, 'match', 'customMetric'))
}
