import type { SourceState } from '#shared/mesh/source.ts'
import type { EpochMilliseconds, Milliseconds } from '#shared/units.ts'
import { ApiError, KubernetesApi } from './kubernetes-api.ts'
import type { Credentials } from './kubernetes-credentials.ts'
import { kinds } from './kubernetes-kinds.ts'
import { text } from './kubernetes-raw.ts'
import { Watch, type WatchWorld } from './kubernetes-watch.ts'
import { type Kubernetes, type MeshObjects, SourceError } from './source.ts'
import { StateKeeper, unsetState } from './source-state.ts'

export interface KubernetesOptions {
  credentials: Credentials
  now: () => EpochMilliseconds
  random?: () => number
  /** Hears each Warning header of the API server once. */
  warned?: (warning: string) => void
  pauses?: Partial<WatchWorld['pauses']>
  /** Between two questions whether the server still answers: a watch can be silent for a long time and still stand. */
  heartbeat?: { every: Milliseconds; whenFailing: Milliseconds; timeout: Milliseconds }
}

export type OpenKubernetes = Kubernetes & {
  /** Warning headers of the API server so far, in its own words. */
  warnings(): readonly string[]
  /** Resolves when the objects are there or the server has failed: for a first word at start. */
  settled(): Promise<void>
  close(): Promise<void>
}

/** Starts to list and watch; never throws, what happens is in `state()`. */
export function openKubernetes(options: KubernetesOptions): OpenKubernetes {
  return new KubernetesClient(options)
}

