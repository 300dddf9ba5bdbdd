import { at, items, record, text } from '#shared/config/world/read.ts'
import type { Around, Field, Form, Suggestion } from '#web/config/forms/form.ts'
import { exportScope, locality } from '#web/config/forms/networking/checks.ts'
import { namespaceOf, namespaces } from '#web/config/forms/what-exists.ts'
import { aHost, anAddress, anEndpoint, aPortName } from './checks.ts'
import type { Texts } from './text-en.ts'

/** What can be called though Kubernetes knows nothing of it. Istio docs, Service Entry. */
export const serviceEntry: Form<Texts> = {
  group: 'networking.istio.io',
  kind: 'ServiceEntry',
  fields: [
    {
      type: 'chips',
      of: 'text',
      at: ['spec', 'hosts'],
      say: texts => texts.hosts,
      isRequired: true,
      check: aHost,
      placeholder: 'api.example.com',
    },
    {
      type: 'choice',
      at: ['spec', 'location'],
      say: texts => texts.location,
      absent: 'MESH_EXTERNAL',
      options: [
        { value: 'MESH_EXTERNAL', say: texts => texts.external },
        { value: 'MESH_INTERNAL', say: texts => texts.internal },
      ],
    },
    {
      type: 'choice',
      at: ['spec', 'resolution'],
      say: texts => texts.resolution,
      absent: 'NONE',
      options: [
        { value: 'DNS', say: texts => texts.dns },
        { value: 'STATIC', say: texts => texts.fixed },
        { value: 'NONE', say: texts => texts.none },
        { value: 'DNS_ROUND_ROBIN', say: texts => texts.firstAnswer },
        { value: 'DYNAMIC_DNS', say: texts => texts.dynamic },
      ],
    },
    {
      type: 'list',
      at: ['spec', 'ports'],
      say: texts => texts.ports,
      title: (entry, index, texts) =>
        texts.portTitle(
          [entryNumber(entry), text(at(entry, 'protocol'))].filter(part => part !== '').join(' ') || String(index + 1),
        ),
      add: [
        { say: texts => texts.addHttps, value: { number: 443, name: 'https', protocol: 'HTTPS' } },
        { say: texts => texts.addHttp, value: { number: 80, name: 'http', protocol: 'HTTP' } },
        { say: texts => texts.addTcp, value: { number: 5432, name: 'tcp', protocol: 'TCP' } },
      ],
      joined: 'none',
      item: [
        port(['number'], texts => texts.portNumber, { isRequired: true, isHalf: true }),
        {
          type: 'choice',
          at: ['protocol'],
          say: texts => texts.protocol,
          isHalf: true,
          // Istio docs, ServicePort, `protocol`: what is not said is read as TCP.
          absent: 'TCP',
          options: protocols(),
        },
        {
          type: 'text',
          at: ['name'],
          say: texts => texts.portName,
          isHalf: true,
          isRequired: true,
          isEmptyKept: true,
          check: aPortName,
        },
        port(['targetPort'], texts => texts.targetPort, { isTucked: true, isHalf: true }),
      ],
    },
    {
      type: 'list',
      at: ['spec', 'endpoints'],
      say: texts => texts.endpoints,
      when: around => !hasSelector(around) && resolutionOf(around) !== 'NONE',
      title: (entry, index, texts) => texts.endpointTitle(text(at(entry, 'address')) || String(index + 1)),
      add: [{ say: texts => texts.endpoint, value: { address: '' } }],
      joined: 'none',
      item: [
        {
          type: 'text',
          at: ['address'],
          say: texts => texts.address,
          isEmptyKept: true,
          check: anEndpoint,
          placeholder: '10.40.7.12',
        },
        {
          type: 'map',
          at: ['ports'],
          say: texts => texts.endpointPorts,
          keyWords: texts => texts.portName,
          suggest: portsOfEntry,
          check: aPortName,
          value: 8080,
          item: [port([], texts => texts.endpointPort)],
        },
        { type: 'pairs', at: ['labels'], say: texts => texts.labels, isTucked: true },
        { type: 'number', at: ['weight'], say: texts => texts.weight, min: 0, isTucked: true },
        {
          type: 'text',
          at: ['locality'],
          say: texts => texts.locality,
          isTucked: true,
          check: locality,
          placeholder: 'eu-central/zone-a',
        },
        { type: 'text', at: ['network'], say: texts => texts.network, isTucked: true },
        {
          type: 'text',
          at: ['serviceAccount'],
          say: texts => texts.serviceAccount,
          isTucked: true,
          suggest: accountsHere,
        },
      ],
    },
    {
      type: 'labels',
      at: ['spec', 'workloadSelector', 'labels'],
      say: texts => texts.workloads,
      when: around => isInternal(around) && items(at(around.object, 'spec', 'endpoints')).length === 0,
    },
    {
      type: 'chips',
      of: 'text',
      at: ['spec', 'addresses'],
      say: texts => texts.addresses,
      isTucked: true,
      check: anAddress,
      placeholder: '240.240.0.1',
    },
    {
      type: 'chips',
      of: 'text',
      at: ['spec', 'subjectAltNames'],
      say: texts => texts.subjectAltNames,
      isTucked: true,
      suggest: identities,
    },
    {
      type: 'chips',
      of: 'text',
      at: ['spec', 'exportTo'],
      say: texts => texts.exportTo,
      isTucked: true,
      check: exportScope,
      suggest: around => [
        { value: '.', detail: namespaceOf(around.object) },
        { value: '*', detail: '' },
        ...namespaces(around),
      ],
    },
  ],
}

