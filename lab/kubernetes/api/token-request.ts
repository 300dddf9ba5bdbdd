import { issuer } from '#lab/kubernetes/access/service-account-tokens.ts'
import { timestamp } from '#lab/kubernetes/identity.ts'
import { at, type Fields, fieldsOf, isFields, numberOf, shown, textOf } from '#lab/kubernetes/value.ts'
import { type Answer, type Api, plain } from './api.ts'
import type { ResourceRequest } from './request.ts'
import { badRequest, conflict, type FieldError, invalid, invalidValue, notFound } from './status.ts'
import { existing } from './update.ts'

const hour = 3600

/** `kubectl create token`: a token of a ServiceAccount, for a while and for an audience. Nothing is stored. */
export function requestToken(api: Api, request: ResourceRequest, body: Fields): Answer {
  if (body['kind'] !== undefined && body['kind'] !== 'TokenRequest')
    throw badRequest(`${shown(body['kind'])} cannot be handled as a TokenRequest`)
  const account = existing(api, request)
  const { name, namespace = '', uid = '' } = account.metadata
  const spec = fieldsOf(body['spec'])
  const lifetime = numberOf(spec['expirationSeconds'], hour)
  checkLifetime(lifetime)
  const wished = Array.isArray(spec['audiences']) ? spec['audiences'].map(String) : []
  const audiences = wished.length > 0 ? wished : [issuer]
  const pod = podOf(api, request, spec['boundObjectRef'])
  const { token, expiry } = api.access.tokens.sign({
    namespace,
    name,
    uid,
    audiences,
    lifetime,
    ...(pod ? { pod } : {}),
  })
  return plain(
    {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name, namespace, creationTimestamp: timestamp(api.now()) },
      spec: {
        audiences,
        expirationSeconds: lifetime,
        boundObjectRef: isFields(spec['boundObjectRef']) ? spec['boundObjectRef'] : null,
      },
      status: { token, expirationTimestamp: timestamp(expiry) },
    },
    201,
  )
}

function checkLifetime(seconds: number): void {
  const errors: FieldError[] = []
  const field = 'spec.expirationSeconds'
  if (seconds < 600) errors.push(invalidValue(field, seconds, 'may not specify a duration less than 10 minutes'))
  if (seconds > 2 ** 32)
    errors.push(invalidValue(field, seconds, 'may not specify a duration larger than 2^32 seconds'))
  if (errors.length > 0) throw invalid({ kind: 'TokenRequest', group: 'authentication.k8s.io' }, '', errors)
}

/** The pod that the token shall die with, where one is named. */
function podOf(api: Api, { namespace, kind, name }: ResourceRequest, reference: unknown) {
  if (!isFields(reference)) return undefined
  const pods = api.store.resources.named('pods')
  if (reference['kind'] !== 'Pod' || !pods)
    throw badRequest(`cannot bind token for serviceaccount "${name}" to object type ${textOf(reference['kind'])}`)
  const pod = api.store.get('pods', namespace, textOf(reference['name']))
  if (!pod) throw notFound(pods, textOf(reference['name']))
  const uid = textOf(reference['uid'])
  if (uid !== '' && uid !== pod.metadata.uid)
    throw conflict(
      pods,
      pod.metadata.name,
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    )
  const account = textOf(at(pod, 'spec.serviceAccountName'), 'default')
  if (account !== name)
    throw badRequest(
      `cannot bind token for ${kind.singular} "${name}" to pod running with different serviceaccount name.`,
    )
  return { name: pod.metadata.name, uid: pod.metadata.uid ?? '' }
}
