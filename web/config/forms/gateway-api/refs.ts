import { record, text } from '#shared/config/world/read.ts'
import type { Path } from '#shared/mesh/object.ts'
import type { Around, Field, Suggest } from '#web/config/forms/form.ts'
import { namespaceName, objectName } from '#web/config/forms/networking/checks.ts'
import { portsOfService, textAt } from '#web/config/forms/networking/suggestions.ts'
import { joined } from '#web/config/forms/networking/titles.ts'
import { groupOfKind, referenceKinds } from '#web/config/forms/reference-kinds.ts'
import { namespaceOf, namespaces } from '#web/config/forms/what-exists.ts'
import type { GatewayApiTexts } from './text/en.ts'

type Texts = GatewayApiTexts
type Fields = readonly Field<Texts>[]

const namespaceBeside = (around: Around, ...above: readonly string[]): string =>
  textAt(around.value, ...above, 'namespace') || namespaceOf(around.object)

const services =
  (...above: readonly string[]): Suggest =>
  around =>
    (around.inventory?.services ?? [])
      .filter(({ namespace }) => namespace === namespaceBeside(around, ...above))
      .map(({ name, ports }) => ({ value: name, detail: ports.map(port => port.number).join(', ') }))

const ports =
  (...above: readonly string[]): Suggest =>
  around => {
    const name = textAt(around.value, ...above, 'name')
    const namespace = namespaceBeside(around, ...above)
    return portsOfService(
      around.inventory?.services.find(service => service.name === name && service.namespace === namespace),
    )
  }

/** Gateway API, BackendObjectReference: a Service where nothing else is said. `above`: where it stands in the entry. */
export const backendFields = (...above: readonly string[]): Fields => [
  {
    type: 'text',
    at: [...above, 'name'],
    say: ({ route }) => route.backendName,
    isRequired: true,
    suggest: services(...above),
    isHalf: true,
    check: objectName,
  },
  {
    type: 'number',
    at: [...above, 'port'],
    say: ({ route }) => route.backendPort,
    min: 1,
    max: 65_535,
    suggest: ports(...above),
    isHalf: true,
  },
  {
    type: 'text',
    at: [...above, 'namespace'],
    say: ({ route }) => route.backendNamespace,
    suggest: namespaces,
    check: namespaceName,
    isTucked: true,
  },
  {
    type: 'text',
    at: [...above, 'kind'],
    say: ({ route }) => route.backendKind,
    isTucked: true,
    isHalf: true,
    placeholder: 'Service',
    suggest: () => referenceKinds('Service', 'Hostname'),
    brings: groupOfKind,
  },
  {
    type: 'text',
    at: [...above, 'group'],
    say: ({ route }) => route.backendGroup,
    isTucked: true,
    isHalf: true,
    isEmptyKept: true,
  },
]

/** `reviews.shop:9080`; the namespace only where it is another one. */
export function backendTitle(value: unknown): string {
  const { kind, namespace, name, port } = record(value)
  const whole = joined([text(name), text(namespace)], '.')
  const isService = text(kind) === '' || kind === 'Service'
  return `${isService || whole === '' ? '' : `${text(kind)} `}${whole}${typeof port === 'number' ? `:${port}` : ''}`
}

/** Gateways of Gateway API, or Services, as the entry's kind says. */
const parents: Suggest = around => {
  if (textAt(around.value, 'kind') === 'Service') return services()(around)
  return (around.inventory?.gateways ?? [])
    .filter(({ group, namespace }) => group === 'gateway.networking.k8s.io' && namespace === namespaceBeside(around))
    .map(({ name, hosts }) => ({ value: name, detail: hosts.join(', ') }))
}

/** Gateway API, ParentReference. */
export const parentRefs: Field<Texts> = {
  type: 'list',
  at: ['spec', 'parentRefs'],
  say: ({ route }) => route.parentRefs,
  joined: 'none',
  add: [
    { say: ({ route }) => route.addGateway, value: { name: '' } },
    { say: ({ route }) => route.addService, value: { group: '', kind: 'Service', name: '' } },
  ],
  title: entry => {
    const { kind, namespace, name, sectionName, port } = record(entry)
    const where = joined([joined([text(namespace), text(name) || '…'], '/'), text(sectionName)])
    return `${text(kind) || 'Gateway'} ${where}${typeof port === 'number' ? ` :${port}` : ''}`
  },
  item: [
    {
      type: 'text',
      at: ['name'],
      say: ({ route }) => route.parentName,
      isRequired: true,
      suggest: parents,
      check: objectName,
    },
    {
      type: 'text',
      at: ['namespace'],
      say: ({ route }) => route.parentNamespace,
      suggest: namespaces,
      check: namespaceName,
    },
    {
      type: 'text',
      at: ['sectionName'],
      say: ({ route }) => route.sectionName,
      check: objectName,
      when: ({ value }) => textAt(value, 'kind') !== 'Service',
    },
    {
      type: 'number',
      at: ['port'],
      say: ({ route }) => route.parentPort,
      min: 1,
      max: 65_535,
      isTucked: true,
      suggest: ports(),
    },
    {
      type: 'text',
      at: ['kind'],
      say: ({ route }) => route.parentKind,
      isTucked: true,
      isHalf: true,
      placeholder: 'Gateway',
      suggest: () => referenceKinds('Gateway', 'Service', 'ServiceEntry'),
      brings: groupOfKind,
    },
    { type: 'text', at: ['group'], say: ({ route }) => route.group, isTucked: true, isHalf: true, isEmptyKept: true },
  ],
}

/** Names with values in Gateway API's lists of them. */
export const pairList = (at: Path, say: Field<Texts>['say']): Field<Texts> => ({
  type: 'list',
  at,
  say,
  joined: 'none',
  add: [{ say: ({ route }) => route.addOne, value: { name: '', value: '' } }],
  title: entry => joined([text(record(entry)['name']), text(record(entry)['value'])], ': ') || '…',
  item: [
    { type: 'text', at: ['name'], say: ({ route }) => route.itemName, isRequired: true, isEmptyKept: true },
    { type: 'text', at: ['value'], say: ({ route }) => route.value, isRequired: true, isEmptyKept: true },
  ],
})
