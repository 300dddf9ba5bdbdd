import { at, record, text, texts as textsIn } from '#shared/config/world/read.ts'
import type { Around, Field, Form, NumberField, Suggestion } from '#web/config/forms/form.ts'
import { destinationHost, portName } from '#web/config/forms/networking/checks.ts'
import { connectionPool } from '#web/config/forms/networking/connections.ts'
import { hosts, portsOf, subsetsOf } from '#web/config/forms/networking/suggestions.ts'
import { some } from '#web/config/forms/networking/titles.ts'
import { namespaceOf } from '#web/config/forms/what-exists.ts'
import { aBind, aDefaultEndpoint, aSidecarHost } from './checks.ts'
import type { Texts } from './text-en.ts'
import { tls } from './tls.ts'

/** What a proxy knows of the mesh, and how it opens its workload. Istio docs, Sidecar. */
export const sidecar: Form<Texts> = {
  group: 'networking.istio.io',
  kind: 'Sidecar',
  fields: [
    { type: 'labels', at: ['spec', 'workloadSelector', 'labels'], say: ({ sidecar: said }) => said.workloads },
    {
      type: 'list',
      at: ['spec', 'egress'],
      say: ({ sidecar: said }) => said.egress,
      title: (entry, index, { sidecar: said }) =>
        said.egressTitle(some(textsIn(at(entry, 'hosts'))) || String(index + 1)),
      add: [
        { say: ({ sidecar: said }) => said.ownNamespace, value: { hosts: ['./*', 'istio-system/*'] } },
        { say: ({ sidecar: said }) => said.listener, value: { hosts: [] } },
      ],
      // Istio docs, Sidecar, `egress`: the one without a port is the last.
      joined: 'order',
      item: [
        {
          type: 'chips',
          of: 'text',
          at: ['hosts'],
          say: ({ sidecar: said }) => said.hosts,
          isRequired: true,
          check: aSidecarHost,
          suggest: namespacesAndHosts,
          placeholder: './*',
        },
        { ...port({ isTucked: true }), min: 0 },
        protocol({ isTucked: true }),
        nameOfPort({ isTucked: true }),
        bind(({ sidecar: said }) => said.egressBind),
        captureMode(),
      ],
    },
    {
      type: 'choice',
      at: ['spec', 'outboundTrafficPolicy', 'mode'],
      say: ({ sidecar: said }) => said.outbound,
      options: [
        { value: null, say: ({ sidecar: said }) => said.asTheMesh },
        { value: 'ALLOW_ANY', say: ({ sidecar: said }) => said.allowAny },
        { value: 'REGISTRY_ONLY', say: ({ sidecar: said }) => said.registryOnly },
      ],
    },
    {
      type: 'group',
      at: ['spec', 'outboundTrafficPolicy', 'egressProxy'],
      say: ({ sidecar: said }) => said.egressProxy,
      when: ({ object }) => at(object, 'spec', 'outboundTrafficPolicy', 'mode') === 'ALLOW_ANY',
      fields: [
        {
          type: 'text',
          at: ['host'],
          say: ({ sidecar: said }) => said.proxyHost,
          isRequired: true,
          suggest: hosts,
          check: destinationHost,
        },
        {
          type: 'number',
          at: ['port', 'number'],
          say: ({ sidecar: said }) => said.proxyPort,
          isRequired: true,
          min: 1,
          max: 65_535,
          suggest: portsOf('host'),
        },
        { type: 'text', at: ['subset'], say: ({ sidecar: said }) => said.proxySubset, suggest: subsetsOf('host') },
      ],
    },
    {
      type: 'list',
      at: ['spec', 'ingress'],
      say: ({ sidecar: said }) => said.ingress,
      title: (entry, index, { sidecar: said }) => said.ingressTitle(portTitle(entry) || String(index + 1)),
      add: [
        {
          say: ({ sidecar: said }) => said.addIngress,
          value: { port: { number: 8080, protocol: 'HTTP', name: 'http' }, defaultEndpoint: '127.0.0.1:8080' },
        },
      ],
      joined: 'none',
      item: [
        { ...port({ isRequired: true }), min: 1 },
        protocol({ isRequired: true }),
        nameOfPort(),
        {
          type: 'text',
          at: ['defaultEndpoint'],
          say: ({ sidecar: said }) => said.defaultEndpoint,
          isHalf: true,
          check: aDefaultEndpoint,
          placeholder: '127.0.0.1:8080',
        },
        tls,
        { ...connectionPool, say: ({ sidecar: said }) => said.portPool },
        bind(({ sidecar: said }) => said.ingressBind),
        captureMode(),
      ],
    },
    { ...connectionPool, at: ['spec', 'inboundConnectionPool'], say: ({ sidecar: said }) => said.pool },
  ],
}

interface More {
  isRequired?: boolean
  isTucked?: boolean
}
function port(more: More = {}): NumberField<Texts> {
  return {
    type: 'number',
    at: ['port', 'number'],
    say: ({ sidecar: said }) => said.port,
    isHalf: true,
    max: 65_535,
    ...more,
  }
}
function protocol(more: More = {}): Field<Texts> {
  return {
    type: 'choice',
    at: ['port', 'protocol'],
    say: ({ sidecar: said }) => said.protocol,
    isHalf: true,
    options: (['HTTP', 'HTTPS', 'GRPC', 'HTTP2', 'TLS', 'TCP', 'MONGO'] as const).map(value => ({
      value,
      say: ({ gateway }: Texts) => gateway[value],
    })),
    ...more,
  }
}
function nameOfPort(more: More = {}): Field<Texts> {
  return {
    type: 'text',
    at: ['port', 'name'],
    say: ({ sidecar: said }) => said.portName,
    isHalf: true,
    check: portName,
    ...more,
  }
}
function bind(say: Field<Texts>['say']): Field<Texts> {
  return { type: 'text', at: ['bind'], say, isTucked: true, check: aBind }
}
function captureMode(): Field<Texts> {
  return {
    type: 'choice',
    at: ['captureMode'],
    say: ({ sidecar: said }) => said.captureMode,
    isTucked: true,
    absent: 'DEFAULT',
    options: [
      { value: 'DEFAULT', say: ({ sidecar: said }) => said.captureDefault },
      { value: 'IPTABLES', say: ({ sidecar: said }) => said.captureIptables },
      { value: 'NONE', say: ({ sidecar: said }) => said.captureNone },
    ],
  }
}

const portTitle = (entry: unknown): string => {
  const { number, protocol: spoken } = record(at(entry, 'port'))
  return [typeof number === 'number' ? String(number) : '', text(spoken)].filter(part => part !== '').join(' ')
}

/** Whole namespaces first, the own one by its dot; then single hosts. */
function namespacesAndHosts({ object, inventory }: Around): readonly Suggestion[] {
  const own = namespaceOf(object)
  if (inventory === null) return [{ value: './*', detail: own }]
  const count = (namespace: string) => inventory.services.filter(each => each.namespace === namespace).length
  return [
    { value: './*', detail: `${own} · ${count(own)}` },
    { value: '*/*', detail: String(inventory.services.length) },
    ...inventory.namespaces
      .filter(({ name }) => name !== own)
      .map(({ name }) => ({ value: `${name}/*`, detail: String(count(name)) })),
    ...inventory.services.map(({ namespace, name, hosts: names }) => ({
      value: `${namespace === own ? '.' : namespace}/${names[0] ?? name}`,
      detail: name,
    })),
  ]
}
