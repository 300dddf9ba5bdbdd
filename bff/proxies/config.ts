import { debugPath, type IstiodPlace } from '#bff/mesh/proxy-sync.ts'
import { HttpProblem } from '#bff/http/problem.ts'
import { ApiError } from '#bff/sources/kubernetes-api.ts'
import type { KubernetesClient } from '#bff/sources/kubernetes-users.ts'
import { SourceError } from '#bff/sources/source.ts'
import type { ConfigRow } from '#shared/proxies/api.ts'
import { type Table, tablesOf } from '#shared/proxies/tables.ts'
import type { Bytes, EpochMilliseconds, Milliseconds } from '#shared/units.ts'
import { envoyRows, isEnvoyList } from './envoy.ts'
import { type Scanned, scan } from './pieces.ts'
import { isZtunnelList, ztunnelRows } from './ztunnel.ts'

/** All tables of one proxy, as they were when it was asked. */
export interface ReadConfig {
  at: EpochMilliseconds
  speaks: 'envoy' | 'ztunnel'
  toldBy: 'proxy' | 'istiod'
  tables: ReadonlyMap<Table, { rows: ConfigRow[]; left: number }>
  partial: string[]
}

const cap: Bytes = 50e6
const mostRows = 20_000
/** A dump comes at once or not at all. */
const silence: Milliseconds = 15_000

interface Asked {
  client: KubernetesClient
  namespace: string
  pod: string
  istiods: readonly IstiodPlace[]
  now: () => EpochMilliseconds
}

/**
 * The configuration of one proxy, read as the caller: from the proxy through the API server; where its administration
 * listens for its own pod only, what istiod would send it. Throws a Problem that names the right that is missing.
 */
export async function readConfig(asked: Asked, signal: AbortSignal): Promise<ReadConfig> {
  const { client, namespace, pod } = asked
  const at = asked.now()
  const own = `/api/v1/namespaces/${namespace}/pods/${pod}:15000/proxy/config_dump?include_eds`
  let because: string
  try {
    return { at, toldBy: 'proxy', ...(await read(client, own, signal)) }
  } catch (error) {
    if (error instanceof ApiError && !isUpstream(error)) throw refusal(error, asked)
    if (!(error instanceof ApiError) && !(error instanceof SourceError)) throw error
    signal.throwIfAborted()
    because = error.message
  }
  const told = await fromIstiod(asked, signal)
  if (told === null)
    throw new HttpProblem(
      502,
      `The proxy of ${namespace}/${pod} does not tell its configuration (${because}), and no istiod that may be asked knows it.`,
    )
  const instead = `The proxy does not answer on port 15000 (${because}), so this is what istiod would send it, without the certificates that it has from its own agent.`
  return { at, toldBy: 'istiod', ...told, partial: [instead, ...told.partial] }
}

/** Another istiod may know the proxy; one that may not be asked says nothing. */
async function fromIstiod({ client, namespace, pod, istiods }: Asked, signal: AbortSignal) {
  for (const place of istiods) {
    try {
      const path = debugPath(place, `config_dump?proxyID=${pod}.${namespace}&include_eds=true`)
      // oxlint-disable-next-line no-await-in-loop -- the first that knows it is enough: a dump is large
      return await read(client, path, signal)
    } catch (error) {
      if (!(error instanceof ApiError) && !(error instanceof SourceError)) throw error
      signal.throwIfAborted()
    }
  }
  return null
}

/** The API server could not reach what it was asked to ask. */
const isUpstream = ({ status }: ApiError): boolean => status >= 500

function refusal({ status, message }: ApiError, { client, namespace, pod }: Asked): HttpProblem {
  if (status === 403)
    return new HttpProblem(
      403,
      `${client.user} may not get pods/proxy in the namespace ${namespace}, so the proxy of ${pod} cannot be asked. Ask an administrator for that right.`,
    )
  if (status === 401)
    return new HttpProblem(403, `The API server does not know ${client.user} (401); renew the credentials.`)
  if (status === 404)
    return new HttpProblem(
      404,
      `There is no pod ${pod} in the namespace ${namespace}, or it tells no configuration: ${message}`,
    )
  return new HttpProblem(502, `The API server refuses to ask the proxy of ${namespace}/${pod} (${status}): ${message}`)
}

async function read(
  client: KubernetesClient,
  path: string,
  signal: AbortSignal,
): Promise<Pick<ReadConfig, 'speaks' | 'tables' | 'partial'>> {
  const chunks = await client.stream(path, signal, silence)
  const found = new Map<Table, { rows: ConfigRow[]; left: number }>()
  let speaks: ReadConfig['speaks'] = 'envoy'
  const scanned = await scan(chunks, {
    cap,
    wants: list => isEnvoyList(list) || isZtunnelList(list),
    take: (list, value) => {
      if (isZtunnelList(list)) speaks = 'ztunnel'
      const told = ztunnelRows(list, value) ?? envoyRows(list, value)
      if (told === null) return
      const into = found.get(told.table) ?? { rows: [], left: 0 }
      found.set(told.table, into)
      for (const row of told.rows)
        if (into.rows.length < mostRows) into.rows.push({ id: `${into.rows.length}`, ...row })
        else into.left++
    },
  })
  if (scanned.isMalformed)
    throw new SourceError('kubernetes', 'malformed', 'The proxy answered with something else than its configuration.')
  const tables = new Map(tablesOf[speaks].map(table => [table, found.get(table) ?? { rows: [], left: 0 }]))
  return { speaks, tables, partial: missing(scanned) }
}

const missing = ({ isCut, dropped }: Scanned): string[] => [
  ...(isCut
    ? [
        `The dump was longer than ${cap / 1e6} MB or broke off: what came after is not shown. A Sidecar object would narrow it.`,
      ]
    : []),
  ...(dropped > 0 ? [`${dropped} parts of the dump are too long to be shown, or cannot be read.`] : []),
]
