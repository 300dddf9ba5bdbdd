import type { Context } from './context.ts'
import { answerExemplars, answerQuery, answerRangeQuery } from './queries.ts'
import { plain, type Reply, successOf } from './reply.ts'
import { answerLabels, answerLabelValues, answerSeries } from './series.ts'
import {
  answerAlerts,
  answerBuildInfo,
  answerConfig,
  answerFlags,
  answerMetadata,
  answerRules,
  answerRuntimeInfo,
  answerTargets,
  answerTsdb,
} from './status.ts'

export interface Route {
  methods: readonly string[]
  answer: (context: Context) => Reply
  /** Whether it asks for samples. */
  isQuery: boolean
}

const read = (answer: Route['answer']): Route => ({ methods: ['GET'], answer, isQuery: false })
const form = (answer: Route['answer'], isQuery = false): Route => ({ methods: ['GET', 'POST'], answer, isQuery })
const page = (body: string): Route => ({ methods: ['GET', 'HEAD'], answer: () => plain(200, body), isQuery: false })

const routes: Record<string, Route> = {
  '/-/healthy': page('Prometheus Server is Healthy.\n'),
  '/-/ready': page('Prometheus Server is Ready.\n'),
  '/api/v1/query': form(answerQuery, true),
  '/api/v1/query_range': form(answerRangeQuery, true),
  '/api/v1/query_exemplars': form(answerExemplars),
  '/api/v1/series': form(answerSeries),
  '/api/v1/labels': form(answerLabels),
  '/api/v1/metadata': read(answerMetadata),
  '/api/v1/targets': read(answerTargets),
  '/api/v1/rules': read(answerRules),
  '/api/v1/alerts': read(answerAlerts),
  '/api/v1/alertmanagers': read(() => successOf({ activeAlertmanagers: [], droppedAlertmanagers: [] })),
  '/api/v1/status/buildinfo': read(answerBuildInfo),
  '/api/v1/status/config': read(answerConfig),
  '/api/v1/status/runtimeinfo': read(answerRuntimeInfo),
  '/api/v1/status/flags': read(answerFlags),
  '/api/v1/status/tsdb': read(answerTsdb),
}

/** The endpoint at a path; undefined where Prometheus has none either, or one the lab does without. */
export function routeOf(path: string): Route | undefined {
  const label = /^\/api\/v1\/label\/([^/]+)\/values$/.exec(path)?.[1]
  if (label !== undefined) return read(context => answerLabelValues(context, label))
  return Object.hasOwn(routes, path) ? routes[path] : undefined
}
