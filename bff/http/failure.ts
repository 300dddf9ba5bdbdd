import type { ErrorRequestHandler, RequestHandler } from 'express'
import type { Problem } from '#shared/http.ts'
import { sendJson } from './json.ts'
import { HttpProblem, problemOf } from './problem.ts'

/** Behind all routes: what is not there is a Problem too, without repeating what was asked for. */
export const nothingHere: RequestHandler = request => {
  throw new HttpProblem(404, `There is nothing at this address (${request.method}).`)
}

/** The last handler: any error becomes a Problem; `report` hears of those that are our own fault. */
export function failures(report: (error: unknown, route: string) => void): ErrorRequestHandler {
  return async (error: unknown, request, response, next) => {
    const { problem, isOurs } = problemOf(error)
    if (isOurs) report(error, `${request.method} ${routeOf(request.route)}`)
    if (response.headersSent) {
      next(error)
      return
    }
    response.status(problem.status).setHeader('content-type', 'application/problem+json')
    // The rest of a body nobody reads would be taken for the next request.
    if (problem.status === 413 || problem.status === 415) response.setHeader('connection', 'close')
    await sendJson(request, response, problem satisfies Problem)
  }
}

/** The route as it is written, not as it was asked for: a log is no place for what a client chose. */
function routeOf(route: unknown): string {
  const isNamed = typeof route === 'object' && route !== null && 'path' in route && typeof route.path === 'string'
  return isNamed ? String(route.path) : '?'
}
