import type { KubeObject } from '#lab/contract.ts'

/** The webhooks by which an istiod comes to inject: `admissionregistration.k8s.io`. */

type Fields = Record<string, unknown>

const wish = 'sidecar.istio.io/inject'
const revisionLabel = 'istio.io/rev'
const roomLabel = 'istio-injection'

const is = (key: string, operator: 'In' | 'NotIn', ...values: string[]) => ({ key, operator, values })
const isAbsent = (key: string) => ({ key, operator: 'DoesNotExist' })

/**
 * Which pods a revision injects (Istio docs, "Installing the Sidecar", "Controlling the injection policy"). `names` are
 * the values of `istio.io/rev` that lead to it: the revision's own, or a tag; the one called `default` also takes
 * `istio-injection=enabled` and pods that ask by themselves.
 */
export function injectorWebhook(
  name: string,
  revision: {
    name: string
    label: string
    tag?: string
    service: string
    owners?: NonNullable<KubeObject['metadata']['ownerReferences']>
  },
): KubeObject {
  const webhook = (kind: string, room: Fields[], pod: Fields[]): Fields => ({
    name: `${kind}.sidecar-injector.istio.io`,
    admissionReviewVersions: ['v1'],
    clientConfig: { service: { name: revision.service, namespace: 'istio-system', path: '/inject', port: 443 } },
    failurePolicy: 'Fail',
    matchPolicy: 'Equivalent',
    namespaceSelector: { matchExpressions: room },
    objectSelector: { matchExpressions: pod },
    reinvocationPolicy: 'Never',
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: '*' }],
    sideEffects: 'None',
    timeoutSeconds: 10,
  })
  const notRefused = is(wish, 'NotIn', 'false')
  const byLabel = is(revisionLabel, 'In', revision.label)
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: {
      name,
      labels: {
        app: 'sidecar-injector',
        'istio.io/rev': revision.name,
        ...(revision.tag === undefined ? {} : { 'istio.io/tag': revision.tag }),
      },
      ...(revision.owners === undefined ? {} : { ownerReferences: revision.owners }),
    },
    webhooks: [
      webhook('rev.namespace', [byLabel, isAbsent(roomLabel)], [notRefused]),
      webhook('rev.object', [isAbsent(revisionLabel), isAbsent(roomLabel)], [notRefused, byLabel]),
      ...(revision.label === 'default'
        ? [
            webhook('namespace', [is(roomLabel, 'In', 'enabled')], [notRefused]),
            webhook(
              'object',
              [isAbsent(roomLabel), isAbsent(revisionLabel)],
              [is(wish, 'In', 'true'), isAbsent(revisionLabel)],
            ),
          ]
        : []),
    ],
  }
}

/** What an installation with the default revision leaves behind. */
export const defaultWebhook = (): KubeObject =>
  injectorWebhook('istio-sidecar-injector', { name: 'default', label: 'default', service: 'istiod' })

/** By which istiod comes to check its own kinds before they are stored. */
export const validatorWebhook = (): KubeObject => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: {
    name: 'istiod-default-validator',
    labels: { app: 'istiod', 'istio.io/rev': 'default', 'istio.io/tag': 'default' },
  },
  webhooks: [
    {
      name: 'validation.istio.io',
      admissionReviewVersions: ['v1'],
      clientConfig: { service: { name: 'istiod', namespace: 'istio-system', path: '/validate' } },
      failurePolicy: 'Fail',
      matchPolicy: 'Equivalent',
      namespaceSelector: {},
      objectSelector: { matchExpressions: [isAbsent(revisionLabel)] },
      rules: [
        {
          apiGroups: ['security', 'networking', 'telemetry', 'extensions'].map(name => `${name}.istio.io`),
          apiVersions: ['*'],
          operations: ['CREATE', 'UPDATE'],
          resources: ['*'],
          scope: '*',
        },
      ],
      sideEffects: 'None',
      timeoutSeconds: 10,
    },
  ],
})
