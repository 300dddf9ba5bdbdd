import type { Structural } from '#lab/kubernetes/schema/structural.ts'
import { rules } from './patch.ts'

/**
 * The kinds of the Sail operator (https://github.com/istio-ecosystem/sail-operator, `docs/api-reference`). Its Helm values
 * are taken as they are: the operator's own schema of them follows Istio's charts, release by release.
 */
export type SailKind = 'Istio' | 'IstioRevision' | 'IstioRevisionTag' | 'IstioCNI' | 'ZTunnel'

const text = (description: string, more: Structural = {}): Structural => ({ type: 'string', description, ...more })
const whole = (description: string, more: Structural = {}): Structural => ({ type: 'integer', description, ...more })
const fields = (properties: Readonly<Record<string, Structural>>, more: Structural = {}): Structural => ({
  type: 'object',
  ...more,
  properties,
})

const fixed = rules(['Value is immutable', 'self == oldSelf'])
const versionText = { pattern: '^(v\\d+\\.\\d+(\\.\\d+|-latest)|v\\d+\\.\\d+-alpha\\.[0-9a-f]+|master)$' }
const version = (what: string): Structural => text(`The version of ${what}, as v1.29.2 or v1.29-latest.`, versionText)
const profile = text('A named set of values that the installation starts from.', {
  enum: [
    'ambient',
    'default',
    'demo',
    'empty',
    'external',
    'openshift',
    'openshift-ambient',
    'preview',
    'remote',
    'stable',
  ],
})
const namespace = (home: string | undefined, isFixed = true): Structural =>
  text('Where it is installed.', { ...(home === undefined ? {} : { default: home }), ...(isFixed ? fixed : {}) })
/** What rules ask about is named; the rest is open. */
const values = fields(
  {
    profile: text('The same as the field profile beside the values.'),
    revision: text('The name of the revision.'),
    global: fields(
      { istioNamespace: text('Where the control plane is.') },
      { description: 'What all charts share.', 'x-kubernetes-preserve-unknown-fields': true },
    ),
  },
  { description: 'Values of the Helm charts.', 'x-kubernetes-preserve-unknown-fields': true },
)
const istioVersion = 'v1.29.2'

const conditions: Structural = {
  type: 'array',
  description: 'What was last seen of it.',
  items: fields({
    type: text('The type of the condition.'),
    status: text('True, False or Unknown.'),
    reason: text('One word that says why.'),
    message: text('A sentence for people.'),
    lastTransitionTime: text('When the status last changed.', { format: 'date-time' }),
  }),
}
const status = (more: Readonly<Record<string, Structural>> = {}, required: readonly string[] = []): Structural =>
  fields(
    {
      observedGeneration: whole('The generation that this status speaks of.', { format: 'int64' }),
      conditions,
      state: text('The reason of the first condition that is not as it should be, or Healthy.'),
      ...more,
    },
    { description: 'What came of it.', ...(required.length > 0 ? { required } : {}) },
  )

const count = (description: string): Structural => whole(description, { format: 'int32' })
const namedDefault = rules(["metadata.name must be 'default'", "self.metadata.name == 'default'"])

const istio = fields({
  spec: fields(
    {
      version: { ...version('Istio to install'), default: istioVersion },
      updateStrategy: fields(
        {
          type: text('InPlace changes the control plane where it is; RevisionBased starts another one beside it.', {
            enum: ['InPlace', 'RevisionBased'],
            default: 'InPlace',
          }),
          inactiveRevisionDeletionGracePeriodSeconds: whole('How long a revision stays that nothing uses.', {
            format: 'int64',
            minimum: 0,
          }),
          updateWorkloads: { type: 'boolean', description: 'Whether workloads are moved to the new control plane.' },
        },
        { description: 'How a change of the version is carried out.', default: { type: 'InPlace' } },
      ),
      profile,
      namespace: namespace('istio-system'),
      values,
    },
    {
      description: 'The control plane that is wanted.',
      required: ['namespace', 'version'],
      default: { version: istioVersion, namespace: 'istio-system', updateStrategy: { type: 'InPlace' } },
      ...rules([
        'spec.values.global.istioNamespace must match spec.namespace',
        '!has(self.values) || !has(self.values.global) || !has(self.values.global.istioNamespace) || self.values.global.istioNamespace == self.__namespace__',
      ]),
    },
  ),
  status: status({
    activeRevisionName: text('The revision that new workloads get.'),
    revisions: fields(
      {
        total: count('How many revisions there are.'),
        ready: count('How many of them are ready.'),
        inUse: count('How many of them workloads use.'),
      },
      { description: 'The revisions of this Istio, in numbers.', required: ['inUse', 'ready', 'total'] },
    ),
  }),
})

const revision: Structural = {
  ...fields({
    spec: fields(
      { version: version('Istio to install'), namespace: namespace(undefined), values },
      {
        description: 'One control plane.',
        required: ['namespace', 'version'],
        ...rules([
          'spec.values.global.istioNamespace must match spec.namespace',
          'self.values.global.istioNamespace == self.__namespace__',
        ]),
      },
    ),
    status: status(),
  }),
  ...rules([
    "spec.values.revision must match metadata.name or be empty when the name is 'default'",
    "self.metadata.name == 'default' ? (!has(self.spec.values.revision) || size(self.spec.values.revision) == 0) : self.spec.values.revision == self.metadata.name",
  ]),
}

const targetName = { minLength: 1, maxLength: 253 }
const tag = fields(
  {
    spec: fields(
      {
        targetRef: fields(
          {
            kind: text('Istio or IstioRevision.', targetName),
            name: text('The name of the target.', targetName),
          },
          { description: 'What the tag stands for.', required: ['kind', 'name'] },
        ),
      },
      { description: 'Another name for a revision.', required: ['targetRef'] },
    ),
    status: status(
      {
        istiodNamespace: text('Where the control plane of the revision is.'),
        istioRevision: text('The revision that the tag leads to.'),
      },
      ['istioRevision', 'istiodNamespace'],
    ),
  },
  { required: ['spec'] },
)

const component = (what: string, home: string, more: { isFixed: boolean; hasProfile: boolean }): Structural => ({
  ...fields({
    spec: fields(
      {
        version: { ...version(what), default: istioVersion },
        ...(more.hasProfile ? { profile } : {}),
        namespace: namespace(home, more.isFixed),
        values,
      },
      {
        description: `The ${what} that is wanted.`,
        required: ['namespace', 'version'],
        default: { version: istioVersion, namespace: home },
      },
    ),
    status: status(),
  }),
  ...namedDefault,
})

export const sailSchemas: Readonly<Record<SailKind, Structural>> = {
  Istio: { description: 'A control plane of Istio, in one or more revisions.', ...istio },
  IstioRevision: { description: 'One revision of a control plane. The operator makes it.', ...revision },
  IstioRevisionTag: { description: 'A name that stands for a revision.', ...tag },
  IstioCNI: {
    description: 'The CNI plugin of Istio.',
    ...component('Istio CNI', 'istio-cni', { isFixed: true, hasProfile: true }),
  },
  ZTunnel: {
    description: 'The node proxy of the ambient mesh.',
    ...component('ztunnel', 'ztunnel', { isFixed: false, hasProfile: false }),
  },
}
