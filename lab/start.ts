import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ObjectStore, RequestSink, Scenario } from './contract.ts'
import { type Certificates, createCertificates } from '#lab/certificates/certificates.ts'
import { createKubernetes } from '#lab/kubernetes/kubernetes.ts'
import { writeKubeconfig } from '#lab/kubernetes/kubeconfig.ts'
import type { KubernetesServer } from '#lab/kubernetes/server.ts'
import { createLogStore } from '#lab/logs/store.ts'
import type { ServerName } from '#lab/control/outage.ts'
import { createFaults, type Faults } from '#lab/faults/faults.ts'
import { reportBehaviour } from '#lab/faults/kinds/plaintext-caller.ts'
import { createPodServers } from '#lab/mesh/inspect/servers.ts'
import { createMesh, type Mesh } from '#lab/mesh/mesh.ts'
import { createExemplars } from '#lab/mesh/requests/exemplars.ts'
import { createPacker } from '#lab/mesh/requests/pack.ts'
import { createPrometheusServer, type PrometheusServer } from '#lab/prometheus/server.ts'
import { createScenario } from '#lab/scenario/scenario.ts'
import { accessObjects, type DeveloperPlaces, developerPlaces, labUsers } from '#lab/scenario/users.ts'
import { createTracingServer, type TracingServer } from '#lab/tracing/server.ts'
import { createTraceStore } from '#lab/tracing/store.ts'

export interface LabOptions {
  preset: Scenario['preset']
  seed: number
  /** 0 or absent: a free one. */
  ports?: Partial<Record<ServerName, number>>
  /** Milliseconds since the epoch: the real clock unless a test brings its own. */
  now?: () => number
  /** Shares of the requests, 0–1. Traced is what Telemetry objects and the mesh config say, unless told. */
  logShare?: number
  traceShare?: number
  /** How many times likelier a request is traced that fails or takes unusually long; 1 unless told. */
  traceBias?: number
  /** Small incidents by themselves, about every ten minutes. */
  incidents?: boolean
  /** Where to write the kubeconfig: a folder of its own, removed at the end, unless told. */
  kubeconfigPath?: string
}

/** A whole mesh on loopback. */
export interface Lab {
  /** `authority`: PEM of who signed the server's certificate. `developer`: where the user shop-dev is at home. */
  kubernetes: { url: string; server: KubernetesServer; authority: string; developer: DeveloperPlaces }
  prometheus: { url: string; server: PrometheusServer }
  tracing: { url: string; server: TracingServer }
  certificates: Certificates
  /** Path of a kubeconfig that leads to `kubernetes`. */
  kubeconfig: string
  store: ObjectStore
  mesh: Mesh
  faults: Faults
  /** Takes a server away, or gives it back. */
  setOutage(server: ServerName, isDown: boolean): void
  stop(): Promise<void>
}

