import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { createCluster, node, service, template, workload } from '#lab/kubernetes/fixture.ts'
import { statusOf } from '#lab/kubernetes/printing/pods.ts'
import { at, type Fields, listOf, numberOf } from '#lab/kubernetes/value.ts'

type Cluster = ReturnType<typeof createCluster>

const withCommand = (...command: string[]) => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'app', image: 'shop/web:1', command }] },
})
const isReady = (pod: KubeObject) =>
  listOf(at(pod, 'status.conditions')).some(item => item['type'] === 'Ready' && item['status'] === 'True')
const pods = ({ store }: Cluster) => store.list('pods', 'legacy')
const first = (cluster: Cluster) => pods(cluster)[0] as KubeObject
const container = (cluster: Cluster) => listOf(at(first(cluster), 'status.containerStatuses'))[0] as Fields
const deployed = (spec: Fields = {}) => workload('Deployment', 'legacy', 'web', spec)
const reasons = ({ store }: Cluster) => new Set(store.list('events', 'legacy').map(event => event['reason']))
const roll = ({ store }: Cluster, next: unknown, more: Fields = {}) => {
  const present = store.get('deployments.apps', 'legacy', 'web') as KubeObject
  store.replace({ ...present, spec: { ...present.spec, template: next, ...more } })
}
const progress = ({ store }: Cluster) =>
  listOf(store.get('deployments.apps', 'legacy', 'web')?.status?.['conditions']).find(
    condition => condition['type'] === 'Progressing',
  )

describe('an image with the tag does-not-exist', () => {
  it('cannot be pulled, and the rollout stops at the first pod', () => {
    const cluster = createCluster()
    cluster.store.create(deployed({ replicas: 3 }))
    cluster.run(6)
    roll(cluster, template('web', 'shop/web:does-not-exist'))
    cluster.run(2)
    const broken = () => pods(cluster).filter(pod => !isReady(pod))
    expect(broken().map(statusOf)).toEqual(['ErrImagePull'])
    cluster.run(20)
    expect(broken().map(statusOf)).toEqual(['ImagePullBackOff'])
    expect(pods(cluster).filter(isReady)).toHaveLength(3)
    expect(broken()[0]?.status).toMatchObject({ phase: 'Pending' })
    expect([...reasons(cluster)]).toEqual(expect.arrayContaining(['Pulling', 'Failed', 'BackOff']))
  })

  it('lets the rollout time out, until it is rolled back', () => {
    const cluster = createCluster()
    cluster.store.create(deployed({ progressDeadlineSeconds: 30 }))
    cluster.run(6)
    roll(cluster, template('web', 'shop/web:does-not-exist'))
    cluster.run(25)
    expect(progress(cluster)).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' })
    cluster.run(10)
    expect(progress(cluster)).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' })
    roll(cluster, template('web'))
    cluster.run(6)
    expect(progress(cluster)).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' })
    expect(pods(cluster)).toHaveLength(1)
  })
})

describe('a container that ends', () => {
  it('is started again, later and later', () => {
    const cluster = createCluster()
    cluster.store.create(deployed({ template: withCommand('false') }))
    cluster.run(4)
    expect(container(cluster)).toMatchObject({ restartCount: 1 })
    cluster.run(2)
    expect(statusOf(first(cluster))).toBe('CrashLoopBackOff')
    expect(container(cluster)).toMatchObject({ lastState: { terminated: { reason: 'Error', exitCode: 1 } } })
    const counts = Array.from({ length: 6 }, () => {
      cluster.run(10)
      return numberOf(container(cluster)['restartCount'])
    })
    expect(counts).toEqual([2, 2, 3, 3, 3, 3])
    expect([...reasons(cluster)]).toContain('BackOff')
  })

  it('ends as it says', () => {
    const cluster = createCluster()
    cluster.store.create(deployed({ template: withCommand('sh', '-c', 'sleep 5; exit 3') }))
    cluster.run(5)
    expect(container(cluster)['restartCount']).toBe(0)
    cluster.run(4)
    expect(container(cluster)).toMatchObject({ lastState: { terminated: { exitCode: 3 } } })
  })

  it('that the kernel killed leaves its Service until it answers again, and tells of it', () => {
    const cluster = createCluster()
    cluster.store.create(service('legacy', 'web'))
    cluster.store.create(deployed({ replicas: 2 }))
    cluster.run(6)
    const { name } = first(cluster).metadata
    cluster.controllers.restartContainer({ namespace: 'legacy', name }, 'app', 'OOMKilled', 137)
    expect(statusOf(first(cluster))).toBe('OOMKilled')
    cluster.controllers.settle()
    const ready = () =>
      listOf(cluster.store.list('endpointslices.discovery.k8s.io', 'legacy')[0]?.['endpoints']).filter(
        item => at(item, 'conditions.ready') === true,
      ).length
    expect(ready()).toBe(1)
    cluster.run(6)
    expect(ready()).toBe(2)
    expect(container(cluster)).toMatchObject({
      restartCount: 1,
      ready: true,
      lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } },
    })
    cluster.controllers.restartContainer({ namespace: 'legacy', name }, 'app', 'OOMKilled', 137)
    cluster.run(3)
    expect(statusOf(first(cluster))).toBe('CrashLoopBackOff')
  })
})

