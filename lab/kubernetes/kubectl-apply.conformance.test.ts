import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findKubectls } from './kubectls.ts'
import { deployment, runKubectl } from './run-kubectl.ts'
import { at, listOf, shown, textOf } from './value.ts'

describe.each(findKubectls(process.env, process.cwd()))('%s', program => {
  const { start, stop, run, kubectl, object, open, errors } = runKubectl(program)
  beforeAll(start)
  afterAll(stop)
  const manifest = (name: string, replicas: number, metadata: Record<string, unknown> = {}) =>
    JSON.stringify(deployment(name, metadata, 'shop/web:1', { replicas }))
  const managers = async (name: string) => {
    // Newer versions hide them unless they are asked.
    const text = await kubectl(`get --raw /apis/apps/v1/namespaces/shop/deployments/${name}`)
    return listOf(at(JSON.parse(text), 'metadata.managedFields')).map(
      entry => `${shown(entry['manager'])} ${shown(entry['operation'])} ${textOf(entry['subresource'])}`,
    )
  }
  const replicas = async (name: string) => at(await object(`get deploy ${name} -n shop`), 'spec.replicas')

  it('applies on the server, again without a change', async () => {
    const line = 'apply --server-side -f -'
    expect(await kubectl(line, manifest('one', 1))).toBe('deployment.apps/one serverside-applied\n')
    const made = await object('get deploy one -n shop')
    expect(await kubectl(line, manifest('one', 1))).toBe('deployment.apps/one serverside-applied\n')
    const again = await object('get deploy one -n shop')
    expect(at(again, 'metadata.generation')).toBe(at(made, 'metadata.generation'))
    expect(await managers('one')).toContain('kubectl Apply ')
  })

  it('is told of a conflict field by field, and takes over only by force', async () => {
    const other = 'apply --server-side --field-manager=other -f -'
    const { error, code } = await run(other, manifest('one', 2))
    expect(code).toBe(1)
    expect(error).toContain('Apply failed with 1 conflict: conflict with "kubectl": .spec.replicas')
    expect(error).toContain('--force-conflicts')
    expect(await replicas('one')).toBe(1)
    await kubectl(`${other} --force-conflicts`, manifest('one', 2))
    expect(await replicas('one')).toBe(2)
    expect(await managers('one')).toEqual(expect.arrayContaining(['kubectl Apply ', 'other Apply ']))
  })

  it('conflicts with what was scaled by hand', async () => {
    await kubectl('apply --server-side -f -', manifest('two', 1))
    await kubectl('scale deploy two -n shop --replicas=3')
    const { error } = await run('apply --server-side -f -', manifest('two', 1))
    expect(error).toMatch(/conflict with "kubectl[.\d]*"( with subresource "scale")? using apps\/v1: \.spec\.replicas/)
  })

  it('shows the difference that an apply would make', async () => {
    const same = await run('diff --server-side --field-manager=other -f -', manifest('one', 2))
    expect([same.code, same.out]).toEqual([0, ''])
    const { code, out } = await run('diff --server-side --field-manager=other -f -', manifest('one', 4))
    expect([code, out]).toEqual([1, expect.stringMatching(/^-  replicas: 2\n\+  replicas: 4$/m)])
  })

  it('tries on the server without a change', async () => {
    const line = 'apply --server-side --dry-run=server --field-manager=other -f -'
    expect(await kubectl(line, manifest('one', 5))).toBe('deployment.apps/one serverside-applied (server dry run)\n')
    expect(await kubectl('create --dry-run=server -f -', manifest('none', 1))).toContain('created (server dry run)')
    expect(await kubectl('delete deploy one -n shop --dry-run=server')).toContain('deleted')
    expect(await kubectl('label deploy one -n shop a=b --dry-run=server')).toContain('labeled')
    expect(await kubectl('scale deploy one -n shop --replicas=7 --dry-run=server')).toContain('scaled')
    expect(await replicas('one')).toBe(2)
    expect((await run('get deploy none -n shop')).code).toBe(1)
  })

  it('removes what is no longer applied', async () => {
    await kubectl('apply --server-side -f -', manifest('three', 1, { annotations: { note: 'x' } }))
    await kubectl('apply --server-side -f -', manifest('three', 1))
    expect(at(await object('get deploy three -n shop'), 'metadata.annotations.note')).toBeUndefined()
  })

  it('goes on from what it applied on the client', async () => {
    await kubectl('apply -f -', manifest('four', 1))
    expect(await managers('four')).toContain('kubectl-client-side-apply Update ')
    await kubectl('apply --server-side -f -', manifest('four', 2))
    expect(await replicas('four')).toBe(2)
    expect(await managers('four')).toContain('kubectl Apply ')
  })

  it('applies kinds of Istio, and conflicts with who wrote them before', async () => {
    const route = (host: string) =>
      JSON.stringify({
        apiVersion: 'networking.istio.io/v1',
        kind: 'VirtualService',
        metadata: { name: 'web', namespace: 'shop' },
        spec: { hosts: [host], http: [{ route: [{ destination: { host } }] }] },
      })
    await kubectl('apply --server-side -f -', route('a.example'))
    const { error } = await run('apply --server-side --field-manager=argocd -f -', route('b.example'))
    expect(error).toMatch(/Apply failed with 2 conflicts: conflicts with "kubectl":\n- \.spec\.hosts\n- \.spec\.http/)
    const wrong = route('a.example').replace('"hosts"', '"hsts"')
    // Older programs check a file by the published schema before they send it.
    expect((await run('apply --server-side --validate=false -f -', wrong)).error).toContain(
      '.spec.hsts: field not declared in schema',
    )
  })

  it('follows what is applied', async () => {
    const watch = open('get deploy five -n shop -w --output-watch-events')
    await kubectl('apply --server-side -f -', manifest('five', 1))
    const late = open('get deploy five -n shop -w --output-watch-events')
    await expect.poll(late.text, { timeout: 20_000 }).toMatch(/^ADDED +five/m)
    await kubectl('delete deploy five -n shop')
    await expect.poll(late.text, { timeout: 20_000 }).toMatch(/^DELETED +five/m)
    for (const one of [watch, late]) one.close()
  })

  it('caused no error in the server or a controller', () => {
    expect(errors).toEqual([])
  })
})