function port(
  path: Field['at'],
  say: Field<Texts>['say'],
  more: { isRequired?: boolean; isTucked?: boolean; isHalf?: boolean } = {},
): Field<Texts> {
  return { type: 'number', at: path, say, min: 1, max: 65_535, ...more }
}

/** Istio docs, ServicePort, `protocol`. */
function protocols() {
  return (['HTTP', 'HTTPS', 'GRPC', 'HTTP2', 'TLS', 'TCP', 'MONGO'] as const).map(value => ({
    value,
    say: (texts: Texts) => ({ label: value, help: texts.protocolHelp[value] }),
  }))
}

const entryNumber = (entry: unknown): string => {
  const { number } = record(entry)
  return typeof number === 'number' ? String(number) : ''
}
const resolutionOf = ({ object }: Around): string => text(at(object, 'spec', 'resolution')) || 'NONE'
const isInternal = ({ object }: Around): boolean => at(object, 'spec', 'location') === 'MESH_INTERNAL'
const hasSelector = ({ object }: Around): boolean =>
  Object.keys(record(at(object, 'spec', 'workloadSelector', 'labels'))).length > 0

/** Names the entry gives its ports: an endpoint’s ports are told by them. */
function portsOfEntry({ object }: Around): readonly Suggestion[] {
  return items(at(object, 'spec', 'ports'))
    .filter(({ name }) => text(name) !== '')
    .map(entry => ({ value: text(entry['name']), detail: entryNumber(entry) }))
}

function accountsHere({ object, inventory }: Around): readonly Suggestion[] {
  return (inventory?.serviceAccounts ?? [])
    .filter(({ namespace }) => namespace === namespaceOf(object))
    .map(({ name }) => ({ value: name, detail: '' }))
}

/** Of what lies inside the mesh, the name in the certificate is the service account’s. */
function identities(around: Around): readonly Suggestion[] {
  if (!isInternal(around) || around.inventory === null) return []
  const { serviceAccounts, trustDomain } = around.inventory
  return serviceAccounts.map(({ namespace, name }) => ({
    value: `spiffe://${trustDomain}/ns/${namespace}/sa/${name}`,
    detail: '',
  }))
}
