import type { KubeObject, ResourceName } from '#lab/contract.ts'
import { adopt } from './controllers/adopt.ts'
import { ambientController } from './controllers/ambient.ts'
import { aggregationController } from './controllers/aggregation.ts'
import type { Cluster, Controller } from './controllers/controller.ts'
import { autoscalerController, type CpuUtilization } from './controllers/autoscaler.ts'
import { cronJobController } from './controllers/cron-job.ts'
import { daemonSetController } from './controllers/daemon-set.ts'
import { definitionController } from './controllers/definition.ts'
import { deploymentController } from './controllers/deployment.ts'
import { disruptionController } from './controllers/disruption.ts'
import { endpointsController } from './controllers/endpoints.ts'
import { gatewayApiController } from './controllers/gateway-api/gateway.ts'
import { gatewayClassController } from './controllers/gateway-api/classes.ts'
import { routeKinds } from './controllers/gateway-api/listeners.ts'
import { routeController } from './controllers/gateway-api/route.ts'
import { garbageCollector } from './controllers/garbage.ts'
import { inject } from './controllers/injection.ts'
import { policyController } from './controllers/istio/policies.ts'
import { virtualServiceController } from './controllers/istio/virtual-service.ts'
import { waypointBindingController } from './controllers/istio/waypoint-binding.ts'
import { jobController } from './controllers/job.ts'
import { loadBalancerController } from './controllers/load-balancer.ts'
import { namespaceController } from './controllers/namespace.ts'
import { setNodeReady } from './controllers/nodes.ts'
import { createOwnerIndex } from './controllers/owners.ts'
import { createPlacement } from './controllers/placement.ts'
import { podController } from './controllers/pod.ts'
import { createRecorder, forgetOldEvents } from './controllers/recorder.ts'
import { replicaSetController } from './controllers/replica-set.ts'
import { type RootCertificate, rootCertificateController } from './controllers/root-certificates.ts'
import { istioController } from './controllers/sail/istio.ts'
import { partController, tagController } from './controllers/sail/parts.ts'
import { revisionController } from './controllers/sail/revision.ts'
import { statefulSetController } from './controllers/stateful-set.ts'
import type { KubernetesStore } from './store.ts'

export interface ControllersOptions {
  store: KubernetesStore
  /** Milliseconds since the epoch. */
  now: () => number
  /** Seconds until a new pod is ready, by `namespace/workload`; 4 where nothing is said. */
  startup?: ReadonlyMap<string, number>
  /** For HorizontalPodAutoscalers; without it they say that they have no metrics. */
  cpuUtilization?: CpuUtilization
  /** What every namespace trusts. */
  roots?: readonly RootCertificate[]
  /** Told of an object that a controller could not work with; the others go on. */
  onError?: (error: unknown, object: string) => void
}

export interface Controllers {
  /** Takes over objects that are complete, without events and without churn. Throws StoreError for what it cannot take. */
  adopt(objects: readonly KubeObject[]): void
  /** Lets time pass: call it about once a second with milliseconds since the epoch. */
  tick(now: number): void
  /** Works off what changes have brought up. Happens by itself soon after each change, too. */
  settle(): void
  /** What happens to an object before it is created (sidecar injection): for the server's `admit`. */
  admit(object: KubeObject): KubeObject
  /** A node that falls silent: its pods leave their Services, and go elsewhere after a while; or one that is back. */
  setNodeReady(name: string, isReady: boolean): void
  /** Ends a container (`OOMKilled`, 137); it is started again, later and later. */
  restartContainer(pod: { namespace: string; name: string }, container: string, reason: string, exitCode: number): void
  close(): void
}

/** More steps than any honest change needs: controllers that work against each other are a mistake of ours. */
const stepLimit = 1_000_000