/** Stands where no cluster was given. */
export function unsetKubernetes(): OpenKubernetes {
  return {
    objects: () => null,
    cluster: () => '',
    user: () => '',
    state: () => unsetState('kubernetes', '--kubeconfig or WEFT_KUBECONFIG'),
    warnings: () => [],
    settled: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}

const usualPauses = { least: 800, most: 30_000, missing: 60_000 }
const usualHeartbeat = { every: 15_000, whenFailing: 3000, timeout: 10_000 }

class KubernetesClient implements OpenKubernetes {
  readonly #options: KubernetesOptions
  readonly #api: KubernetesApi
  readonly #state: StateKeeper
  readonly #watches: Watches
  readonly #end = new AbortController()
  readonly #settled = Promise.withResolvers<void>()
  readonly #stale = new Set<Name>()
  #revision = 0
  #objects: MeshObjects | null = null
  #pulse: { duration: Milliseconds } | { because: string } | null = null
  #timer: NodeJS.Timeout | undefined

  constructor(options: KubernetesOptions) {
    this.#options = options
    this.#api = new KubernetesApi(options.credentials, options.warned ?? (() => {}))
    this.#state = new StateKeeper('kubernetes', this.#api.url, options.now)
    const { now, random = Math.random } = options
    const world = { now, random, pauses: { ...usualPauses, ...options.pauses } }
    const changed = (name: Name) => (what: 'items' | 'status') => {
      if (what === 'items') {
        this.#revision += 1
        this.#stale.add(name)
      }
      this.#judge()
    }
    this.#watches = {
      namespaces: new Watch(kinds.namespaces, this.#api, world, changed('namespaces')),
      pods: new Watch(kinds.pods, this.#api, world, changed('pods')),
      services: new Watch(kinds.services, this.#api, world, changed('services')),
      deployments: new Watch(kinds.deployments, this.#api, world, changed('deployments')),
      statefulSets: new Watch(kinds.statefulSets, this.#api, world, changed('statefulSets')),
      daemonSets: new Watch(kinds.daemonSets, this.#api, world, changed('daemonSets')),
      peerAuthentications: new Watch(kinds.peerAuthentications, this.#api, world, changed('peerAuthentications')),
      authorizationPolicies: new Watch(kinds.authorizationPolicies, this.#api, world, changed('authorizationPolicies')),
      serviceEntries: new Watch(kinds.serviceEntries, this.#api, world, changed('serviceEntries')),
      gateways: new Watch(kinds.gateways, this.#api, world, changed('gateways')),
    }
    for (const watch of Object.values(this.#watches)) watch.start()
    void this.#beat()
  }

  objects(): MeshObjects | null {
    if (!this.#isComplete()) return null
    // Built when asked for: a rollout of thousands of pods is thousands of events and one reading.
    if (this.#objects === null || this.#stale.size > 0) this.#objects = this.#build(this.#objects)
    return this.#objects
  }

  cluster(): string {
    return this.#options.credentials.cluster
  }

  user(): string {
    return this.#options.credentials.user
  }

  state(): SourceState {
    return this.#state.get()
  }

  warnings(): readonly string[] {
    return this.#api.warnings
  }

  settled(): Promise<void> {
    return this.#settled.promise
  }

  async close(): Promise<void> {
    this.#end.abort()
    clearTimeout(this.#timer)
    await Promise.all(Object.values(this.#watches).map(watch => watch.stop()))
    await this.#api.close()
    this.#settled.resolve()
  }

  /** Core kinds are listed, and of each other kind it is known whether there is such a thing. */
  #isComplete(): boolean {
    return names.every(name =>
      kinds[name].isCore ? this.#watches[name].hasListed : this.#watches[name].status.kind !== 'starting',
    )
  }

  #build(before: MeshObjects | null): MeshObjects {
    const { namespaces, pods, services, deployments, statefulSets, daemonSets, ...others } = this.#watches
    const fresh = <T>(watched: Name[], known: readonly T[] | undefined, ...watches: Watch<T>[]): readonly T[] =>
      known && !watched.some(name => this.#stale.has(name))
        ? known
        : watches.flatMap(watch => [...watch.items.values()])
    const objects: MeshObjects = {
      revision: this.#revision,
      namespaces: fresh(['namespaces'], before?.namespaces, namespaces),
      pods: fresh(['pods'], before?.pods, pods),
      workloads: fresh(
        ['deployments', 'statefulSets', 'daemonSets'],
        before?.workloads,
        deployments,
        statefulSets,
        daemonSets,
      ),
      services: fresh(['services'], before?.services, services),
      peerAuthentications: fresh(['peerAuthentications'], before?.peerAuthentications, others.peerAuthentications),
      authorizationPolicies: fresh(
        ['authorizationPolicies'],
        before?.authorizationPolicies,
        others.authorizationPolicies,
      ),
      serviceEntries: fresh(['serviceEntries'], before?.serviceEntries, others.serviceEntries),
      gateways: fresh(['gateways'], before?.gateways, others.gateways),
    }
    this.#stale.clear()
    return objects
  }

  /** The state is the worst of the heartbeat and the core kinds; trouble with the others is told beside a good state. */
  #judge(): void {
    const of = (isCore: boolean) =>
      names
        .filter(name => kinds[name].isCore === isCore)
        .map(name => this.#watches[name].status)
        .flatMap(status => (status.kind === 'failing' ? [status.because] : []))
    const [because] = [...(this.#pulse && 'because' in this.#pulse ? [this.#pulse.because] : []), ...of(true)]
    if (because !== undefined) {
      this.#state.bad(because)
      this.#settled.resolve()
      return
    }
    if (!this.#isComplete() || this.#pulse === null || 'because' in this.#pulse) return
    this.#state.good(this.#pulse.duration, of(false)[0] ?? null)
    this.#settled.resolve()
  }

  /** Asks for the version now and then; whoever answers again finds the watches waiting no longer. */
  async #beat(): Promise<void> {
    const { every, whenFailing, timeout } = this.#options.heartbeat ?? usualHeartbeat
    const wasGone = this.#pulse !== null && 'because' in this.#pulse
    try {
      const { json, duration } = await this.#api.get('/version', this.#end.signal, timeout)
      this.#pulse = { duration }
      const version = text(json['gitVersion']).slice(0, 60)
      if (version) this.#state.is(`Kubernetes ${version}`)
    } catch (error) {
      this.#pulse = pulseOf(error, this.#api.url)
    }
    if (this.#end.signal.aborted) return
    if (wasGone && 'duration' in this.#pulse) for (const watch of Object.values(this.#watches)) watch.hurry()
    this.#judge()
    const isFailing = this.#state.get().state === 'failing'
    this.#timer = setTimeout(() => void this.#beat(), isFailing ? whenFailing : every)
  }
}

/** An API server that refuses to tell its version is alive all the same. */
function pulseOf(error: unknown, url: string): { duration: Milliseconds } | { because: string } {
  if (error instanceof SourceError) return { because: error.message }
  if (!(error instanceof ApiError)) return { because: `Kubernetes at ${url} cannot be asked for its version.` }
  if (error.status === 401)
    return { because: `Kubernetes at ${url} does not know us (401); renew the credentials of the kubeconfig.` }
  if (error.status >= 500) return { because: `Kubernetes at ${url} answers ${error.status}: ${error.message}` }
  return { duration: 0 }
}

type Name = keyof typeof kinds
type Watches = { [name in Name]: Watch<ReturnType<(typeof kinds)[name]['view']>> }
const names = Object.keys(kinds) as Name[]
