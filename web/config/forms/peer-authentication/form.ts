import type { Inventory } from '#shared/config/api.ts'
import { hasLabels, type Labels } from '#shared/config/world/labels.ts'
import { record, textMap } from '#shared/config/world/read.ts'
import type { Around, ChoiceField, Form, Suggestion } from '#web/config/forms/form.ts'
import { namespaceOf } from '#web/config/forms/what-exists.ts'
import type { Texts } from './text-en.ts'

/** Whether workloads take plaintext. Istio docs, PeerAuthentication: port before workload before namespace before mesh. */
export const peerAuthentication: Form<Texts> = {
  group: 'security.istio.io',
  kind: 'PeerAuthentication',
  fields: [
    { type: 'labels', at: ['spec', 'selector', 'matchLabels'], say: texts => texts.selector },
    { at: ['spec', 'mtls', 'mode'], say: texts => texts.mode, ...mode() },
    {
      type: 'map',
      at: ['spec', 'portLevelMtls'],
      say: texts => texts.ports,
      // Istio docs, PeerAuthentication, `portLevelMtls`: without a selector it is refused.
      when: ({ object }) => Object.keys(selectorOf(object)).length > 0,
      keyWords: texts => texts.port,
      suggest: portsOfSelected,
      check: (entry, texts) => (isPort(entry) ? null : texts.noPort),
      value: { mode: 'STRICT' },
      item: [{ at: ['mode'], say: texts => texts.portMode, ...mode() }],
    },
  ],
}

function mode(): Pick<ChoiceField<Texts>, 'type' | 'absent' | 'options'> {
  return {
    type: 'choice',
    absent: 'UNSET',
    options: [
      { value: 'STRICT', say: texts => texts.strict },
      { value: 'PERMISSIVE', say: texts => texts.permissive },
      { value: 'DISABLE', say: texts => texts.disable },
      { value: 'UNSET', say: texts => texts.unset },
    ],
  }
}

const isPort = (entry: string): boolean => /^[1-9]\d{0,4}$/.test(entry) && Number(entry) <= 65_535

const selectorOf = (object: Around['object']): Labels =>
  textMap(record(record(object['spec'])['selector'])['matchLabels'])

/** Ports of the Services that lead to a selected workload. */
function portsOfSelected({ object, inventory }: Around): readonly Suggestion[] {
  if (inventory === null) return []
  const names = new Map<string, Set<string>>()
  for (const service of servicesOf(inventory, namespaceOf(object), selectorOf(object)))
    for (const { number } of service.ports)
      names.set(String(number), (names.get(String(number)) ?? new Set()).add(service.name))
  return [...names].map(([value, services]) => ({ value, detail: [...services].join(', ') }))
}

function servicesOf(inventory: Inventory, namespace: string, selector: Labels): Inventory['services'] {
  const isEverywhere = namespace === inventory.rootNamespace
  const selected = inventory.workloads.filter(
    each => (isEverywhere || each.namespace === namespace) && hasLabels(each.labels, selector),
  )
  return inventory.services.filter(
    service =>
      service.selector !== null &&
      selected.some(each => each.namespace === service.namespace && hasLabels(each.labels, service.selector ?? {})),
  )
}
