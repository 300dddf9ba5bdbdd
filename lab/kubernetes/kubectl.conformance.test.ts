import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findKubectls } from './kubectls.ts'
import { deployment, runKubectl } from './run-kubectl.ts'
import { at, listOf } from './value.ts'

const kubectls = findKubectls(process.env, process.cwd())

it('there is a kubectl to test with', () => {
  const help = 'unpack Debian’s kubernetes-client into .tools/kubectl, or name a kubectl in WEFT_KUBECTL'
  expect(kubectls, help).not.toEqual([])
})

describe.each(kubectls)('%s', program => {
  const { start, stop, run, kubectl, object, open, errors } = runKubectl(program)
  beforeAll(start)
  afterAll(stop)
  const web = (more: Record<string, unknown> = {}, image = 'shop/web:1') =>
    JSON.stringify(deployment('web', more, image))

  it('gets objects as tables', async () => {
    const pods = await kubectl('get pods -n pay')
    expect(pods.split('\n')[0]).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE$/)
    expect(pods).toMatch(/^fraud-\S+ +2\/2 +Running +0 +\S+$/m)
    expect(await kubectl('get pods -n pay -o wide')).toMatch(/ IP +NODE +NOMINATED NODE +READINESS GATES/)
    expect(await kubectl('get deploy,svc -n shop')).toMatch(/deployment\.apps\/catalog +4\/4 +4 +4/)
    expect(await kubectl('get vs -A')).toMatch(/^NAMESPACE +NAME +GATEWAYS +HOSTS +AGE/)
    expect(await kubectl('get gateways.gateway.networking.k8s.io -A')).toMatch(/CLASS +ADDRESS +PROGRAMMED +AGE/)
    expect(await kubectl('get all -n pay')).toContain('replicaset.apps/')
    expect(await kubectl('get ns --no-headers')).toMatch(/^shop +Active/m)
  })

  it('gets objects as JSON, YAML, names and by selectors', async () => {
    const list = await object('get pods -n shop')
    expect(listOf(at(list, 'items'))[0]).toMatchObject({ apiVersion: 'v1', kind: 'Pod' })
    expect(await kubectl('get cm,deploy catalog -n shop -o yaml --ignore-not-found')).toContain('kind: Deployment')
    expect(await kubectl('get pods -n shop -l app=catalog -o name')).toMatch(/^(pod\/catalog-\S+\n){4}$/)
    const fields = 'get pods -A --field-selector=metadata.namespace=pay,status.phase=Running -o name'
    expect((await kubectl(fields)).trim().split('\n')).toHaveLength(8)
    expect((await run('get pods none -n shop')).error).toContain('Error from server (NotFound): pods "none" not found')
    const chunks = await kubectl('get pods -A --chunk-size=7 -o name')
    expect(chunks).toBe(await kubectl('get pods -A -o name'))
  })

  it('watches', async () => {
    await kubectl('create cm seen -n legacy --from-literal=a=b')
    const watch = open('get cm seen -n legacy -w')
    await expect.poll(watch.text, { timeout: 20_000 }).toMatch(/NAME[^]*seen +1 /)
    await kubectl('patch cm seen -n legacy --type=merge -p {"data":{"c":"d"}}')
    await expect.poll(watch.text, { timeout: 20_000 }).toMatch(/seen +1 [^]*seen +2 /)
    watch.close()
  })

  it('creates, applies and changes what it applied', async () => {
    expect(await kubectl('create -f -', web())).toBe('deployment.apps/web created\n')
    expect((await run('create -f -', web())).error).toContain('deployments.apps "web" already exists')
    await kubectl('delete deploy web -n shop')
    expect(await kubectl('apply -f -', web({ labels: { a: 'b' } }))).toBe('deployment.apps/web created\n')
    expect(await kubectl('apply -f -', web({ labels: { a: 'b' } }))).toBe('deployment.apps/web unchanged\n')
    const dry = await kubectl('apply --dry-run=server -f -', web({}, 'shop/web:2'))
    expect(dry).toContain('deployment.apps/web configured')
    expect(await kubectl('apply -f -', web({}, 'shop/web:2'))).toBe('deployment.apps/web configured\n')
    const now = await object('get deploy web -n shop')
    expect(at(now, 'metadata.labels')).toBeUndefined()
    expect(listOf(at(now, 'spec.template.spec.containers'))[0]?.['image']).toBe('shop/web:2')
    const wrong = web().replace('"replicas"', '"replcas"').replace('"selector":', '"replcas":1,"selector":')
    expect((await run('apply -f -', wrong)).error).toMatch(/unknown field/)
  })

  it('diffs', async () => {
    const { out, code } = await run('diff -f -', web({}, 'shop/web:3'))
    expect([code, out]).toEqual([1, expect.stringMatching(/^\+.*image: shop\/web:3$/m)])
  })

  it.each([
    ['json', '[{"op":"add","path":"/metadata/annotations/how","value":"json"}]'],
    ['merge', '{"metadata":{"annotations":{"how":"merge"}}}'],
    ['strategic', '{"metadata":{"annotations":{"how":"strategic"}}}'],
  ])('patches by %s', async (type, patch) => {
    expect(await kubectl(`patch deploy web -n shop --type=${type} -p ${patch}`)).toContain('patched')
    expect(at(await object('get deploy web -n shop'), 'metadata.annotations.how')).toBe(type)
  })

  it('labels, annotates, sets images and scales', async () => {
    await kubectl('label deploy web -n shop tier=front')
    await kubectl('annotate deploy web -n shop note=seen')
    await kubectl('set image deploy/web -n shop web=shop/web:4')
    expect(await kubectl('scale deploy web -n shop --replicas=2')).toBe('deployment.apps/web scaled\n')
    expect(await object('get deploy web -n shop')).toMatchObject({
      metadata: { labels: { tier: 'front' }, annotations: { note: 'seen' } },
      spec: { replicas: 2 },
    })
  })

  it('rolls out, restarts and rolls back', async () => {
    expect(await kubectl('rollout status deploy/web -n shop')).toContain('successfully rolled out')
    await kubectl('rollout restart deploy/web -n shop')
    expect(await kubectl('rollout status deploy/web -n shop')).toContain('successfully rolled out')
    const pods = listOf(at(await object('get pods -n shop -l app=web'), 'items'))
    const restarted = pods.filter(pod => JSON.stringify(pod).includes('kubectl.kubernetes.io/restartedAt'))
    expect(restarted).toHaveLength(2)
    expect(await kubectl('rollout history deploy/web -n shop')).toContain('REVISION')
    await kubectl('rollout undo deploy/web -n shop')
    expect(await kubectl('rollout status deploy/web -n shop')).toContain('successfully rolled out')
  })

  it('describes', async () => {
    expect(await kubectl('describe deploy web -n shop')).toMatch(/Replicas: +2 desired[^]*ScalingReplicaSet/)
    expect(await kubectl('describe pod -n shop -l app=web')).toMatch(/istio-proxy:[^]*Scheduled/)
    expect(await kubectl('describe svc catalog -n shop')).toMatch(/Endpoints: +10\./)
    expect(await kubectl('describe ns shop')).toContain('Status:')
    expect(await kubectl('describe vs -n shop')).toContain('Kind:         VirtualService')
    expect(await kubectl('describe nodes')).toContain('Non-terminated Pods')
  })

  it('explains', async () => {
    expect(await kubectl('explain deployment.spec.strategy')).toMatch(/rollingUpdate/)
    expect(await kubectl('explain pods.spec.containers')).toMatch(/livenessProbe/)
    expect(await kubectl('explain virtualservice')).toMatch(/spec/)
    expect(await kubectl('explain vs.spec.http.match')).toMatch(/sourceNamespace/)
    expect(await kubectl('explain httproutes.spec.parentRefs.sectionName')).toMatch(/Gateway: Listener name/)
    expect(await kubectl('explain crd.spec.versions')).toMatch(/storage/)
  })

  it('discovers', async () => {
    expect(await kubectl('api-resources')).toMatch(
      /^virtualservices +vs +networking\.istio\.io\/v1 +true +VirtualService/m,
    )
    expect(await kubectl('api-versions')).toContain('security.istio.io/v1\n')
    expect(JSON.parse(await kubectl('get --raw /version'))).toMatchObject({ major: '1' })
    expect(await kubectl('get --raw /readyz')).toBe('ok')
    expect(await kubectl('version')).toContain('v1.33')
    expect(await kubectl('get crd')).toContain('virtualservices.networking.istio.io')
  })

  it('may do everything', async () => {
    expect(await kubectl('auth can-i delete pods -n pay')).toBe('yes\n')
    expect(await kubectl('auth can-i --list')).toContain('*.*')
  })

  it('creates by its typed commands', async () => {
    for (const line of [
      'create ns typed',
      'create cm one -n typed --from-literal=a=b',
      'create secret generic two -n typed --from-literal=a=b',
      'create deploy three -n typed --image=shop/web:1',
      'create svc clusterip four -n typed --tcp=80:8080',
      'create sa five -n typed',
      'create role six -n typed --verb=get --resource=pods',
      'create rolebinding seven -n typed --role=six --user=somebody',
    ])
      expect(await kubectl(line)).toMatch(/created\n$/)
    expect(at(await object('get cm one -n typed'), 'data')).toEqual({ a: 'b' })
    expect(at(await object('get secret two -n typed'), 'data')).toEqual({ a: 'Yg==' })
    expect(at(await object('get deploy three -n typed'), 'spec.replicas')).toBe(1)
    expect(await kubectl('get rolebinding -n typed -o wide')).toContain('Role/six')
  })

  it('deletes, and waits until it is gone', async () => {
    expect(await kubectl('delete deploy web -n shop')).toContain('deleted')
    expect((await run('get deploy web -n shop')).code).toBe(1)
    await kubectl('delete pods -n pay -l app=fraud')
    expect((await kubectl('get pods -n pay -l app=fraud -o name')).trim().split('\n')).toHaveLength(2)
    expect(await kubectl('delete ns typed')).toContain('deleted')
    expect((await run('get ns typed')).error).toContain('namespaces "typed" not found')
  })

  it('caused no error in the server or a controller', () => {
    expect(errors).toEqual([])
  })
})
