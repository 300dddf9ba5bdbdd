import { readFile } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { parse } from 'yaml'

/** What clients of a Kubernetes API wait for, in milliseconds and bytes. */
export interface KubernetesFigures {
  pods: number
  list: { milliseconds: number[]; bytes: number }
  page: { milliseconds: number[] }
  table: { milliseconds: number[] }
  /** From the moment a patch is sent until a watch of all pods tells of it. */
  watch: { milliseconds: number[] }
}

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[]
  users: { user: { token: string } }[]
}

const pods = '/api/v1/pods'

/** Lists, pages and watches all pods over the wire; `rounds` of each. Annotates pods to have something to watch. */
export async function measureKubernetes(kubeconfig: string, rounds: number): Promise<KubernetesFigures> {
  const { ask, end } = await clientOf(kubeconfig)
  const timed = async (path: string, accept?: string) => {
    const begun = performance.now()
    const body = await textOf(await ask('GET', path, accept === undefined ? {} : { accept }))
    return { milliseconds: performance.now() - begun, body }
  }
  const repeat = async (path: string, accept?: string) => {
    const milliseconds: number[] = []
    for (let round = 0; round < rounds; round++) milliseconds.push((await timed(path, accept)).milliseconds)
    return { milliseconds }
  }
  try {
    const first = await timed(pods)
    const { items, metadata } = JSON.parse(first.body) as {
      items: { metadata: { namespace: string; name: string } }[]
      metadata: { resourceVersion: string }
    }
    return {
      pods: items.length,
      list: { ...(await repeat(pods)), bytes: Buffer.byteLength(first.body) },
      page: await repeat(`${pods}?limit=500`),
      table: await repeat(pods, 'application/json;as=Table;v=v1;g=meta.k8s.io'),
      watch: { milliseconds: await watchLatency(ask, items.slice(0, rounds * 5), metadata.resourceVersion) },
    }
  } finally {
    end()
  }
}

type Ask = (method: string, path: string, headers?: Record<string, string>, body?: string) => Promise<IncomingMessage>

async function clientOf(kubeconfig: string): Promise<{ ask: Ask; end: () => void }> {
  const { clusters, users } = parse(await readFile(kubeconfig, 'utf8')) as Kubeconfig
  const [cluster, user] = [clusters[0]?.cluster, users[0]?.user]
  if (!cluster || !user) throw new Error(`${kubeconfig} names no cluster or no user.`)
  const agent = new Agent({ keepAlive: true, ca: Buffer.from(cluster['certificate-authority-data'], 'base64') })
  const ask: Ask = (method, path, headers = {}, body = '') =>
    new Promise((resolve, reject) => {
      const options = { method, agent, headers: { authorization: `Bearer ${user.token}`, ...headers } }
      request(new URL(path, cluster.server), options, resolve).on('error', reject).end(body)
    })
  return { ask, end: () => agent.destroy() }
}

async function textOf(reply: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of reply) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  if (reply.statusCode !== 200) throw new Error(`the API server answered ${reply.statusCode}: ${text.slice(0, 300)}`)
  return text
}

async function watchLatency(
  ask: Ask,
  changed: { metadata: { namespace: string; name: string } }[],
  revision: string,
): Promise<number[]> {
  const stream = await ask('GET', `${pods}?watch=1&resourceVersion=${revision}`)
  const waiting = new Map<string, (at: number) => void>()
  createInterface({ input: stream }).on('line', line => {
    const mark = /"weft\.example\/mark":"([^"]*)"/.exec(line)?.[1]
    if (mark !== undefined) waiting.get(mark)?.(performance.now())
  })
  const found: number[] = []
  for (const { metadata } of changed) {
    const mark = `${metadata.namespace}.${metadata.name}`
    const told = new Promise<number>(resolve => waiting.set(mark, resolve))
    const begun = performance.now()
    const body = JSON.stringify({ metadata: { annotations: { 'weft.example/mark': mark } } })
    const type = { 'content-type': 'application/merge-patch+json' }
    await textOf(await ask('PATCH', `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`, type, body))
    found.push((await told) - begun)
  }
  stream.destroy()
  return found
}
