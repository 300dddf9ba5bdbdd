import type { Inventory } from '#shared/config/api.ts'
import { pageOf } from '#web/services/address.ts'
import type { Command } from '#web/ui/registry.ts'

const most = 80

/** Pages of services and workloads whose names hold what is typed: whoever types a name wants to go there. */
export function placesOf(
  inventory: Pick<Inventory, 'services' | 'workloads'>,
  text: string,
  groups: { services: string; workloads: string },
  onGo: (href: string) => void,
): Command[] {
  const words = text
    .toLowerCase()
    .split(/[\s/]+/)
    .filter(word => word !== '')
  if (words.length === 0) return []
  const placed = (of: 'services' | 'workloads'): Command[] =>
    inventory[of]
      .filter(({ namespace, name }) => words.every(word => `${namespace}/${name}`.includes(word)))
      .slice(0, most)
      .map(({ namespace, name }) => ({
        id: `${of}:${namespace}/${name}`,
        group: groups[of],
        label: name,
        keywords: `${namespace}/${name}`,
        hint: namespace,
        icon: of,
        run: () => onGo(pageOf({ kind: of === 'services' ? 'service' : 'workload', namespace, name }) ?? '/'),
      }))
  return [...placed('services'), ...placed('workloads')]
}
