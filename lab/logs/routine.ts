import type { KubeObject } from '#lab/contract.ts'
import { at, listOf, numberOf, textOf } from '#lab/kubernetes/value.ts'
import { hashText, mix } from '#lab/mesh/traffic/random.ts'
import type { Application } from './applications.ts'
import { plainStamp, stamp } from './stamp.ts'

/** Lines that need no request: how a container begins, and what it says every few minutes. */

/** What a container is, as far as its log shows. */
export type Role =
  | { kind: 'proxy' | 'ztunnel' | 'istiod' | 'init' | 'node-agent' }
  | { kind: 'application'; of: Application }

export interface Note {
  /** Milliseconds since the epoch. */
  time: number
  text: string
}

export function roleOf(pod: KubeObject, container: string): Role {
  const labels = pod.metadata.labels ?? {}
  const spec = listOf(at(pod, 'spec.containers')).find(item => item['name'] === container)
  const init = listOf(at(pod, 'spec.initContainers')).find(item => item['name'] === container)
  if (container === 'istio-proxy') return { kind: labels['app'] === 'ztunnel' ? 'ztunnel' : 'proxy' }
  if (spec === undefined && init?.['restartPolicy'] !== 'Always') return { kind: 'init' }
  if (labels['app'] === 'istiod') return { kind: 'istiod' }
  if (labels['k8s-app'] === 'istio-cni-node') return { kind: 'node-agent' }
  return { kind: 'application', of: applicationOf(textOf(spec?.['image']), container, pod.metadata.namespace ?? '') }
}

function applicationOf(image: string, name: string, namespace: string): Application {
  const store = /(?:^|\/)(postgres|redis|kafka)[:@]/.exec(image)?.[1]
  if (store === 'postgres' || store === 'redis' || store === 'kafka') return { style: store, name }
  return { style: hashText(`${namespace}/${name}`) % 3 === 0 ? 'text' : 'json', name }
}

/** From the container's start on. */
export function beginning(role: Role, pod: KubeObject, container: string, began: number): Note[] {
  return beginningOf(role, pod, container).map(([after, write]) => ({
    time: began + after,
    text: write(began + after),
  }))
}

type Line = [after: number, write: (time: number) => string]

const istio =
  (scope: string, text: string): Line[1] =>
  time =>
    `${stamp(time)}\tinfo\t${scope === '' ? '' : `${scope}\t`}${text}`

function beginningOf(role: Role, pod: KubeObject, container: string): Line[] {
  const { namespace = 'default', name } = pod.metadata
  const image = textOf(listOf(at(pod, 'spec.containers')).find(item => item['name'] === container)?.['image'])
  const version = image.split(':').at(-1) ?? ''
  const ip = textOf(at(pod, 'status.podIP'))
  switch (role.kind) {
    case 'proxy':
      return [
        [120, istio('', `FLAG: --domain="${namespace}.svc.cluster.local"`)],
        [121, istio('', `Version ${version}-Clean`)],
        [124, istio('', `Proxy role ips=[${ip}] id=${name}.${namespace} domain=${namespace}.svc.cluster.local`)],
        [160, istio('', 'CA Endpoint istiod.istio-system.svc:15012, provider Citadel')],
        [240, istio('xdsproxy', 'connected to delta upstream XDS server: istiod.istio-system.svc:15012')],
        [310, istio('cache', 'generated new workload certificate\tresourceName=default ttl=23h59m59s')],
        [312, istio('cache', 'Root cert has changed, start rotating root cert')],
        [420, istio('ads', `SDS: PUSH request for node:${name}.${namespace} resources:1 size:4.0kB resource:default`)],
        [980, istio('', 'Readiness succeeded in 860.2ms')],
        [982, istio('', 'Envoy proxy is ready')],
      ]
    case 'ztunnel':
      return [
        [60, istio('ztunnel', `version: version.BuildInfo{Version:"${version}"}`)],
        [140, istio('xds::client:xds{id=1}', 'Stream established')],
        [180, istio('proxyfactory', 'starting proxy')],
        [420, istio('state', 'marking server ready')],
      ]
    case 'istiod':
      return [
        [90, istio('', `FLAG: --monitoringAddr=":15014"`)],
        [95, istio('', `initializing Istiod ${version}`)],
        [700, istio('klog', `successfully acquired lease istio-system/istio-namespace-controller-election`)],
        [1150, istio('ads', 'All caches have been synced up in 1.05s, marking server ready')],
        [1160, istio('', 'starting gRPC discovery service at [::]:15010')],
        [1162, istio('', 'starting secure gRPC discovery service at [::]:15012')],
        [1164, istio('', 'starting webhook service at [::]:15017')],
      ]
    case 'node-agent':
      return [[300, istio('cni-agent', 'CNI configuration and binaries reinstalled.')]]
    case 'init':
      return [
        [
          20,
          time =>
            `${stamp(time)}\tinfo\tStarting iptables validation. This check verifies that iptables rules are properly established for the network.`,
        ],
        [60, time => `${stamp(time)}\tinfo\tValidation passed, iptables rules established`],
      ]
    case 'application':
      return applicationBeginning(role.of, version, listOf(at(pod, 'spec.containers')))
  }
}

