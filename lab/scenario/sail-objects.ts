import { aged, type Configured } from './configured.ts'
import { uidOf } from './identity.ts'
import { istioVersion } from './injection.ts'

/** How the Sail operator was asked to install Istio: `sailoperator.io`. What it says of that is its controllers' matter. */

const apiVersion = 'sailoperator.io/v1'
const namespace = 'istio-system'
const version = `v${istioVersion}`

export function sailObjects(): Configured[] {
  const made = (kind: string, name: string, spec: Record<string, unknown>): Configured =>
    aged(90, { apiVersion, kind, metadata: { name }, spec })
  const values = { global: { istioNamespace: namespace } }
  const revision = made('IstioRevision', 'default', { version, namespace, values: { ...values, revision: '' } })
  const owner = {
    apiVersion,
    kind: 'Istio',
    name: 'default',
    uid: uidOf(`Istio//default/${apiVersion}`),
    controller: true,
    blockOwnerDeletion: true,
  }
  return [
    made('Istio', 'default', { version, namespace, updateStrategy: { type: 'InPlace' }, profile: 'ambient', values }),
    {
      ...revision,
      object: {
        ...revision.object,
        metadata: {
          ...revision.object.metadata,
          ownerReferences: [owner],
        },
      },
    },
    made('IstioRevisionTag', 'stable', { targetRef: { kind: 'Istio', name: 'default' } }),
    made('IstioCNI', 'default', { version, namespace, profile: 'ambient' }),
    made('ZTunnel', 'default', { version, namespace }),
  ]
}
