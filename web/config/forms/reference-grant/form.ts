import type { Inventory } from '#shared/config/api.ts'
import { at, text } from '#shared/config/world/read.ts'
import type { Around, Field, Form, Suggestion } from '#web/config/forms/form.ts'
import { groupOfKind, referenceKinds } from '#web/config/forms/reference-kinds.ts'
import { namespaceOf, namespaces } from '#web/config/forms/what-exists.ts'
import { aGroup, aKind, aNamespace } from './checks.ts'
import type { Texts } from './text-en.ts'

const gatewayApi = 'gateway.networking.k8s.io'

/** Gateway API docs, ReferenceGrantFrom and ReferenceGrantTo, `kind`. */
const fromKinds = referenceKinds('HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute', 'Gateway')
const toKinds = referenceKinds('Service', 'Secret', 'ConfigMap')

/** Who in other namespaces may name what lies here. Gateway API docs, "ReferenceGrant". */
export const referenceGrant: Form<Texts> = {
  group: 'gateway.networking.k8s.io',
  kind: 'ReferenceGrant',
  fields: [
    {
      type: 'list',
      at: ['spec', 'from'],
      say: texts => texts.from,
      isRequired: true,
      title: (entry, index, texts) =>
        texts.fromTitle(
          [text(at(entry, 'namespace')), text(at(entry, 'kind'))].filter(part => part !== '').join(' · ') ||
            String(index + 1),
        ),
      add: [
        { say: texts => texts.httpRoutes, value: { group: gatewayApi, kind: 'HTTPRoute', namespace: '' } },
        { say: texts => texts.grpcRoutes, value: { group: gatewayApi, kind: 'GRPCRoute', namespace: '' } },
        { say: texts => texts.gateways, value: { group: gatewayApi, kind: 'Gateway', namespace: '' } },
      ],
      joined: 'or',
      item: [
        {
          type: 'text',
          at: ['namespace'],
          say: texts => texts.namespace,
          isHalf: true,
          isRequired: true,
          isEmptyKept: true,
          // One's own namespace needs no leave.
          suggest: around => namespaces(around).filter(({ value }) => value !== namespaceOf(around.object)),
          check: aNamespace,
        },
        kind(() => fromKinds),
        group(),
      ],
    },
    {
      type: 'list',
      at: ['spec', 'to'],
      say: texts => texts.to,
      isRequired: true,
      title: (entry, index, texts) =>
        texts.toTitle(
          [text(at(entry, 'kind')), text(at(entry, 'name'))].filter(part => part !== '').join(' ') || String(index + 1),
        ),
      add: [
        { say: texts => texts.services, value: { group: '', kind: 'Service' } },
        { say: texts => texts.secrets, value: { group: '', kind: 'Secret' } },
      ],
      joined: 'or',
      item: [
        kind(() => toKinds),
        { type: 'text', at: ['name'], say: texts => texts.name, isHalf: true, suggest: namesOfKind },
        group(),
      ],
    },
  ],
}

function kind(suggest: () => readonly Suggestion[]): Field<Texts> {
  return {
    type: 'text',
    at: ['kind'],
    say: texts => texts.kind,
    isHalf: true,
    isRequired: true,
    suggest,
    check: aKind,
    brings: groupOfKind,
  }
}
function group(): Field<Texts> {
  return {
    type: 'text',
    at: ['group'],
    say: texts => texts.group,
    isEmptyKept: true,
    suggest: () => [{ value: gatewayApi, detail: 'Gateway API' }],
    check: aGroup,
  }
}

/** What lies in the grant's own namespace. */
function namesOfKind({ value, object, inventory }: Around): readonly Suggestion[] {
  if (inventory === null) return []
  const here = (all: Inventory['secrets']) => all.filter(each => each.namespace === namespaceOf(object))
  switch (at(value, 'kind')) {
    case 'Service':
      return inventory.services
        .filter(({ namespace }) => namespace === namespaceOf(object))
        .map(({ name, ports }) => ({ value: name, detail: ports.map(({ number }) => number).join(', ') }))
    case 'Secret':
      return here(inventory.secrets).map(({ name }) => ({ value: name, detail: '' }))
    default:
      return []
  }
}