function applicationBeginning(
  { style, name }: Application,
  version: string,
  containers: Record<string, unknown>[],
): Line[] {
  const port = listOf(containers.find(item => item['name'] === name)?.['ports'])[0]?.['containerPort']
  const line = (after: number, msg: string): Line => [after, time => plainLine({ style, name }, time, msg)]
  switch (style) {
    case 'postgres':
      return [
        line(200, `starting PostgreSQL ${version} on x86_64-pc-linux-gnu, compiled by gcc, 64-bit`),
        line(205, 'listening on IPv4 address "0.0.0.0", port 5432'),
        line(900, 'database system is ready to accept connections'),
      ]
    case 'redis':
      return [
        line(10, `Redis version=${version}, bits=64, pid=1, just started`),
        line(40, 'Ready to accept connections tcp'),
      ]
    case 'kafka':
      return [
        line(900, 'Registered `kafka:type=kafka.Log4jController` MBean (kafka.utils.Log4jControllerRegistration$)'),
        line(4200, '[KafkaRaftServer nodeId=0] Kafka Server started (kafka.server.KafkaRaftServer)'),
      ]
    case 'json':
    case 'text':
      return [
        line(80, `starting ${name} ${version}`),
        line(640, 'configuration loaded, 3 sources'),
        line(1400, `listening on :${numberOf(port, 8080)}`),
      ]
  }
}

function plainLine({ style, name }: Application, time: number, msg: string): string {
  switch (style) {
    case 'postgres':
      return `${plainStamp(time)} UTC [1] LOG:  ${msg}`
    case 'redis':
      return `1:M ${redisStamp(time)} * ${msg}`
    case 'kafka':
      return `[${plainStamp(time, ',')}] INFO ${msg}`
    case 'json':
      return JSON.stringify({ time: new Date(time).toISOString(), level: 'info', logger: name, msg })
    case 'text':
      return `${plainStamp(time)} INFO  [${name}] [main] ${msg}`
  }
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function redisStamp(time: number): string {
  const [day = '', clock = ''] = plainStamp(time).split(' ')
  const [year, month, date] = day.split('-')
  return `${date} ${months[Number(month) - 1]} ${year} ${clock}`
}

/** Milliseconds between two lines that come by themselves. */
export const routineEvery = 300_000

/** When in each interval a container speaks, so that not all do at once. */
export const routineOffset = (key: string): number => (hashText(key) % 300) * 1000

/** Memory, caches and connections: what containers say without being asked. Null: nothing. */
export function routine(role: Role, key: string, time: number): string | null {
  const chance = (range: number, salt: number) => mix(hashText(key), Math.floor(time / 1000), salt) % range
  if (role.kind === 'proxy')
    return istio('xdsproxy', 'connected to delta upstream XDS server: istiod.istio-system.svc:15012')(time)
  if (role.kind !== 'application') return null
  const line = (msg: string) => plainLine(role.of, time, msg)
  switch (role.of.style) {
    case 'postgres':
      return line(
        `checkpoint complete: wrote ${200 + chance(900, 1)} buffers (${(1 + chance(40, 2) / 10).toFixed(1)}%); 0 WAL file(s) added, 0 removed, 1 recycled`,
      )
    case 'redis':
      return line(`${100 + chance(900, 3)} changes in 300 seconds. Saving...`)
    case 'kafka':
      return line(
        `[GroupMetadataManager brokerId=0] Removed ${chance(3, 4)} expired offsets in ${chance(9, 5)} milliseconds.`,
      )
    case 'json':
      return line(
        `gc: ${3 + chance(9, 6)} cycles, pause max ${(0.2 + chance(30, 7) / 10).toFixed(1)}ms, heap ${60 + chance(120, 8)}MiB`,
      )
    case 'text':
      return line(
        `[gc] GC(${Math.floor(time / routineEvery) % 10_000}) Pause Young (Normal) ${120 + chance(60, 9)}M->${40 + chance(20, 10)}M(256M) ${(2 + chance(60, 11) / 10).toFixed(1)}ms`,
      )
  }
}