describe('a readiness probe that fails', () => {
  it('keeps the pod out, and is told', () => {
    const cluster = createCluster()
    const probed = { name: 'app', image: 'a:1', readinessProbe: { exec: { command: ['false'] } } }
    cluster.store.create(
      deployed({ template: { metadata: { labels: { app: 'web' } }, spec: { containers: [probed] } } }),
    )
    cluster.run(10)
    expect(statusOf(first(cluster))).toBe('Running')
    expect(isReady(first(cluster))).toBe(false)
    expect([...reasons(cluster)]).toContain('Unhealthy')
  })
})

describe('the strategy Recreate', () => {
  it('lets no two versions run side by side', () => {
    const cluster = createCluster()
    cluster.store.create(deployed({ replicas: 2, strategy: { type: 'Recreate' } }))
    cluster.run(6)
    roll(cluster, template('web', 'shop/web:2'))
    for (let second = 0; second < 15; second++) {
      cluster.run(1)
      const images = pods(cluster).map(pod => listOf(at(pod, 'spec.containers'))[0]?.['image'])
      expect(new Set(images).size).toBeLessThan(2)
    }
    expect(pods(cluster).filter(isReady)).toHaveLength(2)
  })
})

describe('a silent node', () => {
  const start = () => {
    const cluster = createCluster()
    cluster.store.create(service('legacy', 'web'))
    cluster.store.create(deployed({ replicas: 4 }))
    cluster.store.create(workload('DaemonSet', 'legacy', 'agent'))
    cluster.run(8)
    return cluster
  }
  const on = (cluster: Cluster, name: string) =>
    pods(cluster).filter(pod => at(pod, 'spec.nodeName') === name && pod.metadata.labels?.['app'] === 'web')

  it('takes its pods out of their Services at once, and gives them back when it is heard of again', () => {
    const cluster = start()
    cluster.controllers.setNodeReady('node-a', false)
    cluster.run(1)
    expect(on(cluster, 'node-a').map(isReady)).toEqual([false, false])
    expect(on(cluster, 'node-b').map(isReady)).toEqual([true, true])
    cluster.run(20)
    cluster.controllers.setNodeReady('node-a', true)
    cluster.run(2)
    expect(on(cluster, 'node-a').map(isReady)).toEqual([true, true])
    expect(pods(cluster).filter(pod => pod.metadata.labels?.['app'] === 'web')).toHaveLength(4)
  })

  it('loses its pods to other nodes after five minutes, all but those of DaemonSets', () => {
    const cluster = start()
    cluster.controllers.setNodeReady('node-a', false)
    cluster.run(310)
    expect(on(cluster, 'node-b').filter(isReady)).toHaveLength(4)
    expect(on(cluster, 'node-a').every(pod => pod.metadata.deletionTimestamp !== undefined)).toBe(true)
    cluster.controllers.setNodeReady('node-a', true)
    cluster.run(5)
    expect(on(cluster, 'node-a')).toEqual([])
    const agents = pods(cluster).filter(pod => pod.metadata.labels?.['app'] === 'agent')
    expect(agents.map(isReady)).toEqual([true, true])
  })
})

describe('a PodDisruptionBudget', () => {
  it('counts how many pods may go', () => {
    const cluster = createCluster()
    cluster.store.create(deployed({ replicas: 3 }))
    cluster.store.create({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web', namespace: 'legacy' },
      spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } },
    })
    const status = () => cluster.store.get('poddisruptionbudgets.policy', 'legacy', 'web')?.status
    cluster.run(2)
    expect(status()).toMatchObject({ currentHealthy: 0, desiredHealthy: 2, disruptionsAllowed: 0, expectedPods: 3 })
    cluster.run(6)
    expect(status()).toMatchObject({ currentHealthy: 3, disruptionsAllowed: 1 })
  })
})

