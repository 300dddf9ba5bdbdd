import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { createCertificates } from '#lab/certificates/certificates.ts'
import { createScenario } from '#lab/scenario/scenario.ts'
import { accessObjects, developerPlaces, labUsers } from '#lab/scenario/users.ts'
import { writeKubeconfig } from './kubeconfig.ts'
import { createKubernetes, type Kubernetes } from './kubernetes.ts'

/** A kubectl with a cluster of its own, over TLS, with the lab's users: mesh-admin, unless a `--context` says another. */
export function runKubectl(program: string) {
  let folder: string
  let kubernetes: Kubernetes
  let clock: NodeJS.Timeout
  const errors: unknown[] = []
  const env = () => ({ PATH: process.env['PATH'], HOME: folder, KUBECONFIG: join(folder, 'config') })
  const run = (line: string, input = '') =>
    new Promise<{ out: string; error: string; code: number }>(resolve => {
      const child = execFile(program, words(line), { env: env(), timeout: 60_000 }, (failure, out, error) =>
        resolve({ out, error, code: failure ? Number(failure.code ?? 1) : 0 }),
      )
      child.stdin?.end(input)
    })
  const kubectl = async (line: string, input = ''): Promise<string> => {
    const { out, error, code } = await run(line, input)
    expect(code, `kubectl ${line}: ${error}`).toBe(0)
    return out
  }
  return {
    async start() {
      folder = await mkdtemp(join(tmpdir(), 'weft-kubectl-'))
      const startedAt = Date.now()
      const scenario = createScenario('shop', 1, startedAt)
      const certificates = createCertificates(scenario, { seed: 1, startedAt, realNow: startedAt })
      kubernetes = createKubernetes({
        now: Date.now,
        seed: 1,
        startup: new Map([['shop/web', 1]]),
        users: labUsers.map(({ name, token }) => ({ token, user: { name, groups: [] } })),
        tls: certificates.serving.tls,
        roots: certificates.roots,
        onError: error => errors.push(error),
      })
      kubernetes.controllers.adopt([
        ...accessObjects(developerPlaces(scenario), startedAt),
        ...certificates.secrets,
        ...scenario.objects,
      ])
      const server = await kubernetes.server.listen()
      const { authority } = certificates.serving
      await writeKubeconfig(join(folder, 'config'), { server, cluster: 'lab', users: labUsers, authority })
      clock = setInterval(() => kubernetes.controllers.tick(Date.now()), 250)
    },
    async stop() {
      clearInterval(clock)
      kubernetes.controllers.close()
      await kubernetes.server.close()
      await rm(folder, { recursive: true, force: true })
    },
    run,
    /** The output of a command that has to succeed. */
    kubectl,
    object: async (line: string): Promise<unknown> => JSON.parse(await kubectl(`${line} -o json`)),
    /** A command that goes on until it is closed. */
    open(line: string) {
      const child = spawn(program, words(line), { env: env() })
      let text = ''
      child.stdout.on('data', (piece: Buffer) => (text += piece.toString()))
      return { text: () => text, close: () => child.kill() }
    },
    /** What should never happen, in the server or in a controller. */
    errors,
  }
}

/** A command line's words; none of ours has spaces inside a word. */
const words = (line: string): string[] => line.split(' ')

export const deployment = (
  name: string,
  metadata: Record<string, unknown> = {},
  image = 'shop/web:1',
  spec: object = {},
) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop', ...metadata },
  spec: {
    ...spec,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'web', image, env: [{ name: 'A', value: '1' }] }] },
    },
  },
})
