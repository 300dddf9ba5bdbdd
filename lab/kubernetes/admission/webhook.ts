import type { KubeObject } from '#lab/contract.ts'
import type { Api } from '#lab/kubernetes/api/api.ts'
import { StatusError } from '#lab/kubernetes/api/status.ts'
import { selects } from '#lab/kubernetes/controllers/label-selector.ts'
import { splitApiVersion } from '#lab/kubernetes/resources.ts'
import { type Fields, listOf, textOf } from '#lab/kubernetes/value.ts'
import { reviewed } from './istiod.ts'

const resource = 'validatingwebhookconfigurations.admissionregistration.k8s.io'

/**
 * Asks the validating webhooks that lead to an istiod about an object that is to be stored. There are as many as the
 * cluster's objects say: who deletes the configuration is no longer refused. Throws the API server's 400, or returns the
 * warnings.
 */
export function askWebhooks(
  { store, reviewed: told }: Pick<Api, 'store' | 'reviewed'>,
  object: KubeObject,
  plural: string,
  operation: 'CREATE' | 'UPDATE',
): string[] {
  const { group, version } = splitApiVersion(object.apiVersion)
  if (!group.endsWith('.istio.io')) return []
  const asked = { apiGroups: group, apiVersions: version, operations: operation, resources: plural }
  const webhooks = store
    .list(resource)
    .flatMap(configuration => listOf(configuration['webhooks']))
    .filter(webhook => leadsToIstiod(webhook) && selects(webhook['objectSelector'], object.metadata.labels))
    .filter(webhook => listOf(webhook['rules']).some(rule => covers(rule, asked)))
  return webhooks.flatMap(webhook => {
    const { refusal, warnings } = reviewed(object)
    told({ group, version, resource: plural, isValid: refusal === '' })
    if (refusal === '') return warnings
    // Code 400 without a reason: so says a webhook that says neither.
    throw new StatusError(400, '', `admission webhook "${textOf(webhook['name'])}" denied the request: ${refusal}`)
  })
}

const leadsToIstiod = (webhook: Fields): boolean => /(^|\.)validation\.istio\.io$/.test(textOf(webhook['name']))

const covers = (rule: Fields, asked: Readonly<Record<string, string>>): boolean =>
  Object.entries(asked).every(([field, wanted]) => {
    const listed = rule[field]
    return Array.isArray(listed) && (listed.includes('*') || listed.includes(wanted))
  })
