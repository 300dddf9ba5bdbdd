import type { KubeObject } from '#lab/contract.ts'

/** The objects of one resource. Lists are cached: the same array until something changes, so reading is cheap. */
export interface Shelf {
  get(namespace: string, name: string): KubeObject | undefined
  put(namespace: string, name: string, object: KubeObject): void
  drop(namespace: string, name: string): void
  /** Sorted by namespace, then name. */
  list(namespace?: string): KubeObject[]
}

interface Section {
  objects: Map<string, KubeObject>
  sorted: KubeObject[] | undefined
}

const none = fixed([])

export function createShelf(): Shelf {
  const sections = new Map<string, Section>()
  let all: KubeObject[] | undefined
  const sorted = (section: Section): KubeObject[] =>
    (section.sorted ??= fixed(
      [...section.objects.values()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)),
    ))
  return {
    get: (namespace, name) => sections.get(namespace)?.objects.get(name),
    put(namespace, name, object) {
      let section = sections.get(namespace)
      if (!section) {
        section = { objects: new Map(), sorted: undefined }
        sections.set(namespace, section)
      }
      section.objects.set(name, object)
      section.sorted = undefined
      all = undefined
    },
    drop(namespace, name) {
      const section = sections.get(namespace)
      if (!section?.objects.delete(name)) return
      section.sorted = undefined
      all = undefined
      if (section.objects.size === 0) sections.delete(namespace)
    },
    list(namespace) {
      if (namespace !== undefined) {
        const section = sections.get(namespace)
        return section ? sorted(section) : none
      }
      return (all ??= fixed(
        [...sections].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, section]) => sorted(section)),
      ))
    },
  }
}

/** Frozen, whatever the type says: a list is shared by all who read it, and whoever sorts it in place shall notice. */
function fixed(list: KubeObject[]): KubeObject[] {
  Object.freeze(list)
  return list
}
