import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Express } from 'express'
import { onTestFinished } from 'vitest'
import { failures, nothingHere } from './failure.ts'
import { createRouter, refuseOtherMethods, type Router } from './serve.ts'

/** Express on loopback with our routes and our problems; ends with the test. */
export async function served(
  bring: (router: Router, http: Express) => void | Promise<void>,
  options: { checksReplies: boolean } = { checksReplies: true },
): Promise<{ url: string; reported: string[] }> {
  const reported: string[] = []
  const router = createRouter(options)
  const http = express()
  http.use(router.express)
  await bring(router, http)
  refuseOtherMethods(router)
  http.use(nothingHere)
  http.use(
    failures((error, route) => reported.push(`${route}: ${error instanceof Error ? error.message : 'no error'}`)),
  )
  const server = createServer(http)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(
    () =>
      new Promise<void>(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, reported }
}
