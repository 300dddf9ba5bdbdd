import { isRecord } from './engine.ts'
import type { Around, Field, Suggestion, Words } from './form.ts'
import { groupOfKind, referenceKinds } from './reference-kinds.ts'
import { namespaceOf, namespaces } from './what-exists.ts'

/** What a policy says of whom it is for: workloads by label, or the gateways and services it is attached to. */
export interface AttachmentTexts {
  selector: Words
  targetRefs: Words
  gatewayTarget: Words
  serviceTarget: Words
  serviceEntryTarget: Words
  targetRef: Words
  targetTitle: (number: number) => string
  refKind: Words
  refGroup: Words
  refName: Words
  refNamespace: Words
}

/** Istio takes one of the two: what is not said is offered only while the other is not said either. */
export const attachment = <Texts extends AttachmentTexts>(): readonly Field<Texts>[] => [
  {
    type: 'labels',
    at: ['spec', 'selector', 'matchLabels'],
    say: texts => texts.selector,
    when: around => !isAttached(around),
  },
  {
    type: 'list',
    at: ['spec', 'targetRefs'],
    say: texts => texts.targetRefs,
    when: around => !hasSelector(around) && specOf(around)['targetRef'] === undefined,
    title: (entry, index, texts) =>
      isRecord(entry) && typeof entry['kind'] === 'string' && typeof entry['name'] === 'string' && entry['name'] !== ''
        ? `${entry['kind']} ${entry['name']}`
        : texts.targetTitle(index + 1),
    add: [
      { say: texts => texts.gatewayTarget, value: { group: gatewayApi, kind: 'Gateway', name: '' } },
      { say: texts => texts.serviceTarget, value: { group: '', kind: 'Service', name: '' } },
      { say: texts => texts.serviceEntryTarget, value: { group: networking, kind: 'ServiceEntry', name: '' } },
    ],
    joined: 'or',
    item: reference(),
  },
  {
    type: 'group',
    at: ['spec', 'targetRef'],
    say: texts => texts.targetRef,
    // Said in an older way: shown where it is, and not offered anew.
    when: () => false,
    isOpen: true,
    fields: reference(),
  },
]

const reference = <Texts extends AttachmentTexts>(): readonly Field<Texts>[] => [
  {
    type: 'text',
    at: ['kind'],
    say: texts => texts.refKind,
    isHalf: true,
    isRequired: true,
    suggest: () => targetKinds,
    brings: groupOfKind,
  },
  {
    type: 'text',
    at: ['name'],
    say: texts => texts.refName,
    isHalf: true,
    isRequired: true,
    isEmptyKept: true,
    suggest: namesOfKind,
  },
  { type: 'text', at: ['group'], say: texts => texts.refGroup, isHalf: true, isEmptyKept: true, isTucked: true },
  {
    type: 'text',
    at: ['namespace'],
    say: texts => texts.refNamespace,
    isHalf: true,
    isTucked: true,
    suggest: namespaces,
  },
]

const gatewayApi = 'gateway.networking.k8s.io'
const networking = 'networking.istio.io'

/** Istio docs, "Workload Selector", PolicyTargetReference. */
const targetKinds = referenceKinds('Gateway', 'GatewayClass', 'Service', 'ServiceEntry')

function namesOfKind({ value, object, inventory }: Around): readonly Suggestion[] {
  if (inventory === null || !isRecord(value)) return []
  const own = namespaceOf(object)
  if (value['kind'] === 'Service') return named(inventory.services.filter(each => each.namespace === own))
  if (value['kind'] !== 'Gateway') return []
  return named(inventory.gateways.filter(each => each.group === gatewayApi && each.namespace === own))
}
const named = (all: readonly { name: string; namespace: string }[]): Suggestion[] =>
  all.map(({ name, namespace }) => ({ value: name, detail: namespace }))

const specOf = ({ object }: Around) => (isRecord(object['spec']) ? object['spec'] : {})
const isAttached = (around: Around): boolean => {
  const { targetRefs, targetRef } = specOf(around)
  return (Array.isArray(targetRefs) && targetRefs.length > 0) || isRecord(targetRef)
}
const hasSelector = (around: Around): boolean => {
  const { selector } = specOf(around)
  return isRecord(selector) && isRecord(selector['matchLabels']) && Object.keys(selector['matchLabels']).length > 0
}