/** Starts it: six hours are lived through, then it lives on by the clock. Rejects when a port is taken. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const { preset, seed, ports = {}, now = Date.now } = options
  const startedAt = now()
  const made = createScenario(preset, seed, startedAt)
  const report = reportBehaviour(made)
  const scenario = report === null ? made : { ...made, behaviours: [...made.behaviours, report] }
  const startup = new Map(
    scenario.behaviours.map(({ namespace, workload, startup: seconds }) => [`${namespace}/${workload}`, seconds]),
  )
  const certificates = createCertificates(scenario, { seed, startedAt, realNow: Date.now() })
  const { serving } = certificates
  const {
    store,
    controllers,
    server: kubernetes,
  } = createKubernetes({
    now,
    seed,
    startup,
    users: labUsers.map(({ name, token }) => ({ token, user: { name, groups: [] } })),
    tls: serving.tls,
    roots: certificates.roots,
  })
  const developer = developerPlaces(scenario)
  controllers.adopt([...accessObjects(developer, startedAt), ...certificates.secrets, ...scenario.objects])

  const traces = createTraceStore()
  const logs = createLogStore({ store, scenario, startedAt, latestPush: () => mesh.pushes.latest })
  kubernetes.showLogs(logs)
  const packer = createPacker()
  // Asked only when the mesh is there; requests are thrown before that, too.
  const exemplars = createExemplars({ select: (...asked) => mesh.samples.select(...asked) })
  const sink: RequestSink = {
    add(root, marks) {
      const packed = packer.pack(root, marks)
      logs.keep(packed)
      if (marks.isTraced) traces.keep(packed)
      exemplars.keep(root, marks)
    },
  }
  const mesh = createMesh({
    scenario,
    store,
    sink,
    seed,
    startedAt,
    sampling: samplingIn(options),
    rootExpiry: certificates.mesh.root.expiry,
    certificateExpiry: certificates.mesh.expiryOf,
    onFull: (pod, container) => controllers.restartContainer(pod, container, 'OOMKilled', 137),
  })
  kubernetes.tellReviews(mesh.review)
  kubernetes.showPods(createPodServers({ mesh, store, certificates: certificates.mesh, now }))
  const prometheus = createPrometheusServer({ store: mesh.samples, exemplars, now })
  const tracing = createTracingServer({ store: traces, now })
  const named = { kubernetes, prometheus, tracing }
  const setOutage = (server: ServerName, isDown: boolean) => named[server].setAvailable(!isDown)
  const faults = createFaults({
    seed,
    now,
    isScheduled: options.incidents ?? false,
    world: {
      scenario,
      store,
      look: mesh.look,
      setOutage,
      setNodeReady: controllers.setNodeReady,
      holdProxies: mesh.hold,
      leak: mesh.leak,
      expiredCertificate: hosts => certificates.gateways.expired(hosts, now()),
    },
  })
  const disturb = whenChanged(mesh.disturb)

  const stops: (() => Promise<void> | void)[] = [() => controllers.close(), () => logs.close(), () => mesh.stop()]
  const stop = async () => {
    for (const end of stops.splice(0).toReversed()) await end()
  }
  try {
    const url = async (name: ServerName) => {
      const address = await named[name].listen(ports[name] ?? 0)
      stops.push(() => named[name].close())
      return address
    }
    const urls = {
      kubernetes: await url('kubernetes'),
      prometheus: await url('prometheus'),
      tracing: await url('tracing'),
    }
    const kubeconfig = options.kubeconfigPath ?? join(await mkdtemp(join(tmpdir(), 'weft-lab-')), 'kubeconfig')
    if (options.kubeconfigPath === undefined)
      stops.push(() => rm(dirname(kubeconfig), { recursive: true, force: true }))
    await writeKubeconfig(kubeconfig, {
      server: urls.kubernetes,
      cluster: scenario.cluster,
      users: labUsers,
      authority: serving.authority,
    })
    stops.push(
      everySecond(now, time => {
        disturb(faults.tick(time))
        controllers.tick(time)
        mesh.advanceTo(time)
        logs.advanceTo(time)
      }),
    )
    return {
      kubernetes: { url: urls.kubernetes, server: kubernetes, authority: serving.authority, developer },
      prometheus: { url: urls.prometheus, server: prometheus },
      tracing: { url: urls.tracing, server: tracing },
      certificates,
      kubeconfig,
      store,
      mesh,
      faults,
      setOutage,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** What was told of it; whoever asks for more gets more in a second, too. */
const samplingIn = ({ logShare, traceShare, traceBias }: LabOptions) => ({
  ...(logShare === undefined ? {} : { logShare, limit: 1000 }),
  ...(traceShare === undefined ? {} : { traceShare, traceLimit: 300 }),
  ...(traceBias === undefined ? {} : { traceBias }),
})

/** Soon after each whole second of the clock, so that lateness never adds up. Returns the way to end it. */
function everySecond(now: () => number, act: (time: number) => void): () => void {
  let timer: NodeJS.Timeout | undefined
  const wait = () => {
    timer = setTimeout(
      () => {
        act(now())
        wait()
      },
      1010 - (now() % 1000),
    )
  }
  wait()
  return () => clearTimeout(timer)
}

/** A new set of disturbances makes the whole plan anew: the same one again is not passed on. */
function whenChanged(disturb: Mesh['disturb']): Mesh['disturb'] {
  let last = '[]'
  return disturbances => {
    const text = JSON.stringify(disturbances)
    if (text === last) return
    last = text
    disturb(disturbances)
  }
}
