import type { MeshObject } from '#shared/mesh/object.ts'
import type { Milliseconds } from '#shared/units.ts'
import { ApiError, KubernetesApi } from './kubernetes-api.ts'
import type { Credentials } from './kubernetes-credentials.ts'
import { discover, type Served } from './kubernetes-discovery.ts'
import { at, type Json, text, texts } from './kubernetes-raw.ts'
import { SourceError } from './source.ts'
import { Watch, type WatchWorld } from './kubernetes-watch.ts'

/** A kind whose objects are kept whole, or as far as `keep` keeps them. */
export interface ObjectKind {
  group: string
  kind: string
  plural: string
  namespaced: boolean
  /** Those we know, for a server that does not tell which it serves. */
  versions: readonly string[]
  namespace?: string
  isMetadataOnly?: boolean
  keep?(object: MeshObject): MeshObject
}

export interface KindState {
  group: string
  kind: string
  plural: string
  namespaced: boolean
  /** The preferred one the cluster serves; of a kind it does not serve, the one we would use. */
  version: string
  state: 'starting' | 'ok' | 'missing' | 'forbidden' | 'failing'
  because: string | null
}

/** All objects of some kinds, live. Kinds the cluster does not have yet are picked up when they come. */
export interface ObjectsWatch {
  kinds(): readonly KindState[]
  /** By `namespace/name`; an object that did not change stays the same one. */
  items(kind: ObjectKind): ReadonlyMap<string, MeshObject>
  /** Called after each change with the kind it is about; `undefined` where only states changed. */
  subscribe(listener: (kind: ObjectKind | undefined) => void): () => void
  /** Null where nobody gave a cluster. */
  readonly user: string | null
  close(): Promise<void>
}

export interface ObjectsOptions extends WatchWorld {
  credentials: Credentials
  kinds: readonly ObjectKind[]
  /** Between two questions what is served; half a minute unless told. */
  discoverEvery?: Milliseconds
}

/** Starts to discover, list and watch; never throws. */
export function openObjects(options: ObjectsOptions): ObjectsWatch {
  return new Objects(options)
}

/** Stands where no cluster was given. */
export function unsetObjects(): ObjectsWatch {
  return {
    kinds: () => [],
    items: () => new Map(),
    subscribe: () => () => {},
    user: null,
    close: () => Promise.resolve(),
  }
}

const whenFailing: Milliseconds = 3000

class Objects implements ObjectsWatch {
  readonly #options: ObjectsOptions
  readonly #api: KubernetesApi
  readonly #end = new AbortController()
  readonly #watches = new Map<ObjectKind, { watch: Watch<MeshObject>; versions: readonly string[] }>()
  readonly #ending = new Set<Promise<void>>()
  readonly #listeners = new Set<(kind: ObjectKind | undefined) => void>()
  #served: ReadonlyMap<string, Served> | null = null
  /** Why it is not known yet what is served. */
  #because: string | null = null
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void>

  constructor(options: ObjectsOptions) {
    this.#options = options
    this.#api = new KubernetesApi(options.credentials, () => {}, options.kinds.length + 16)
    this.#looking = this.#look()
  }

  get user(): string {
    return this.#options.credentials.user
  }