/** The controllers of a cluster in small, all in one process and in a fixed order. */
export function createControllers(options: ControllersOptions): Controllers {
  const { store, startup, onError = console.error } = options
  const owners = createOwnerIndex(store)
  const placement = createPlacement(store)
  const record = createRecorder(store, options.now)
  let quiet = false
  const cluster: Cluster = {
    store,
    owners,
    placement,
    now: options.now,
    since: object => (quiet && Date.parse(object.metadata.creationTimestamp ?? '')) || options.now(),
    lookAgain: (controller, key, time) =>
      void queues.find(queue => queue.controller.name === controller)?.later.set(key, time),
    startup: (namespace, workload) => startup?.get(`${namespace}/${workload}`) ?? 4,
    record: (...event) => {
      if (!quiet) record(...event)
    },
  }
  const pods = podController(cluster)
  const controllers: Controller[] = [
    definitionController(cluster),
    namespaceController(cluster),
    garbageCollector(cluster),
    deploymentController(cluster),
    statefulSetController(cluster),
    daemonSetController(cluster),
    replicaSetController(cluster),
    pods,
    ambientController(cluster),
    jobController(cluster),
    cronJobController(cluster),
    autoscalerController(cluster, (namespace, workload) => options.cpuUtilization?.(namespace, workload)),
    disruptionController(cluster),
    endpointsController(cluster),
    loadBalancerController(cluster),
    gatewayClassController(cluster),
    gatewayApiController(cluster),
    ...routeKinds.map(kind => routeController(cluster, kind)),
    waypointBindingController(cluster, 'ServiceWaypoint', 'services'),
    waypointBindingController(cluster, 'ServiceEntryWaypoint', 'serviceentries.networking.istio.io'),
    policyController(cluster),
    virtualServiceController(cluster),
    istioController(cluster),
    tagController(cluster),
    revisionController(cluster),
    partController(cluster, 'IstioCNI'),
    partController(cluster, 'ZTunnel'),
    aggregationController(cluster),
    rootCertificateController(cluster, options.roots ?? []),
  ]
  /** What each controller still has to look at, and later when; a key that comes twice is looked at once. */
  const queues = controllers.map(controller => ({
    controller,
    keys: new Set<string>(),
    later: new Map<string, number>(),
  }))
  const listeners = new Map<ResourceName, typeof queues>()
  function listening(resource: ResourceName): typeof queues {
    const known = listeners.get(resource)
    if (known) return known
    const found = queues.filter(({ controller: { watches } }) => watches === undefined || watches.includes(resource))
    listeners.set(resource, found)
    return found
  }
  let isScheduled = false
  let isSettling = false
  let isClosed = false
  let lastCleaning = options.now()

  const leave = store.subscribe(change => {
    for (const { controller, keys } of listening(change.resource))
      for (const key of controller.interests(change)) keys.add(key)
    if (isScheduled || isSettling) return
    isScheduled = true
    // After the writer's own turn: a controller's work is never part of somebody's request.
    setImmediate(() => {
      isScheduled = false
      if (!isClosed) settle()
    })
  })

  function settle(): void {
    if (isSettling) return
    isSettling = true
    try {
      let steps = 0
      while (steps < stepLimit) {
        let isQuiet = true
        // One controller after the other, each with all that has gathered: a thousand new pods are counted once.
        for (const queue of queues) {
          const keys = [...queue.keys]
          queue.keys.clear()
          for (const key of keys) work(queue.controller, key)
          steps += keys.length
          if (keys.length > 0) isQuiet = false
        }
        if (isQuiet) return
      }
      for (const { keys } of queues) keys.clear()
      throw new Error(`controllers did not come to rest within ${stepLimit} steps`)
    } finally {
      isSettling = false
    }
  }

  function work(controller: Controller, key: string): void {
    const slash = key.indexOf('/')
    try {
      controller.reconcile(key.slice(0, slash), key.slice(slash + 1))
    } catch (error) {
      onError(error, `${controller.name} ${key}`)
    }
  }

  return {
    adopt(objects) {
      quiet = true
      try {
        adopt(cluster, objects)
        settle()
      } finally {
        quiet = false
      }
    },
    tick(now) {
      settle()
      for (const { controller, keys, later } of queues) {
        controller.tick?.(now)
        for (const [key, time] of later)
          if (time <= now) {
            later.delete(key)
            keys.add(key)
          }
      }
      settle()
      if (now - lastCleaning < 60_000) return
      lastCleaning = now
      forgetOldEvents(store, now)
    },
    settle,
    admit: object => inject(object, store),
    setNodeReady: (name, isReady) => setNodeReady(cluster, name, isReady),
    restartContainer: pods.restartContainer,
    close() {
      isClosed = true
      leave()
      for (const controller of controllers) controller.close?.()
      placement.close()
      owners.close()
    },
  }
}
