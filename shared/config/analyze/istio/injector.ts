import { record, text, textMap } from '#shared/config/world/read.ts'
import type { Index, World } from '#shared/config/world/world.ts'
import type { Json, MeshObject } from '#shared/mesh/object.ts'

const prefix = 'istio-sidecar-injector'

/** The injector's ConfigMaps: one for each revision, in whatever namespace Istio was installed. */
export const injectors: Index = {
  name: 'injectors',
  of: ['/ConfigMap'],
  keys: ({ metadata: { name } }) => (name.startsWith(prefix) ? [name, 'all'] : []),
}

export const injectorName = (revision: string | undefined): string =>
  revision === undefined || revision === '' || revision === 'default' ? prefix : `${prefix}-${revision}`

/** The values a revision injects with; null where there is no such injector. */
export function injectorFor(world: World, revision: string | undefined): Json | null {
  const [found] = world.find(injectors, injectorName(revision))
  return found === undefined ? null : valuesOf(found)
}

function valuesOf(configMap: MeshObject): Json {
  try {
    return record(JSON.parse(text(record(configMap['data'])['values'])))
  } catch {
    // Not our word to say: istiod itself does not start with such values.
    return {}
  }
}

/** The proxy image that injection gives. */
export function proxyImageOf(values: Json): string {
  const global = record(values['global'])
  const image = text(record(global['proxy'])['image'])
  return image.includes('/') ? image : `${text(global['hub'])}/${image}:${textMap(global)['tag'] ?? ''}`
}
