import type { Milliseconds } from '#shared/units.ts'
import { type ApiAnswer, type ApiRequest, KubernetesApi } from './kubernetes-api.ts'
import type { Credentials } from './kubernetes-credentials.ts'
import { SourceError } from './source.ts'

/** The cluster, asked as one user. */
export interface KubernetesClient {
  readonly user: string
  /** May be shown. */
  readonly url: string
  /** Any answer of the server, refusals too. Throws SourceError when there is none. */
  ask(request: ApiRequest, signal?: AbortSignal): Promise<ApiAnswer>
  /**
   * Bytes that come for a long time, as fast as they are read. Throws ApiError for a refusal, SourceError where there
   * is no answer or it breaks off; `silence` is the longest pause.
   */
  stream(path: string, signal: AbortSignal, silence: Milliseconds): Promise<AsyncIterable<Buffer>>
}

/** Who this console can ask as. */
export interface KubernetesUsers {
  /** Who is meant where nobody is named. */
  readonly current: string
  /** Whom the page may switch to: the lab's users; none on a cluster. */
  readonly names: readonly string[]
  /** Throws for a name that is neither: callers are checked before they come here. */
  as(user: string): KubernetesClient
  close(): Promise<void>
}

/** Of one user at a time. */
const mostStreams = 256

/** `credentials`: one for each user, the current one first. With `isLab` all of them may be switched to. */
export function openUsers(credentials: readonly Credentials[], options: { isLab: boolean }): KubernetesUsers {
  const [first] = credentials
  if (first === undefined) return unsetUsers()
  const open = new Map<string, KubernetesApi>()
  const known = new Map((options.isLab ? credentials : [first]).map(each => [each.user, each]))
  // Streams have connections of their own: what stays open for hours must not keep questions waiting.
  const apiOf = (user: string, use: 'questions' | 'streams'): KubernetesApi => {
    const key = `${use} ${user}`
    const found = open.get(key)
    if (found) return found
    const own = known.get(user)
    if (own === undefined) throw new Error('Nobody of this name was let in.')
    const api = new KubernetesApi(own, () => {}, use === 'streams' ? mostStreams : undefined)
    open.set(key, api)
    return api
  }
  return {
    current: first.user,
    names: options.isLab ? [...known.keys()] : [],
    as(user) {
      const api = apiOf(user, 'questions')
      return {
        user,
        url: api.url,
        ask: (request, signal) => api.ask(request, signal),
        stream: (path, signal, silence) => apiOf(user, 'streams').stream(path, signal, silence, '*/*'),
      }
    },
    close: async () => {
      await Promise.all([...open.values()].map(api => api.close()))
    },
  }
}

/** Stands where no cluster was given: every question is answered by what is missing. */
export function unsetUsers(): KubernetesUsers {
  const because = 'No cluster is set; give one with --kubeconfig or WEFT_KUBECONFIG.'
  return {
    current: '',
    names: [],
    as: user => ({
      user,
      url: '',
      ask: () => Promise.reject(new SourceError('kubernetes', 'unset', because)),
      stream: () => Promise.reject(new SourceError('kubernetes', 'unset', because)),
    }),
    close: () => Promise.resolve(),
  }
}
