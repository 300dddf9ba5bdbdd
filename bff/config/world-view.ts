import { items, record } from '#shared/config/world/read.ts'
import type { MeshSettings } from '#shared/config/world/settings.ts'
import type { Json, MeshObject } from '#shared/mesh/object.ts'
import { redacted } from './redact.ts'

/** An object as far as analyzers and intents read it. What runs in a container, and with what, is not for every page. */
export function trimmed(object: MeshObject): Json {
  const { metadata, status, ...rest } = redacted(object) as MeshObject
  const { managedFields: _, uid: _uid, generateName: _name, selfLink: _link, ...kept } = metadata
  const isWorkload = object.apiVersion.startsWith('apps/')
  return {
    ...rest,
    ...(rest.spec && isWorkload ? { spec: trimmedTemplate(rest.spec) } : {}),
    ...(rest.spec && object.kind === 'Pod' ? { spec: trimmedPod(rest.spec) } : {}),
    metadata: kept,
    ...(status === undefined || isWorkload ? {} : { status }),
  }
}

function trimmedTemplate(spec: Json): Json {
  const template = record(spec['template'])
  const pod = template['spec']
  return { ...spec, template: { ...template, ...(pod === undefined ? {} : { spec: trimmedPod(record(pod)) }) } }
}

function trimmedPod(spec: Json): Json {
  const { volumes: _, ...kept } = spec
  const lists = ['containers', 'initContainers'].filter(name => kept[name] !== undefined)
  return { ...kept, ...Object.fromEntries(lists.map(name => [name, items(kept[name]).map(trimmedContainer)])) }
}

/** Of the environment, whose values may be anything, only what an analyzer asks for. */
const readVariable = 'BLOCKED_CIDRS_IN_JWKS_URIS'

function trimmedContainer({ name, image, ports, securityContext, env }: Json): Json {
  const read = items(env).filter(variable => variable['name'] === readVariable)
  return { name, image, ports, securityContext, ...(read.length > 0 ? { env: read } : {}) }
}

/** What of meshConfig everybody is told who writes mesh objects: names they refer to, and what their words mean. */
const open = ['rootNamespace', 'trustDomain', 'trustDomainAliases', 'outboundTrafficPolicy']

export function settingsFor({ meshConfig, meshNetworks }: MeshSettings, isWhole: boolean): Json {
  if (isWhole) return { meshConfig, meshNetworks }
  const told = Object.fromEntries(open.filter(name => name in meshConfig).map(name => [name, meshConfig[name]]))
  const providers = items(meshConfig['extensionProviders']).map(provider =>
    Object.fromEntries(Object.keys(provider).map(key => [key, key === 'name' ? provider[key] : {}])),
  )
  return {
    meshConfig: { ...told, ...(providers.length > 0 ? { extensionProviders: providers } : {}) },
    meshNetworks: null,
  }
}
