import { onTestFinished } from 'vitest'
import { createApp } from '#bff/app.ts'
import { parseEnv } from '#bff/env.ts'
import { openSources } from '#bff/open-sources.ts'
import { startLab } from '#lab/start.ts'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** The console on the lab as people start it. `as` reads what one of the lab's people is told. */
export async function consoleOnLab(): Promise<{
  as(user: string): (path: string) => Promise<{ status: number; body: unknown }>
}> {
  const lab = await startLab({ preset: 'shop', seed: 1 })
  onTestFinished(() => lab.stop())
  const env = parseEnv({
    WEFT_MESH: 'lab',
    WEFT_KUBECONFIG: lab.kubeconfig,
    WEFT_PROMETHEUS_URL: lab.prometheus.url,
    NODE_ENV: 'test',
  })
  const sources = await openSources(env, silent)
  const app = await createApp({ sources, users: sources.users, objects: sources.objects, env, log: silent })
  onTestFinished(async () => {
    await app.close()
    await sources.close()
  })
  const { url } = await app.listen(0, '127.0.0.1')
  await sources.kubernetes.settled()
  return {
    as: user => async path => {
      const response = await fetch(`${url}/api/proxies/${path}`, { headers: { 'weft-user': user } })
      return { status: response.status, body: await response.json() }
    },
  }
}
