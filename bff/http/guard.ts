import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import type { RequestHandler } from 'express'
import { HttpProblem } from './problem.ts'

/** Names and origins that are ours beside the ones that always are. Lower case; hosts without port. */
export interface Guard {
  hosts: readonly string[]
  origins: readonly string[]
}

/** What a request tells about where it comes from. */
export interface Incoming {
  method?: string | undefined
  headers: IncomingHttpHeaders
}

/**
 * Null when a request may pass, else why not. Three gates against pages of other sites in the same browser:
 * the Host (a name rebound to loopback is not ours), the Origin (ours, where one is sent) and Sec-Fetch-Site.
 */
export function refusal(guard: Guard, { method, headers }: Incoming): string | null {
  const host = headers.host?.toLowerCase() ?? ''
  if (!isOurHost(guard, host))
    return `This console does not go by the host name "${printable(host)}"; add it to WEFT_ALLOWED_HOSTS if it should.`
  const { origin } = headers
  if (origin !== undefined && !isOurOrigin(guard, origin.toLowerCase(), host))
    return `Requests from the origin "${printable(origin)}" are refused; add it to WEFT_ALLOWED_ORIGINS if it is yours.`
  const site = headers['sec-fetch-site']
  if (site === undefined || site === 'same-origin' || site === 'none') return null
  // A browser that says another site asked, although the Origin is on the list: a console embedded on purpose.
  if (origin !== undefined && guard.origins.includes(origin.toLowerCase())) return null
  if (isLink(method, headers)) return null
  return 'Requests made by pages of other sites are refused.'
}

/** Following a link from elsewhere to a page of ours is what links are for; frames and fetches are not links. */
function isLink(method: string | undefined, headers: IncomingHttpHeaders): boolean {
  return method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
}

/** An address cannot be rebound, only a name can: addresses and localhost always pass, other names by the list. */
function isOurHost(guard: Guard, host: string): boolean {
  const name = nameOf(host)
  return (
    name !== '' &&
    (isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost') || guard.hosts.includes(name))
  )
}

function isOurOrigin(guard: Guard, origin: string, host: string): boolean {
  return origin === `http://${host}` || origin === `https://${host}` || guard.origins.includes(origin)
}

/** `[::1]:4280` → `::1`, `weft.example:443` → `weft.example`, anything else → empty. */
function nameOf(host: string): string {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/.exec(host)
  return match?.[1] ?? match?.[2] ?? ''
}

const printable = (text: string) => text.replaceAll(/[^\x21-\x7e]/g, '?').slice(0, 100)

/** The three gates before every route. */
export function guarded(guard: Guard): RequestHandler {
  return (request, _response, next) => {
    const because = refusal(guard, request)
    if (because !== null) throw new HttpProblem(403, because)
    next()
  }
}
