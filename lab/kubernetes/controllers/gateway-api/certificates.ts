import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { KubeObject } from '#lab/contract.ts'
import { type Condition, fails } from '#lab/kubernetes/controllers/conditions.ts'
import type { KubernetesStore } from '#lab/kubernetes/store.ts'
import { type Fields, fieldsOf, listOf, textOf } from '#lab/kubernetes/value.ts'
import { group } from './classes.ts'
import { isGranted } from './grants.ts'

/** What is wrong with the certificates of a listener; undefined where TLS can be served. */
export function certificateProblem(store: KubernetesStore, gateway: KubeObject, tls: Fields): Condition | undefined {
  if (textOf(tls['mode'], 'Terminate') !== 'Terminate') return undefined
  const references = listOf(tls['certificateRefs'])
  const problems = references.map(reference => problemOf(store, gateway, reference))
  const bad = problems.filter(problem => problem !== undefined)
  // Several certificates are offered side by side: one good one is enough to serve.
  if (bad.length < problems.length || bad[0] === undefined) return undefined
  return fails('ResolvedRefs', bad[0].reason, bad.map(({ message }) => message).join('; '))
}

function problemOf(store: KubernetesStore, gateway: KubeObject, reference: Fields) {
  const home = gateway.metadata.namespace ?? ''
  const namespace = textOf(reference['namespace'], home)
  const name = textOf(reference['name'])
  const shown = `${textOf(reference['group'])}/${textOf(reference['kind'])}/${name}.${textOf(reference['namespace'])}`
  const invalid = (message: string) => ({
    reason: 'InvalidCertificateRef',
    message: `invalid certificate reference ${shown}, ${message}`,
  })
  if (textOf(reference['group']) !== '' || textOf(reference['kind'], 'Secret') !== 'Secret')
    return invalid('only secret is allowed')
  const isAllowed =
    namespace === home ||
    isGranted(store, { group, kind: 'Gateway', namespace: home }, { group: '', kind: 'Secret', namespace, name })
  if (!isAllowed)
    return {
      reason: 'RefNotPermitted',
      message: `certificateRef ${name}/${namespace} not accessible to a Gateway in namespace "${home}" (missing a ReferenceGrant?)`,
    }
  const secret = store.get('secrets', namespace, name)
  if (!secret) return invalid(`secret ${namespace}/${name} not found`)
  const flaw = flawOf(secret)
  return flaw === undefined ? undefined : invalid(flaw)
}

/** Secrets are read once: objects never change in place. */
const flaws = new WeakMap<KubeObject, { flaw: string | undefined }>()

function flawOf(secret: KubeObject): string | undefined {
  const known = flaws.get(secret)
  if (known) return known.flaw
  const flaw = readFlaw(fieldsOf(secret['data']))
  flaws.set(secret, { flaw })
  return flaw
}

function readFlaw(data: Fields): string | undefined {
  const [certificate, key] = [data['tls.crt'] ?? data['cert'], data['tls.key'] ?? data['key']]
  if (certificate === undefined || key === undefined) {
    const keys = Object.keys(data).toSorted().join(', ')
    return `found keys ${JSON.stringify(keys)}, but wanted tls.crt and tls.key`
  }
  try {
    const decoded = new X509Certificate(Buffer.from(textOf(certificate), 'base64'))
    const isPair = decoded.checkPrivateKey(createPrivateKey(Buffer.from(textOf(key), 'base64')))
    return isPair ? undefined : 'the certificate is malformed: private key does not match public key'
  } catch (error) {
    return `the certificate is malformed: ${error instanceof Error ? error.message : String(error)}`
  }
}