  kinds(): readonly KindState[] {
    return this.#options.kinds.map(kind => {
      const { group, plural, namespaced } = kind
      const version = this.#servedAs(kind)?.versions[0] ?? kind.versions[0] ?? ''
      return { group, kind: kind.kind, plural, namespaced, version, ...this.#stateOf(kind) }
    })
  }

  items(kind: ObjectKind): ReadonlyMap<string, MeshObject> {
    return this.#watches.get(kind)?.watch.items ?? nothing
  }

  subscribe(listener: (kind: ObjectKind | undefined) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    this.#end.abort()
    clearTimeout(this.#timer)
    await this.#looking
    await Promise.all([...[...this.#watches.values()].map(({ watch }) => watch.stop()), ...this.#ending])
    await this.#api.close()
  }

  #servedAs = (kind: ObjectKind): Served | undefined => this.#served?.get(`${kind.group}/${kind.plural}`)

  #stateOf(kind: ObjectKind): Pick<KindState, 'state' | 'because'> {
    const watch = this.#watches.get(kind)?.watch
    if (watch === undefined && this.#served !== null) return { state: 'missing', because: null }
    if (watch === undefined)
      return this.#because === null
        ? { state: 'starting', because: null }
        : { state: 'failing', because: this.#because }
    const { status } = watch
    if (status.kind !== 'failing') return { state: status.kind, because: null }
    return { state: watch.isForbidden ? 'forbidden' : 'failing', because: status.because }
  }

  /** Asks now and then what is served; whoever does not answer is asked again, and what is known stays. */
  async #look(): Promise<void> {
    const { kinds, discoverEvery = 30_000 } = this.#options
    const groups = [...new Set(kinds.map(kind => kind.group))]
    let isKnown = true
    try {
      this.#served = await discover(this.#api, groups, this.#end.signal)
    } catch (error) {
      // A server that lists objects but not kinds: the versions we know are tried one after the other.
      if (error instanceof ApiError && error.status === 403 && this.#served === null)
        this.#served = new Map(kinds.map(kind => [`${kind.group}/${kind.plural}`, kind]))
      isKnown = error instanceof ApiError && error.status === 403
      this.#because = because(error, this.#api.url)
    }
    if (this.#end.signal.aborted) return
    if (this.#served) for (const kind of kinds) this.#adjust(kind)
    const failing = [...this.#watches.values()].filter(
      ({ watch }) => watch.status.kind === 'failing' && !watch.isForbidden,
    )
    // It answers: whoever waits before asking again need not wait longer.
    if (isKnown) for (const { watch } of failing) watch.hurry()
    this.#tell(undefined)
    this.#timer = setTimeout(
      () => {
        this.#looking = this.#look()
      },
      isKnown && failing.length === 0 ? discoverEvery : Math.min(whenFailing, discoverEvery),
    )
  }

  /** Begins to watch what has come, ends what has gone, begins anew what is served in another version first. */
  #adjust(kind: ObjectKind): void {
    const versions = this.#servedAs(kind)?.versions
    const known = this.#watches.get(kind)
    const isSame = known?.versions.join() === versions?.join() && known?.watch.status.kind !== 'missing'
    if (isSame) return
    if (known) {
      this.#watches.delete(kind)
      const ended = known.watch.stop().finally(() => this.#ending.delete(ended))
      this.#ending.add(ended)
      if (versions === undefined) this.#tell(kind)
    }
    if (versions === undefined) return
    const { group, kind: name, plural, namespace, isMetadataOnly = false, keep = (object: MeshObject) => object } = kind
    const watched = {
      group,
      kind: name,
      plural,
      versions,
      isCore: false,
      isMetadataOnly,
      ...(namespace === undefined ? {} : { namespace }),
      view: (object: Json) => keep(whole(object, isMetadataOnly ? '' : text(object['apiVersion']), kind, versions[0])),
    }
    const watch = new Watch<MeshObject>(watched, this.#api, this.#options, what => {
      if (this.#watches.get(kind)?.watch === watch) this.#tell(what === 'items' ? kind : undefined)
    })
    this.#watches.set(kind, { watch, versions })
    watch.start()
  }

  #tell(kind: ObjectKind | undefined): void {
    for (const listener of this.#listeners) listener(kind)
  }
}

function because(error: unknown, url: string): string {
  if (error instanceof SourceError) return error.message
  if (error instanceof ApiError && error.status === 401)
    return `Kubernetes at ${url} does not know us (401); renew the credentials of the kubeconfig.`
  return `Kubernetes at ${url} does not tell which kinds it serves${error instanceof ApiError ? `: ${error.message}` : '.'}`
}

const nothing: ReadonlyMap<string, MeshObject> = new Map()
const copy = 'kubectl.kubernetes.io/last-applied-configuration'

/** Items of a list of built-in kinds do not say what they are, and of metadata alone it is said that it is metadata. */
function whole(object: Json, said: string, { group, kind }: ObjectKind, version = ''): MeshObject {
  const metadata = at(object, 'metadata')
  const { [copy]: copied, ...annotations } = texts(metadata['annotations'])
  // A copy of the whole object as somebody once applied it says nothing that the object does not say.
  const kept = copied === undefined ? metadata : { ...metadata, annotations }
  const apiVersion = said || (group === '' ? version : `${group}/${version}`)
  return { ...object, apiVersion, kind, metadata: kept as MeshObject['metadata'] }
}
