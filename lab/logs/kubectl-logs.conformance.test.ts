import { execFile, spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findKubectls } from '#lab/kubernetes/kubectls.ts'
import { type Lab, startLab } from '#lab/start.ts'

const kubectls = findKubectls(process.env, process.cwd())

it('there is a kubectl to test with', () => {
  expect(kubectls).not.toEqual([])
})

describe.each(kubectls)('%s', program => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab({ preset: 'shop', seed: 1 })
  })
  afterAll(() => lab.stop())

  const env = () => ({ PATH: process.env['PATH'], HOME: '/nonexistent', KUBECONFIG: lab.kubeconfig })
  const run = (line: string) =>
    new Promise<{ out: string; error: string; code: number }>(resolve => {
      execFile(program, line.split(' '), { env: env(), timeout: 60_000, maxBuffer: 1e8 }, (failure, out, error) =>
        resolve({ out, error, code: failure ? Number(failure.code ?? 1) : 0 }),
      )
    })
  const kubectl = async (line: string): Promise<string> => {
    const { out, error, code } = await run(line)
    expect(code, `kubectl ${line}: ${error}`).toBe(0)
    return out
  }
  const linesOf = (text: string) => text.split('\n').slice(0, -1)
  const podOf = async (namespace: string, app: string) =>
    (await kubectl(`get pods -n ${namespace} -l app=${app} -o name`)).split('\n')[0]?.replace('pod/', '') ?? ''

  it('logs: the application’s, by the pod’s own default', async () => {
    const pod = await podOf('shop', 'catalog')
    const out = await kubectl(`logs ${pod} -n shop`)
    expect(out).toMatch(/listening on :8080/)
    expect(out).toMatch(/\/products/)
  })
  it('logs -c: access log lines of a proxy', async () => {
    const pod = await podOf('shop', 'catalog')
    expect(await kubectl(`logs ${pod} -n shop -c istio-proxy --tail=50`)).toMatch(
      /^\[[^\]]+\] "GET \/products\S* HTTP\/1.1" 200 - via_upstream .* inbound\|8080\|\| .* default$/m,
    )
  })
  it('logs deploy/x: of one of its pods', async () => {
    expect(await kubectl('logs deploy/web-gateway-istio -n gateways --tail=100')).toMatch(/outbound\|8080\|/)
  })
  it('logs --tail, --since, --timestamps and --limit-bytes', async () => {
    const pod = await podOf('shop', 'catalog')
    expect(linesOf(await kubectl(`logs ${pod} -n shop -c catalog --tail=5`))).toHaveLength(5)
    const [stamped = ''] = linesOf(await kubectl(`logs ${pod} -n shop -c catalog --tail=1 --timestamps`))
    expect(stamped).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z ./)
    const old = await kubectl(`logs ${pod} -n shop -c catalog --since=100h`)
    expect(old.length).toBeGreaterThan((await kubectl(`logs ${pod} -n shop -c catalog --since=2m`)).length)
    expect((await kubectl(`logs ${pod} -n shop -c catalog --limit-bytes=17`)).length).toBe(17)
    expect(await kubectl(`logs ${pod} -n shop -c catalog --since-time=2100-01-01T00:00:00Z`)).toBe('')
  })
  it('logs --all-containers: init container, application and proxy', async () => {
    const pod = await podOf('shop', 'catalog')
    const out = await kubectl(`logs ${pod} -n shop --all-containers`)
    expect(out).toMatch(/iptables rules established/)
    expect(out).toMatch(/listening on :8080/)
    expect(out).toMatch(/Envoy proxy is ready/)
  })
  it('logs -l --prefix: of every pod that is picked', async () => {
    const out = await kubectl('logs -n shop -l app=catalog -c istio-proxy --prefix --tail=3')
    const pods = new Set(linesOf(out).map(line => /^\[pod\/(catalog-\S+)\/istio-proxy\] ./.exec(line)?.[1]))
    expect(linesOf(out)).toHaveLength(12)
    expect(pods.size).toBe(4)
  })
  it('logs of ztunnel, a waypoint and istiod', async () => {
    expect(await kubectl('logs -n istio-system ds/ztunnel --tail=400')).toMatch(
      /\taccess\tconnection complete\tsrc\.addr=/,
    )
    expect(await kubectl('logs -n logistics deploy/waypoint --tail=400')).toMatch(/inbound-vip\|9090\|http\|/)
    await kubectl('label vs recommendations -n shop touched=yes')
    await expect
      .poll(() => kubectl('logs -n istio-system deploy/istiod'), { timeout: 20_000, interval: 500 })
      .toMatch(/Push debounce stable\[\d+\] \d+ for config VirtualService\/shop\/recommendations/)
  })
  it('logs -f: what comes, in order and each line once, until the pod is gone', async () => {
    const pod = await podOf('shop', 'catalog')
    const child = spawn(program, `logs -f ${pod} -n shop -c istio-proxy --tail=1`.split(' '), { env: env() })
    let seen = ''
    child.stdout.on('data', (piece: Buffer) => (seen += piece.toString()))
    const ended = new Promise(resolve => child.on('close', resolve))
    await expect.poll(() => linesOf(seen).length, { timeout: 20_000 }).toBeGreaterThan(20)
    await kubectl(`delete pod ${pod} -n shop --wait=false`)
    await ended
    const lines = linesOf(seen)
    expect(new Set(lines).size).toBe(lines.length)
  })
  it('says what is wrong in the server’s words', async () => {
    const pod = await podOf('pay', 'ledger')
    expect((await run(`logs ${pod} -n pay -c nobody`)).error).toContain(`container nobody is not valid for pod ${pod}`)
    expect((await run(`logs ${pod} -n pay -c ledger -p`)).error).toContain(
      `previous terminated container "ledger" in pod "${pod}" not found`,
    )
    expect((await run('logs none -n pay')).error).toContain('pods "none" not found')
  })
})
