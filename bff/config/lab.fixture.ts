import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { type App, createApp } from '#bff/app.ts'
import { parseEnv } from '#bff/env.ts'
import { openSources } from '#bff/open-sources.ts'
import { loadUsers } from '#bff/sources/kubernetes-credentials.ts'
import { type KubernetesUsers, openUsers } from '#bff/sources/kubernetes-users.ts'
import type { Store } from '#bff/store/store.ts'
import { writeKubeconfig } from '#lab/kubernetes/kubeconfig.ts'
import { createKubernetes, type Kubernetes, type KubernetesOptions } from '#lab/kubernetes/kubernetes.ts'
import { accessObjects, labUsers } from '#lab/scenario/users.ts'
import { startLab } from '#lab/start.ts'

// A whole API server in every test: not slow, but nothing for a busy machine's five seconds.
vi.setConfig({ testTimeout: 20_000 })

/** An object as tests write it. */
export interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; [field: string]: unknown }
  [field: string]: unknown
}

/** The lab's API server with its three people: mesh-admin, shop-dev (edits shop, reads logistics) and viewer. */
export interface Cluster {
  kubernetes: Kubernetes
  kubeconfig: string
  users: KubernetesUsers
  /** As an administrator's kubectl would, and with its name. */
  put(...objects: Manifest[]): void
  remove(object: Manifest): void
  /** One question to the API server as one of the people; throws what is refused. */
  as(user: string, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, json?: unknown): Promise<Json>
}

export const namespace = (name: string, labels: Record<string, string> = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
})

export const virtualService = (place: string, name: string, spec: Record<string, unknown> = {}): Manifest => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name, namespace: place },
  spec: { hosts: [name], http: [{ route: [{ destination: { host: name } }] }], ...spec },
})

export const service = (place: string, name: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: place },
  spec: { selector: { app: name }, ports: [{ name: 'http', port: 8080 }] },
})

export const pod = (place: string, app: string, name: string, labels: Record<string, string> = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: place, labels: { app, ...labels } },
  spec: {
    serviceAccountName: app,
    containers: [
      { name: 'app', image: 'shop/app:1' },
      { name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.29.0' },
    ],
  },
})

export async function cluster(objects: Manifest[] = [], options: Partial<KubernetesOptions> = {}): Promise<Cluster> {
  const kubernetes = createKubernetes({
    now: Date.now,
    seed: 1,
    users: labUsers.map(({ name, token }) => ({ token, user: { name, groups: [] } })),
    ...options,
  })
  const { store, server } = kubernetes
  const places = { edits: 'shop', reads: 'logistics' }
  for (const object of accessObjects(places, Date.now())) store.create(object)
  const put = (...given: Manifest[]) => {
    for (const object of given) {
      const { name, namespace: place } = object.metadata
      const resource = store.resources.of(object.apiVersion, object.kind)?.name ?? ''
      if (store.get(resource, place, name)) store.replace(object)
      else store.create(object)
    }
  }
  put(...['istio-system', 'shop', 'logistics', 'pay'].map(name => namespace(name)), ...objects)
  const url = await server.listen()
  const folder = mkdtempSync(join(tmpdir(), 'weft-config-'))
  const kubeconfig = join(folder, 'kubeconfig')
  await writeKubeconfig(kubeconfig, { server: url, cluster: 'lab', users: labUsers })
  const users = openUsers(await loadUsers({ kubeconfig, context: null }), { isLab: true })
  onTestFinished(async () => {
    await users.close()
    kubernetes.controllers.close()
    await server.close()
    rmSync(folder, { recursive: true })
  })
  return {
    kubernetes,
    kubeconfig,
    users,
    put,
    as: async (user, method, path, json) => {
      const type = method === 'PATCH' ? 'application/apply-patch+yaml' : 'application/json'
      const answer = await users.as(user).ask({ method, path, ...(json === undefined ? {} : { body: { type, json } }) })
      if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`)
      return answer.json ?? {}
    },
    remove: ({ apiVersion, kind, metadata }) =>
      void store.remove(store.resources.of(apiVersion, kind)?.name ?? '', metadata.namespace, metadata.name),
  }
}

/** The lab as people start it: with traffic, and an istiod that answers. */
export async function wholeLab(): Promise<{ kubeconfig: string; prometheus: string }> {
  const lab = await startLab({ preset: 'shop', seed: 1 })
  onTestFinished(() => lab.stop())
  return { kubeconfig: lab.kubeconfig, prometheus: lab.prometheus.url }
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** The whole console on a cluster of the lab. `as` calls it as one of the lab's people. */
export async function consoleOn(
  kubeconfig: string,
  store?: Store,
  prometheus?: string,
): Promise<{ app: App; url: string; as(user: string): (path: string, body?: unknown) => Promise<Reply> }> {
  const env = parseEnv({
    WEFT_MESH: 'lab',
    WEFT_KUBECONFIG: kubeconfig,
    WEFT_PROMETHEUS_URL: prometheus,
    NODE_ENV: 'test',
  })
  const sources = await openSources(env, silent)
  const kept = store && { store }
  const app = await createApp({ sources, users: sources.users, objects: sources.objects, ...kept, env, log: silent })
  onTestFinished(async () => {
    await app.close()
    await sources.close()
  })
  const { url } = await app.listen(0, '127.0.0.1')
  await sources.kubernetes.settled()
  return {
    app,
    url,
    as: user => async (path, body) => {
      const response = await fetch(`${url}/api/config${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'content-type': 'application/json', ...(user === '' ? {} : { 'weft-user': user }) },
        body: body === undefined ? null : JSON.stringify(body),
      })
      return { status: response.status, body: (await response.json()) as Json }
    },
  }
}

export type Json = Record<string, unknown>
export interface Reply {
  status: number
  body: Json
}
