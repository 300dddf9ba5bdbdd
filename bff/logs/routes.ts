import { type Router, serve, serveStream } from '#bff/http/serve.ts'
import { explainNoLogs, readLogs } from '#shared/logs/api.ts'
import { explainLogs } from './empty.ts'
import { type LogsDeps, openLogs } from './read.ts'

export function logsRoutes(router: Router, deps: LogsDeps): void {
  serveStream(router, readLogs, ({ query }, signal, caller) => openLogs(deps, query, caller(), signal))
  serve(router, explainNoLogs, ({ query }, signal, caller) => explainLogs(deps, query, caller(), signal))
}
