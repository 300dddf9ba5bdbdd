import { createMeshCertificates } from '#lab/certificates/mesh.ts'
import type { KubeObject, PodReply } from '#lab/contract.ts'
import { createMesh } from '#lab/mesh/mesh.ts'
import { memoryStore } from '#lab/mesh/testing/memory-store.ts'
import { workload } from '#lab/mesh/testing/objects.ts'
import { smallScenario, startedAt } from '#lab/mesh/testing/small-mesh.ts'
import { connectionsOf } from '#lab/mesh/xds/connections.ts'
import { createPodServers } from './servers.ts'

/** The small mesh under two istiods, with somebody who asks its processes. */
export function inspected(...objects: KubeObject[]) {
  const scenario = smallScenario()
  const store = memoryStore([...scenario.objects, ...workload('istio-system', 'istiod', 'plain'), ...objects])
  const certificates = createMeshCertificates({ trustDomain: 'cluster.local', seed: 1, startedAt, ageDays: 90 })
  const mesh = createMesh({
    scenario,
    store,
    sink: { add: () => undefined },
    seed: 1,
    startedAt,
    historyHours: 0.05,
    certificateExpiry: certificates.expiryOf,
  })
  let time = startedAt
  const servers = createPodServers({ mesh, store, certificates, now: () => time })
  const ask = (pod: string, port: number, url: string, method = 'GET'): PodReply | null => {
    const [namespace = '', name = ''] = pod.split('/')
    const object = store.get('pods', namespace, name)
    if (!object) throw new Error(`The small mesh has no pod ${pod}.`)
    const { pathname: path, searchParams: query } = new URL(url, 'http://pod')
    return servers.ask(object, port, { method, path, query })
  }
  const read = (pod: string, port: number, url: string) => JSON.parse(ask(pod, port, url)?.body ?? 'null') as unknown
  return {
    mesh,
    store,
    ask,
    read,
    /** A part of a proxy's dump, by what it is about. */
    dump: (pod: string, about: string, query = '') => partOf(read(pod, 15_000, `/config_dump?${query}`) as Dump, about),
    /** Of each istiod that has an answer. */
    everywhere: (url: string) =>
      ['istio-system/istiod-5d4f-0', 'istio-system/istiod-5d4f-1']
        .map(name => ask(name, 15_014, url))
        .flatMap(reply => (reply?.code === 200 ? [JSON.parse(reply.body) as unknown] : [])),
    connected: () => connectionsOf(mesh.look().snapshot).all,
    run(seconds: number) {
      time += seconds * 1000
      mesh.advanceTo(time)
    },
    write(...written: KubeObject[]) {
      for (const object of written) store.create(object)
      time += 1000
      mesh.advanceTo(time)
    },
  }
}

export type Inspected = ReturnType<typeof inspected>

export type Part = Record<string, unknown> & { '@type': string }
export interface Dump {
  configs: Part[]
}

export function partOf({ configs }: Dump, about: string): Part {
  const found = configs.find(part => part['@type'] === `type.googleapis.com/envoy.admin.v3.${about}ConfigDump`)
  if (!found) throw new Error(`The dump has no ${about}.`)
  return found
}

/** Everything in a value that has this key. */
export function valuesAt(value: unknown, key: string, found: unknown[] = []): unknown[] {
  if (Array.isArray(value)) for (const item of value) valuesAt(item, key, found)
  else if (typeof value === 'object' && value !== null)
    for (const [name, item] of Object.entries(value)) {
      if (name === key) found.push(item)
      valuesAt(item, key, found)
    }
  return found
}
