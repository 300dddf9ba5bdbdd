import type { PodRef } from '#lab/contract.ts'
import { accessOf, type Directory } from '#lab/logs/access.ts'
import { createDirectory } from '#lab/logs/directory.ts'
import { textFormat, writeAccess } from '#lab/logs/format.ts'
import { linesOf, type Writer } from '#lab/logs/lines.ts'
import { ztunnelLine } from '#lab/logs/ztunnel.ts'
import type { Hop } from '#lab/mesh/requests/pack.ts'
import type { Flow } from '#shared/security/flow.ts'
import type { Life } from './living.ts'

/** Lines of access logs, each with the call as whoever reads it would ask the evaluator about it. */
export interface ToldCall {
  text: string
  by: Exclude<Flow['destination']['enforcedBy'], 'none'>
  flow: Flow
}

const format = textFormat('')

/** Of every proxy that has policies, a line for each request that came to it. */
export function toldCalls(life: Life, trustDomain: string): ToldCall[] {
  const directory = createDirectory(life.store, trustDomain, new Map())
  const told: ToldCall[] = []
  for (const packed of life.thrown)
    linesOf(packed, (writer, pod, hop) => {
      const call = callOf(writer, pod, hop, life, directory)
      if (call !== null) told.push(call)
    })
  return told
}

function callOf(writer: Writer, pod: PodRef, hop: Hop, life: Life, directory: Directory): ToldCall | null {
  switch (writer) {
    case 'inbound':
    case 'closed':
      return byEnvoy('sidecar', writer, pod, hop, life, directory)
    case 'waypoint':
    case 'gateway':
      return byEnvoy(writer, writer, pod, hop, life, directory)
    case 'ztunnel-inbound':
      return byZtunnel(pod, hop, life, directory)
    default:
      return null
  }
}

function byEnvoy(
  by: ToldCall['by'],
  side: 'inbound' | 'closed' | 'waypoint' | 'gateway',
  pod: PodRef,
  hop: Hop,
  life: Life,
  directory: Directory,
): ToldCall {
  const access = accessOf(hop, side, directory)
  const { facts } = side === 'gateway' ? (hop.children.at(-1) ?? hop) : hop
  const [remote] = apart(access.downstreamRemote)
  const [ip, port] = apart(access.downstreamLocal)
  const isHttp = facts.protocol !== 'tcp'
  return {
    text: writeAccess(format, access),
    by,
    flow: {
      id: access.requestId ?? '',
      source: {
        principal: access.downstreamPeer?.replace('spiffe://', '') ?? null,
        ip: remote,
        remoteIp: access.forwardedFor ?? remote,
      },
      destination: { ...placeOf(side === 'waypoint' ? behind(hop, life) : pod, life), ip, port, enforcedBy: by },
      mtls: access.downstreamPeer !== null,
      protocol: facts.protocol,
      // Of a connection that was closed before it spoke, the caller knows what it wanted to say.
      http: isHttp
        ? {
            method: facts.method,
            path: facts.arriving.path,
            host: facts.arriving.authority,
            headers: { ...access.headers },
          }
        : null,
      jwt: facts.token === null ? null : { ...facts.token, presenter: facts.token.presenter ?? null },
      sni: access.serverName,
    },
  }
}

function byZtunnel(pod: PodRef, hop: Hop, life: Life, directory: Directory): ToldCall {
  const { facts } = hop
  const peer = facts.waypoint ?? facts.source
  const identity = `${directory.trustDomain}/ns/${peer?.namespace}/sa/${peer?.serviceAccount}`
  const ip = peer?.ip ?? null
  return {
    text: ztunnelLine(hop, 'inbound', directory),
    by: 'ztunnel',
    flow: {
      id: hop.exchange.requestId,
      source: { principal: facts.mtls ? identity : null, ip, remoteIp: ip },
      destination: {
        ...placeOf(pod, life),
        ip: pod.ip,
        port: directory.targetPort(facts.host, facts.port),
        enforcedBy: 'ztunnel',
      },
      mtls: facts.mtls,
      protocol: facts.protocol,
      http: null,
      jwt: null,
      sni: null,
    },
  }
}

const apart = (address: string): [ip: string, port: number] => {
  const at = address.lastIndexOf(':')
  return [address.slice(0, at), Number(address.slice(at + 1))]
}

/** A waypoint's line names the Service it stands for. */
function behind({ facts }: Hop, life: Life): { namespace: string; workload: string } {
  const service = life.mesh.look().snapshot.services.get(facts.host)
  const workload = service?.endpoints[0]?.workload
  return { namespace: workload?.namespace ?? '', workload: workload?.name ?? '' }
}

function placeOf({ namespace, workload }: { namespace: string; workload: string }, life: Life) {
  const labels = life.mesh.look().snapshot.workloads.get(`${namespace}/${workload}`)?.labels ?? {}
  return { namespace, workload, labels: { ...labels } }
}
