import { resent } from '#shared/security/evaluate/transport.ts'
import type { Flow } from '#shared/security/flow.ts'
import type { Workload } from '#shared/security/landscape.ts'
import { destinationBehind, type Matrix } from '#shared/security/matrix.ts'
import { type Caller, sourceOf, withMtls } from '#shared/security/party.ts'
import { type SecuritySearch, wordIn } from '#web/security/search.ts'

/** The call an address asks about. What it does not say is not known. */
export function flowAsked(search: SecuritySearch, caller: Caller, workload: Workload, matrix: Matrix): Flow {
  const protocol = protocolIn(search, workload)
  const { source, mtls } = sourceOf(caller)
  const told = wordIn(search, 'mtls')
  const transport = told === 'yes' ? true : told === 'no' ? false : mtls
  const port = portIn(wordIn(search, 'port'))
  const flow: Flow = {
    id: '',
    source,
    destination: { ...destinationBehind(caller, workload, matrix.waypoints), ...(port === undefined ? {} : { port }) },
    protocol,
    ...(transport === undefined ? {} : { mtls: transport }),
    ...(protocol === 'tcp' ? { http: null, jwt: null } : { http: httpIn(search), ...tokenIn(search) }),
  }
  if (told === 'no') return { ...flow, source: { ...flow.source, principal: null } }
  const sent = withMtls(flow, matrix.around)
  // What nobody said follows what the server takes.
  const isSupposed = sent.mtls === true && told === '' && mtls === undefined
  return isSupposed ? resent(sent, 'mtls', matrix.reading.evaluator.transport(sent)) : sent
}

/** Said, or what the Service says of the port. */
export function protocolIn(search: SecuritySearch, workload: Workload): Flow['protocol'] {
  const told = wordIn(search, 'protocol')
  if (told === 'http' || told === 'grpc' || told === 'tcp') return told
  const port = portIn(wordIn(search, 'port'))
  const protocols = new Set(
    workload.ports.filter(each => port === undefined || each.port === port).map(({ protocol }) => protocol),
  )
  const [only] = protocols
  return protocols.size === 1 && only !== undefined && only !== 'unknown' ? only : 'http'
}

function portIn(text: string): number | undefined {
  const port = Number(text)
  return /^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535 ? port : undefined
}

function httpIn(search: SecuritySearch): Flow['http'] {
  const [method, path, host] = ['method', 'path', 'host'].map(name => wordIn(search, name))
  const headers = pairsIn(wordIn(search, 'headers'))
  return {
    ...(method ? { method } : {}),
    ...(path ? { path } : {}),
    ...(host ? { host } : {}),
    ...(headers === null ? {} : { headers }),
  }
}

function tokenIn(search: SecuritySearch): Pick<Flow, 'jwt'> {
  switch (wordIn(search, 'token')) {
    case 'none':
      return { jwt: null }
    case 'valid': {
      const [issuer, subject] = [wordIn(search, 'issuer'), wordIn(search, 'subject')]
      const claims = pairsIn(wordIn(search, 'claims'))
      const { aud, ...rest } = claims ?? {}
      return {
        jwt: {
          ...(issuer === '' ? {} : { issuer }),
          ...(subject === '' ? {} : { subject }),
          ...(aud === undefined ? {} : { audiences: aud }),
          ...(claims === null ? {} : { claims: rest }),
        },
      }
    }
    default:
      return {}
  }
}

/** `name=value`, one a line; null where there is none. A line without a value names something that is not sent. */
export function pairsIn(text: string): Record<string, string> | null {
  const pairs = text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
    .map((line): [string, string] => {
      const at = line.indexOf('=')
      return at < 0 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()]
    })
  return pairs.length === 0 ? null : Object.fromEntries(pairs)
}
