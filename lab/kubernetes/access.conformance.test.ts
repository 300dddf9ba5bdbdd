import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findKubectls } from './kubectls.ts'
import { runKubectl } from './run-kubectl.ts'

/** What kubectl makes of users and their rights, over TLS. */

describe.each(findKubectls(process.env, process.cwd()))('%s', program => {
  const { start, stop, run, kubectl, errors } = runKubectl(program)
  beforeAll(start)
  afterAll(stop)
  const developer = '--context shop-dev@lab'
  const viewer = '--context viewer@lab'
  /** Whether this kubectl knows a command. */
  const knows = async (command: string) => (await run(`${command} --help`)).out.includes(`kubectl ${command} `)

  it('every user has a context of its own', async () => {
    expect((await kubectl('config get-contexts -o name')).trim().split('\n').toSorted()).toEqual([
      'lab',
      'shop-dev@lab',
      'viewer@lab',
    ])
  })

  it.each([
    ['lab', 'delete nodes', true],
    ['lab', 'impersonate users', true],
    ['shop-dev@lab', 'list pods -n shop', true],
    ['shop-dev@lab', 'get pods --subresource=log -n logistics', true],
    ['shop-dev@lab', 'patch virtualservices.networking.istio.io -n shop', true],
    ['shop-dev@lab', 'update deployments.apps --subresource=scale -n shop', true],
    ['shop-dev@lab', 'patch virtualservices.networking.istio.io -n logistics', false],
    ['shop-dev@lab', 'list secrets -n shop', false],
    ['shop-dev@lab', 'list pods -n pay', false],
    ['shop-dev@lab', 'list namespaces', false],
    ['viewer@lab', 'list pods -A', true],
    ['viewer@lab', 'get pods --subresource=log -n pay', true],
    ['viewer@lab', 'list authorizationpolicies.security.istio.io -A', true],
    ['viewer@lab', 'list secrets -n shop', false],
    ['viewer@lab', 'create configmaps -n shop', false],
    ['viewer@lab', 'get /version', true],
  ])('%s can-i %s: %s', async (context, question, expected) => {
    const { out, code } = await run(`--context ${context} auth can-i ${question}`)
    expect([out.trim().split('\n').at(-1)?.split(' ')[0], code]).toEqual(expected ? ['yes', 0] : ['no', 1])
  })

  it('lists what a user may do', async () => {
    const rights = await kubectl(`${developer} auth can-i --list -n shop`)
    expect(rights).toMatch(/^pods\/log +\[\] +\[\] +\[get list watch\]$/m)
    expect(rights).toMatch(/^\*\.networking\.istio\.io +\[\] +\[\] +\[.*create.*\]$/m)
    expect(rights).not.toContain('secrets')
    expect(await kubectl('auth can-i --list')).toMatch(/^\*\.\* +\[\] +\[\] +\[\*\]$/m)
  })

  it('is refused in the words of the server', async () => {
    expect((await run(`${developer} get pods -n pay`)).error).toBe(
      'Error from server (Forbidden): pods is forbidden: User "shop-dev" cannot list resource "pods" in API group "" in the namespace "pay"\n',
    )
    expect((await run(`${viewer} get secrets -A`)).error).toContain(
      'secrets is forbidden: User "viewer" cannot list resource "secrets" in API group "" at the cluster scope',
    )
    expect((await run(`${viewer} delete vs catalog -n shop`)).error).toContain(
      'virtualservices.networking.istio.io "catalog" is forbidden: User "viewer" cannot delete resource',
    )
  })

  it('acts as another with --as and --as-group', async () => {
    expect(await kubectl('get pods -n shop --as shop-dev -o name')).toContain('pod/')
    expect((await run('get pods -n pay --as shop-dev')).code).toBe(1)
    expect(await kubectl('get nodes --as nobody --as-group system:masters -o name')).toContain('node/')
    expect((await run('auth can-i list pods -n pay --as shop-dev')).out).toMatch(/^no/)
    expect((await run(`${viewer} get pods -A --as mesh-admin`)).error).toContain(
      'users "mesh-admin" is forbidden: User "viewer" cannot impersonate resource "users" in API group "" at the cluster scope',
    )
  })

  it('asks with another token by --token', async () => {
    // A token beside the context's own would be a quarrel: this context has none.
    await kubectl('config set-context bare --cluster lab --user nobody')
    expect(await kubectl('--context bare --token lab-viewer get pods -n pay -o name')).toContain('pod/')
    expect((await run('--context bare --token lab-viewer get secrets -n pay')).code).toBe(1)
    expect((await run('--context bare --token wrong get pods')).error).toMatch(/must be logged in|Unauthorized/)
  })

  it('tells who somebody is, where it can', async () => {
    if (!(await knows('auth whoami'))) return
    expect(await kubectl(`${viewer} auth whoami`)).toMatch(/Username +viewer/)
    expect(await kubectl('auth whoami --as x --as-group y')).toMatch(/Groups +\[y system:authenticated\]/)
  })

  it('creates a token of a ServiceAccount that lets it in, where it can', async () => {
    if (!(await knows('create token'))) return
    const token = (await kubectl('create token weft -n weft-system --duration 15m')).trim()
    await kubectl('config set-context bare --cluster lab --user nobody')
    expect(await kubectl(`--context bare --token ${token} get ns -o name`)).toContain('namespace/shop')
    expect((await run(`--context bare --token ${token} get secrets -A`)).error).toContain(
      'User "system:serviceaccount:weft-system:weft" cannot list resource "secrets"',
    )
    expect(await kubectl(`--context bare --token ${token} --as viewer get pods -n pay -o name`)).toContain('pod/')
  })

  it('grants by its own commands, and nobody beyond their rights', async () => {
    await kubectl('create rolebinding friend -n pay --clusterrole=view --user=shop-dev')
    expect(await kubectl(`${developer} get pods -n pay -o name`)).toContain('pod/')
    await kubectl('delete rolebinding friend -n pay')
    expect((await run(`${developer} get pods -n pay`)).code).toBe(1)
    await kubectl('create rolebinding lead -n shop --clusterrole=admin --user=shop-dev')
    const wide = await run(`${developer} create role wide -n shop --verb=get --resource=nodes`)
    expect(wide.error).toContain('is attempting to grant RBAC permissions not currently held')
    expect(await kubectl('get clusterrolebindings -o wide')).toMatch(/^mesh-admin +ClusterRole\/cluster-admin/m)
    expect(await kubectl('get clusterroles')).toMatch(/^NAME +CREATED AT\n[^]*^view +\d{4}-/m)
    expect(await kubectl('describe clusterrole view')).toMatch(/pods\/log +\[\] +\[\] +\[get list watch\]/)
  })

  it('caused no error in the server or a controller', () => {
    expect(errors).toEqual([])
  })
})
