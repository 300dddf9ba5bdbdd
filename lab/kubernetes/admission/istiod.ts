import type { KubeObject } from '#lab/contract.ts'
import { type Fields, fieldsOf } from '#lab/kubernetes/value.ts'
import { destinationRuleFindings } from './destination-rule.ts'
import type { Finding } from './findings.ts'
import { gatewayFindings } from './gateway.ts'
import {
  attachmentFindings,
  authorizationPolicyFindings,
  peerAuthenticationFindings,
  requestAuthenticationFindings,
} from './security.ts'
import { serviceEntryFindings, workloadFindings } from './service-entry.ts'
import { sidecarFindings } from './sidecar.ts'
import { virtualServiceFindings } from './virtual-service.ts'

type Check = (spec: Fields, namespace: string, name: string) => Finding[]

/** What istiod checks of its own kinds beyond their schemas. A kind that is not here is not checked. */
const checks: Readonly<Record<string, Check>> = {
  VirtualService: virtualServiceFindings,
  DestinationRule: destinationRuleFindings,
  Gateway: gatewayFindings,
  ServiceEntry: serviceEntryFindings,
  WorkloadEntry: spec => workloadFindings(spec, 'name'),
  Sidecar: sidecarFindings,
  AuthorizationPolicy: authorizationPolicyFindings,
  PeerAuthentication: peerAuthenticationFindings,
  RequestAuthentication: requestAuthenticationFindings,
  Telemetry: attachmentFindings,
  WasmPlugin: attachmentFindings,
}

/** What istiod says of an object: why it refuses it, '' where it does not, and what it warns of. */
export function reviewed(object: KubeObject): { refusal: string; warnings: string[] } {
  const check = /\.istio\.io\//.test(object.apiVersion) ? checks[object.kind] : undefined
  const { name, namespace = '' } = object.metadata
  const findings = check?.(fieldsOf(object.spec), namespace, name) ?? []
  const texts = (kind: Finding['kind']): string[] => [
    ...new Set(findings.filter(finding => finding.kind === kind).map(({ text }) => text)),
  ]
  const errors = texts('error')
  return {
    refusal: errors.length === 0 ? '' : `configuration is invalid: ${joined(errors)}`,
    warnings: texts('warning'),
  }
}

/** As Istio lists several errors in one text. */
const joined = (errors: readonly string[]): string =>
  errors.length === 1
    ? (errors[0] ?? '')
    : `${errors.length} errors occurred:\n\t${errors.map(text => `* ${text}`).join('\n\t')}\n\n`
