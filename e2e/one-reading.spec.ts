import { gunzipSync } from 'node:zlib'
import { io, type Socket } from 'socket.io-client'
import { countingProxy } from './counting-proxy.ts'
import { expect, test } from './fixtures.ts'
import { startConsole } from './mesh.ts'

/** Subscribes one socket to the service map and tells how many messages it got. */
async function look(url: string): Promise<{ socket: Socket; messages: { kind: string }[] }> {
  const socket = io(url, { path: '/live', transports: ['websocket'], forceNew: true, extraHeaders: { origin: url } })
  const messages: { kind: string }[] = []
  socket.on('message', (_feed: string, payload: Buffer) => {
    messages.push(JSON.parse(gunzipSync(payload).toString()) as { kind: string })
  })
  await new Promise<void>((resolve, reject) => {
    socket.on('connect', () => resolve())
    socket.on('connect_error', reject)
  })
  const answer = (await socket.emitWithAck('subscribe', { subject: 'topology', query: { level: 'service' } })) as {
    ok: boolean
  }
  expect(answer).toMatchObject({ ok: true })
  return { socket, messages }
}

test.describe('many viewers of one scope', () => {
  test('cost Prometheus no more than one, and none when nobody looks', async ({ lab }) => {
    test.setTimeout(180_000)
    const proxy = await countingProxy(lab.prometheus)
    const weft = await startConsole({ ...lab, prometheus: proxy.url })
    const countFor = async (milliseconds: number) => {
      const before = proxy.queries()
      await new Promise(resolve => setTimeout(resolve, milliseconds))
      return proxy.queries() - before
    }
    try {
      // Probes of the source's health go on by themselves; they are what is counted when nobody looks.
      const atRest = await countFor(20_000)
      const one = await look(weft.url)
      await expect.poll(() => one.messages.length).toBeGreaterThan(0)
      const withOne = await countFor(20_000)
      const others = await Promise.all(Array.from({ length: 199 }, () => look(weft.url)))
      for (const viewer of others) await expect.poll(() => viewer.messages[0]?.kind).toBe('snapshot')
      const withMany = await countFor(20_000)
      expect(withOne).toBeGreaterThan(atRest)
      // Twenty seconds may hold one tick more or less; a tick is at most eight queries.
      expect(withMany).toBeLessThanOrEqual(withOne + 8)
      for (const { socket } of [one, ...others]) socket.disconnect()
      await countFor(2000)
      expect(await countFor(20_000)).toBeLessThanOrEqual(atRest + 1)
    } finally {
      await weft.stop()
      await proxy.close()
    }
  })
})
