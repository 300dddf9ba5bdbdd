import type { KubeObject } from '#lab/contract.ts'
import { ageColumnOf, custom, pathColumn } from '#lab/kubernetes/kinds/kind.ts'
import { apiVersionOf, type Column, type Kind } from '#lab/kubernetes/resources.ts'
import type { Structural } from '#lab/kubernetes/schema/structural.ts'
import { at, listOf, textOf } from '#lab/kubernetes/value.ts'
import { type Cluster, type Controller, isLeaving } from './controller.ts'
import { condition, settle } from './deployment-status.ts'
import { leave } from './leaving.ts'

const resource = 'customresourcedefinitions.apiextensions.k8s.io'

/** Serves the kinds of CustomResourceDefinitions as they come and go. */
export function definitionController(cluster: Cluster): Controller {
  const { store } = cluster
  /** Kinds that came by a definition, in which generation of it; the others the lab has of itself. */
  const brought = new Map<string, number>()
  return {
    name: 'CustomResourceDefinition',
    interests: change => (change.resource === resource ? [`/${change.object.metadata.name}`] : []),
    reconcile(_, name) {
      const definition = store.get(resource, undefined, name)
      if (!definition || isLeaving(definition)) {
        const kind = store.resources.named(name)
        if (!kind?.custom) return
        for (const object of store.list(name)) leave(cluster, name, object)
        store.resources.remove(name)
        brought.delete(name)
        return
      }
      const { generation = 1 } = definition.metadata
      if (!store.resources.named(name) || (brought.has(name) && brought.get(name) !== generation)) {
        const kind = kindOf(definition)
        if (kind) {
          store.resources.add(kind)
          brought.set(name, generation)
        }
      }
      const conditions = [
        condition('NamesAccepted', 'True', 'NoConflicts', 'no conflicts found'),
        condition('Established', 'True', 'InitialNamesAccepted', 'the initial names have been accepted'),
      ]
      store.replace({
        ...definition,
        status: {
          acceptedNames: at(definition, 'spec.names'),
          conditions: settle(listOf(definition.status?.['conditions']), conditions, cluster.now()),
          storedVersions: versionsIn(definition)
            .filter(version => version['storage'] === true)
            .map(version => version['name']),
        },
      })
    },
  }
}

const versionsIn = (definition: KubeObject) => listOf(at(definition, 'spec.versions'))

/** The kind that a definition brings; undefined where it says too little. */
function kindOf(definition: KubeObject): Kind | undefined {
  const served = versionsIn(definition).filter(version => version['served'] !== false)
  const storage = textOf((served.find(version => version['storage'] === true) ?? served[0])?.['name'])
  const [group, kind, plural] = ['group', 'names.kind', 'names.plural'].map(path =>
    textOf(at(definition, `spec.${path}`)),
  )
  if (!group || !kind || !plural || storage === '') return undefined
  const strings = (path: string) => {
    const found = at(definition, `spec.names.${path}`)
    return Array.isArray(found) ? found.map(String) : []
  }
  const columns = listOf(served[0]?.['additionalPrinterColumns']).map(item =>
    pathColumn(textOf(item['name']), textOf(item['jsonPath']), {
      type: columnTypes.find(type => type === item['type']) ?? 'string',
      wide: Number(item['priority'] ?? 0) > 0,
    }),
  )
  // Checked when the definition was taken (`schema/definition-errors.ts`).
  const schemas = new Map(
    served.map(version => [textOf(version['name']), at(version, 'schema.openAPIV3Schema') as Structural | undefined]),
  )
  return custom({
    group,
    kind,
    plural,
    versions: served.map(version => textOf(version['name'])),
    storage,
    singular: textOf(at(definition, 'spec.names.singular'), kind.toLowerCase()),
    shortNames: strings('shortNames'),
    categories: strings('categories'),
    namespaced: at(definition, 'spec.scope') !== 'Cluster',
    status: served.some(version => at(version, 'subresources.status') !== undefined),
    schema: version => schemas.get(version),
    columns: columns.length > 0 ? columns : [ageColumnOf('.metadata.creationTimestamp')],
  })
}

const columnTypes: Column['type'][] = ['string', 'integer', 'number', 'boolean', 'date']

const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

/** The definition that would have brought a kind: so that `kubectl get crd` shows Istio's and the Gateway API's. */
export function definitionOf(kind: Kind): KubeObject {
  const { group, plural, singular, shortNames, categories, namespaced } = kind
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: kind.name,
      ...(apiVersionOf(group, '').startsWith('gateway.')
        ? {
            annotations: {
              'gateway.networking.k8s.io/bundle-version': 'v1.5.0',
              'gateway.networking.k8s.io/channel': 'experimental',
            },
          }
        : {}),
    },
    spec: {
      group,
      scope: namespaced ? 'Namespaced' : 'Cluster',
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural,
        singular,
        shortNames: [...shortNames],
        categories: [...categories],
      },
      conversion: { strategy: 'None' },
      versions: kind.versions.map(name => ({
        name,
        served: true,
        storage: name === kind.storage,
        schema: { openAPIV3Schema: kind.schema?.(name) ?? anything },
        ...(kind.status ? { subresources: { status: {} } } : {}),
        additionalPrinterColumns: kind.columns
          .filter(column => column.jsonPath !== undefined)
          .map(({ name: title, type, jsonPath, priority, description }) => ({
            name: title,
            type,
            jsonPath,
            ...(priority > 0 ? { priority } : {}),
            ...(description === undefined ? {} : { description }),
          })),
      })),
    },
  }
}
