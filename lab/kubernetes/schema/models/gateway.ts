import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Structural } from '#lab/kubernetes/schema/structural.ts'
import { readWords } from './declarations.ts'
import { described } from './described.ts'
import { gatewayPatches } from './gateway-patches.ts'
import { withoutTypeMeta } from './istio.ts'
import { packageFolder } from './packages.ts'
import { mapFields, withPatch } from './patch.ts'
import { shapeReader } from './validators.ts'

const group = 'gateway.networking.k8s.io'
const known = new Map<string, Structural>()

/** The schema of one of the Gateway API's kinds. Its types are shared between kinds and versions, as in Go. */
export function gatewaySchema(kind: string, version: string): Structural {
  const name = `${version}.${kind}`
  const found = known.get(name)
  if (found) return found
  const folder = packageFolder('@kubernetes-models/gateway-api')
  const shapeFile = join(folder, '_schemas', `${prefix}${version.charAt(0).toUpperCase()}${version.slice(1)}${kind}.js`)
  if (!existsSync(shapeFile)) throw new Error(`@kubernetes-models/gateway-api has no ${name}`)
  const schema = described(
    withoutTypeMeta(readShape(shapeFile)),
    readWords(join(folder, group, version, `${kind}.d.ts`)),
  )
  known.set(name, schema)
  return schema
}

const prefix = 'IoK8sSigsGatewayApiApis'

const readShape = shapeReader((file, shape) => {
  const type = file.startsWith(prefix)
    ? file.slice(prefix.length).replace(/^V\d+((alpha|beta)\d+)?/, '')
    : file === condition
      ? 'Condition'
      : undefined
  return type === undefined ? shape : patchedType(type, shape)
})

/** A Go type with what is said of it and of its fields. */
function patchedType(type: string, shape: Structural): Structural {
  const own = type === 'Condition' ? withPatch(shape, conditionPatch) : withPatch(shape, gatewayPatches[type] ?? {})
  if (!own.properties) return own
  return {
    ...own,
    properties: mapFields(own.properties, (field, name) => withPatch(field, gatewayPatches[`${type}.${name}`] ?? {})),
  }
}

/** Kubernetes' own type of conditions: its marks are in no package (apimachinery, `metav1.Condition`). */
const condition = 'IoK8sApimachineryPkgApisMetaV1Condition'
const conditionPatch: Structural = {
  properties: {
    lastTransitionTime: { type: 'string', format: 'date-time' },
    message: { type: 'string', maxLength: 32_768 },
    observedGeneration: { type: 'integer', format: 'int64', minimum: 0 },
    reason: {
      type: 'string',
      minLength: 1,
      maxLength: 1024,
      pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$',
    },
    status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
    type: {
      type: 'string',
      maxLength: 316,
      pattern:
        '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$',
    },
  },
}