describe('a Job', () => {
  const job = (spec: Fields = {}): KubeObject => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'once', namespace: 'legacy' },
    spec: {
      template: { metadata: {}, spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'job:1' }] } },
      ...spec,
    },
  })

  it('is complete when its pods have succeeded', () => {
    const cluster = createCluster()
    cluster.store.create(job({ completions: 2 }))
    cluster.run(20)
    expect(cluster.store.get('jobs.batch', 'legacy', 'once')?.status).toMatchObject({
      succeeded: 2,
      conditions: [{ type: 'Complete' }],
    })
    expect(pods(cluster).map(statusOf)).toEqual(['Completed', 'Completed'])
  })

  it('fails when too many of them have', () => {
    const cluster = createCluster()
    const spec = { restartPolicy: 'Never', containers: [{ name: 'app', image: 'job:1', command: ['false'] }] }
    cluster.store.create(job({ backoffLimit: 1, template: { metadata: {}, spec } }))
    cluster.run(20)
    expect(cluster.store.get('jobs.batch', 'legacy', 'once')?.status).toMatchObject({
      failed: 2,
      conditions: [{ type: 'Failed', reason: 'BackoffLimitExceeded' }],
    })
  })

  it('is made by a CronJob at its time', () => {
    const cluster = createCluster()
    cluster.store.create({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'often', namespace: 'legacy' },
      spec: { schedule: '*/2 * * * *', jobTemplate: { spec: job().spec } },
    })
    cluster.run(60)
    expect(cluster.store.list('jobs.batch', 'legacy')).toEqual([])
    cluster.run(190)
    expect(cluster.store.list('jobs.batch', 'legacy')).toHaveLength(2)
    cluster.run(600)
    // Three finished ones are kept.
    expect(cluster.store.list('jobs.batch', 'legacy').length).toBeLessThanOrEqual(4)
    cluster.store.remove('cronjobs.batch', 'legacy', 'often')
    cluster.run(3)
    expect([...cluster.store.list('jobs.batch', 'legacy'), ...pods(cluster)]).toEqual([])
  })
})

describe('a HorizontalPodAutoscaler', () => {
  const scaler: KubeObject = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: 'legacy' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 2,
      maxReplicas: 5,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
      ],
    },
  }

  it('follows the load up at once and down after five minutes', () => {
    let used = 50
    const cluster = createCluster({ cpuUtilization: () => used })
    cluster.store.create(deployed({ replicas: 2 }))
    cluster.store.create(scaler)
    cluster.run(20)
    const replicas = () => cluster.store.get('deployments.apps', 'legacy', 'web')?.spec?.['replicas']
    expect(replicas()).toBe(2)
    used = 100
    cluster.run(16)
    expect(replicas()).toBe(4)
    used = 10
    cluster.run(60)
    expect(replicas()).toBe(4)
    cluster.run(300)
    expect(replicas()).toBe(2)
    expect(cluster.store.get('horizontalpodautoscalers.autoscaling', 'legacy', 'web')?.status).toMatchObject({
      currentReplicas: 2,
      desiredReplicas: 2,
    })
  })

  it('says so where nobody measures', () => {
    const cluster = createCluster()
    cluster.store.create(deployed({ replicas: 2 }))
    cluster.store.create(scaler)
    cluster.run(2)
    const { status } = cluster.store.get('horizontalpodautoscalers.autoscaling', 'legacy', 'web') ?? {}
    expect(listOf(status?.['conditions'])[1]).toMatchObject({
      type: 'ScalingActive',
      reason: 'FailedGetResourceMetric',
    })
  })
})

describe('a pod without a node for it', () => {
  it('is placed once there is one', () => {
    const cluster = createCluster()
    for (const name of ['node-a', 'node-b']) cluster.controllers.setNodeReady(name, false)
    cluster.store.create(deployed())
    cluster.run(3)
    expect(statusOf(first(cluster))).toBe('Pending')
    cluster.store.create(node('node-c'))
    cluster.run(6)
    expect(isReady(first(cluster))).toBe(true)
  })
})
