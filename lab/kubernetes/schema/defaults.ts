import { type Fields, fieldsOf, isFields, listOf } from '#lab/kubernetes/value.ts'
import { bindingWithDefaults } from './rbac-errors.ts'

/** What the API server fills in where people say nothing (Kubernetes API reference, each field's "Defaults to"). */
export function withDefaults(object: Fields): Fields {
  switch (`${String(object['apiVersion'])} ${String(object['kind'])}`) {
    case 'apps/v1 Deployment':
      return workload(object, spec => ({
        replicas: 1,
        strategy: strategy(spec['strategy'], 'RollingUpdate', { maxUnavailable: '25%', maxSurge: '25%' }),
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
      }))
    case 'apps/v1 ReplicaSet':
      return workload(object, () => ({ replicas: 1 }))
    case 'apps/v1 StatefulSet':
      return workload(object, spec => ({
        replicas: 1,
        podManagementPolicy: 'OrderedReady',
        revisionHistoryLimit: 10,
        updateStrategy: strategy(spec['updateStrategy'], 'RollingUpdate', { partition: 0 }),
        serviceName: '',
      }))
    case 'apps/v1 DaemonSet':
      return workload(object, spec => ({
        revisionHistoryLimit: 10,
        updateStrategy: strategy(spec['updateStrategy'], 'RollingUpdate', { maxUnavailable: 1, maxSurge: 0 }),
      }))
    case 'v1 Pod':
      return isFields(object['spec']) ? { ...object, spec: podSpec(object['spec']) } : object
    case 'v1 Service':
      return isFields(object['spec']) ? { ...object, spec: serviceSpec(object['spec']) } : object
    case 'v1 Secret':
      return { type: 'Opaque', ...object }
    case 'v1 Namespace':
      return namespace(object)
    case 'rbac.authorization.k8s.io/v1 RoleBinding':
    case 'rbac.authorization.k8s.io/v1 ClusterRoleBinding':
      return bindingWithDefaults(object)
    default:
      return object
  }
}

function namespace(object: Fields): Fields {
  const metadata = fieldsOf(object['metadata'])
  const labels = { ...fieldsOf(metadata['labels']), 'kubernetes.io/metadata.name': metadata['name'] }
  return {
    ...object,
    metadata: { ...metadata, labels },
    spec: { finalizers: ['kubernetes'], ...fieldsOf(object['spec']) },
  }
}

function workload(object: Fields, defaults: (spec: Fields) => Fields): Fields {
  const spec = object['spec']
  if (!isFields(spec)) return object
  const template = spec['template']
  return {
    ...object,
    spec: {
      ...defaults(spec),
      ...spec,
      // Computed ones win: they hold what was said already.
      ...pick(defaults(spec), ['strategy', 'updateStrategy']),
      ...(isFields(template) && isFields(template['spec'])
        ? { template: { ...template, spec: podSpec(template['spec']) } }
        : {}),
    },
  }
}

function pick(fields: Fields, keys: string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => keys.includes(key)))
}

function strategy(given: unknown, type: string, rolling: Fields): Fields {
  const found = { type, ...fieldsOf(given) }
  if (found.type !== 'RollingUpdate') return found
  return { ...found, rollingUpdate: { ...rolling, ...fieldsOf((found as Fields)['rollingUpdate']) } }
}

function podSpec(spec: Fields): Fields {
  const account = spec['serviceAccountName'] ?? spec['serviceAccount']
  return {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    securityContext: {},
    ...spec,
    ...(account === undefined ? {} : { serviceAccountName: account, serviceAccount: account }),
    ...(Array.isArray(spec['containers']) ? { containers: listOf(spec['containers']).map(container) } : {}),
    ...(Array.isArray(spec['initContainers']) ? { initContainers: listOf(spec['initContainers']).map(container) } : {}),
  }
}

function container(given: Fields): Fields {
  const image = typeof given['image'] === 'string' ? given['image'] : ''
  const isMoving = image.endsWith(':latest') || !/:[^/]+$/.test(image)
  return {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: isMoving ? 'Always' : 'IfNotPresent',
    resources: {},
    ...given,
    ...(Array.isArray(given['ports'])
      ? { ports: listOf(given['ports']).map(port => ({ protocol: 'TCP', ...port })) }
      : {}),
  }
}

function serviceSpec(spec: Fields): Fields {
  return {
    type: 'ClusterIP',
    sessionAffinity: 'None',
    ...(spec['type'] === 'ExternalName'
      ? {}
      : { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack', internalTrafficPolicy: 'Cluster' }),
    ...spec,
    ...(Array.isArray(spec['ports'])
      ? {
          ports: listOf(spec['ports']).map(port => ({ protocol: 'TCP', targetPort: port['port'], ...port })),
        }
      : {}),
  }
}
