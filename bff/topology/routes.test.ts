import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterEach, describe, expect, it } from 'vitest'
import { createRouter } from '#bff/http/serve.ts'
import { cluster } from '#bff/mesh/objects.fixture.ts'
import { topologyRoutes } from './routes.ts'
import { answering, oneCall, sourcesOf } from '#bff/mesh/sources.fixture.ts'

const ended: (() => void)[] = []
afterEach(() => {
  for (const end of ended.splice(0)) end()
})

async function get(path: string, deps = sourcesOf({ answer: answering(oneCall) })) {
  const router = createRouter({ checksReplies: true })
  topologyRoutes(router, deps)
  const server = createServer(express().use(router.express)).listen(0, '127.0.0.1')
  ended.push(() => server.close())
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const reply = await fetch(`http://127.0.0.1:${port}${path}`)
  return { status: reply.status, body: (await reply.json().catch(() => null)) as Record<string, unknown> | null }
}

describe('the map’s endpoints', () => {
  it('answer with the graph, exact', async () => {
    const { status, body } = await get('/api/topology?level=service&window=90')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      window: 90,
      edges: [{ id: 'service:shop/web>service:shop/cart:http', requestRate: 10 }],
    })
  })

  it('answer with the detail of a selection', async () => {
    const { body } = await get(`/api/topology/detail?id=${encodeURIComponent('service:shop/cart')}`)
    expect(body).toMatchObject({ id: 'service:shop/cart', inbound: { requestRate: 10 } })
  })

  it('answer with the namespaces, none while Kubernetes is silent', async () => {
    const objects = cluster([
      { name: 'shop/web', pods: 2 },
      { name: 'pay/ledger', proxy: 'ambient' },
    ])
    expect((await get('/api/namespaces', sourcesOf({ objects }))).body).toEqual({
      cluster: 'test',
      namespaces: [
        { name: 'pay', pods: 1, dataPlane: 'ambient' },
        { name: 'shop', pods: 2, dataPlane: 'sidecar' },
      ],
    })
    expect((await get('/api/namespaces')).body).toEqual({ cluster: 'test', namespaces: [] })
  })
})
