import type { ContainerLogs, KubeObject, PodServers, WebhookReview } from '#lab/contract.ts'
import { withManagers } from '#lab/kubernetes/managed/managed.ts'
import type { Access } from '#lab/kubernetes/access/access.ts'
import { apiVersionOf, type Kind } from '#lab/kubernetes/resources.ts'
import type { KubernetesStore } from '#lab/kubernetes/store.ts'
import type { Fields } from '#lab/kubernetes/value.ts'
import type { ResourceRequest } from './request.ts'

/** What every request is served with. */
export interface Api {
  store: KubernetesStore
  /** Milliseconds since the epoch. */
  now: () => number
  access: Access
  /** Changes an object before it is created, as mutating webhooks do (sidecar injection). */
  admit: (object: KubeObject) => KubeObject
  logs: ContainerLogs
  pods: PodServers
  /** Told what istiod's webhook said. */
  reviewed: (review: WebhookReview) => void
  /** Milliseconds between two bookmarks of a watch. */
  bookmarkInterval: number
  /** How a watch learns that its revision is too old: by an ERROR event (as servers do today) or by HTTP status. */
  goneAs: 'event' | 'status'
}

/** What comes out of a request, before it is written down in the shape that the asker wants. */
export type Answer =
  | { kind: 'object'; code: number; object: KubeObject; of: Kind; warnings: string[] }
  | { kind: 'list'; of: Kind; version: string; items: readonly KubeObject[]; metadata: Fields }
  | { kind: 'plain'; code: number; body: Fields; warnings: string[] }

export const plain = (body: Fields, code = 200, warnings: string[] = []): Answer => ({
  kind: 'plain',
  code,
  body,
  warnings,
})

/** A stored object as it is shown: in the version that was asked for (they differ in apiVersion only), with its managers. */
export function inVersion(
  object: KubeObject,
  { kind, version }: Pick<ResourceRequest, 'kind' | 'version'>,
): KubeObject {
  const shown = withManagers(kind, object)
  const apiVersion = apiVersionOf(kind.group, version)
  return shown.apiVersion === apiVersion ? shown : { ...shown, apiVersion }
}

export const answerOf = (
  object: KubeObject,
  request: Pick<ResourceRequest, 'kind' | 'version'>,
  code = 200,
  warnings: string[] = [],
): Answer => ({ kind: 'object', code, object: inVersion(object, request), of: request.kind, warnings })
