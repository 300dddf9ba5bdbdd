import type { AccessLogging, PodRef } from '#lab/contract.ts'
import type { Hop } from '#lab/mesh/requests/pack.ts'
import { accessOf, type Directory } from './access.ts'
import { type Application, askedLine, isWorthTelling, servedLine } from './applications.ts'
import { attributesOf } from './attributes.ts'
import { type AccessFormat, jsonFormat, textFormat, writeAccess } from './format.ts'
import type { Writer } from './lines.ts'
import type { Teller } from './ring.ts'
import type { Role } from './routine.ts'
import type { Side } from './side.ts'
import { ztunnelLine } from './ztunnel.ts'

/** How a writer puts a request: none, or one line for each of its logs. Tellers are few, and shared by all their lines. */
export type Tellers = (writer: Writer, pod: PodRef, role: Role, hop: Hop) => readonly Teller[]

const nothing: readonly Teller[] = []

export function createTellers(directory: Directory): Tellers {
  const ztunnel = {
    'ztunnel-outbound': [ofHop(hop => ztunnelLine(hop, 'outbound', directory))],
    'ztunnel-inbound': [ofHop(hop => ztunnelLine(hop, 'inbound', directory))],
  }
  const access = new WeakMap<AccessLogging, Partial<Record<Side, Teller>>>()
  const formats = new WeakMap<object, AccessFormat>()
  const accessTeller = (log: AccessLogging, side: Side): Teller => {
    const sides = access.get(log) ?? {}
    access.set(log, sides)
    const format = formats.get(log.format) ?? compile(log.format)
    formats.set(log.format, format)
    return (sides[side] ??= ofHop(hop => writeAccess(format, accessOf(hop, side, directory)), log.stream))
  }
  const applications = new WeakMap<Application, Record<'application' | 'caller', readonly Teller[]>>()
  const applicationTellers = (of: Application) => {
    const known = applications.get(of)
    if (known) return known
    const made = { application: [ofHop(hop => servedLine(of, hop))], caller: [ofHop(hop => askedLine(of, hop))] }
    applications.set(of, made)
    return made
  }
  return (writer, pod, role, hop) => {
    switch (writer) {
      case 'ztunnel-outbound':
      case 'ztunnel-inbound':
        return ztunnel[writer]
      case 'application':
      case 'caller':
        return role.kind === 'application' && isWorthTelling(role.of.style, hop)
          ? applicationTellers(role.of)[writer]
          : nothing
      default:
        return logsOf(pod, writer)
          .filter(({ filter }) => filter === null || filter(attributesOf(accessOf(hop, writer, directory))))
          .map(log => accessTeller(log, writer))
    }
  }
}

/** Istio configures gateways as clients, waypoints and what comes in as servers. */
const logsOf = ({ telemetry }: PodRef, side: Side): readonly AccessLogging[] =>
  (side === 'outbound' || side === 'gateway' ? telemetry.client : telemetry.server).accessLogs

const compile = (format: AccessLogging['format']): AccessFormat => {
  if ('text' in format) return textFormat(format.text)
  return jsonFormat(Object.keys(format.labels).length === 0 ? undefined : format.labels)
}

const ofHop = (tell: (hop: Hop) => string, stream: Teller['stream'] = 'stdout'): Teller => ({
  stream,
  tell: of => (typeof of === 'string' ? of : tell(of)),
})
