import type { ApiAnswer } from '#bff/sources/kubernetes-api.ts'
import { HttpProblem } from '#bff/http/problem.ts'
import { refOfParams } from '#shared/config/address.ts'
import type { Finding } from '#shared/config/finding.ts'
import type { Owner } from '#shared/config/owner.ts'
import { ownedFields } from '#shared/config/ownership/fields.ts'
import { ownerOf } from '#shared/config/ownership/owner.ts'
import { text } from '#shared/config/world/read.ts'
import { type Json, type MeshObject, type ObjectRef, pathText } from '#shared/mesh/object.ts'
import type { Deps } from './deps.ts'
import { redacted } from './redact.ts'
import { seenBy, seenFindings } from './seen.ts'
import { isNamespace, objectPath, type Resource, wrongName } from './resource.ts'

export interface ObjectReply {
  object: Json
  owner: Owner
  fieldOwners: { manager: string; operation: string; time: number | null; paths: string[] }[]
  findings: Finding[]
}

/** One object, read as the caller. */
export async function readOne(deps: Deps, params: ObjectRef, user: string, signal: AbortSignal): Promise<ObjectReply> {
  const ref = refOfParams(params)
  const resource = await resourceOf(deps, ref, user, signal)
  const path = objectPath(resource, ref.namespace, ref.name)
  const answer = await deps.users.as(user).ask({ method: 'GET', path }, signal)
  if (answer.status !== 200 || !answer.json) throw refusal(deps, answer, ref, user)
  deps.versions.remember(answer.json as unknown as MeshObject)
  const { metadata, ...rest } = answer.json as unknown as MeshObject
  const { managedFields = [], ...kept } = metadata
  const object = redacted({ ...rest, metadata: kept })
  const found = await deps.mirror.ask(analysis => [...analysis.findingsOf(ref)]).catch((): Finding[] => [])
  const findings = found.length === 0 ? [] : seenFindings(found, await seenBy(deps, user), JSON.stringify(object))
  return {
    object,
    owner: ownerOf(answer.json as unknown as MeshObject),
    fieldOwners: ownedFields(object, managedFields).map(({ manager, operation, time, paths }) => ({
      manager,
      operation,
      time,
      paths: paths.map(pathText),
    })),
    findings,
  }
}

/** Where an object of an address is; a problem (400, 404) where it cannot be anywhere. */
async function resourceOf(deps: Deps, ref: ObjectRef, user: string, signal: AbortSignal): Promise<Resource> {
  const wrong = wrongName(ref.name)
  if (wrong !== null) throw new HttpProblem(400, `The name of the ${kindText(ref)} ${wrong}.`)
  if (ref.namespace !== '' && !isNamespace(ref.namespace))
    throw new HttpProblem(400, `${JSON.stringify(ref.namespace.slice(0, 63))} is not a namespace name.`)
  const resource = await deps.resources.prefer(deps.users.as(user), ref.group, ref.kind, signal)
  if (!resource) throw new HttpProblem(404, `The cluster does not serve a kind ${kindText(ref)}.`)
  if (resource.namespaced && ref.namespace === '')
    throw new HttpProblem(400, `A ${kindText(ref)} lives in a namespace: name it in the address.`)
  return resource
}

function refusal(deps: Deps, { status, json, text: said }: ApiAnswer, ref: ObjectRef, user: string): HttpProblem {
  const message = text(json?.['message']) || said || `HTTP ${status}`
  if (status === 404) return new HttpProblem(404, `There is no ${refText(ref)}; it may have been deleted meanwhile.`)
  if (status === 403) {
    deps.rights.forget(user)
    return new HttpProblem(403, `${user} may not read ${refText(ref)}: ${message}`)
  }
  if (status === 401) return new HttpProblem(502, `Kubernetes does not know ${user} (401); renew the credentials.`)
  return new HttpProblem(502, `Kubernetes did not give ${refText(ref)} (${status}): ${message.slice(0, 300)}`)
}

/** `Gateway (gateway.networking.k8s.io)`: two kinds have that name. */
export const kindText = ({ group, kind }: { group: string; kind: string }): string =>
  kind === 'Gateway' && group !== '' ? `Gateway (${group})` : kind

/** `VirtualService shop/catalog` */
export const refText = (ref: ObjectRef): string =>
  `${kindText(ref)} ${ref.namespace === '' ? '' : `${ref.namespace}/`}${ref.name}`
