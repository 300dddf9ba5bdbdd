import { type Router, serveStream } from '#bff/http/serve.ts'
import { readLogs } from '#shared/logs/api.ts'
import { type LogsDeps, openLogs } from './read.ts'

export function logsRoutes(router: Router, deps: LogsDeps): void {
  serveStream(router, readLogs, ({ query }, signal, caller) => openLogs(deps, query, caller(), signal))
}
