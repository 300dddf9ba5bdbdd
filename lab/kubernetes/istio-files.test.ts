import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { validatorWebhook } from '#lab/scenario/webhooks.ts'
import { startCluster } from './client.ts'
import { splitApiVersion } from './resources.ts'
import { at, type Fields, fieldsOf, isFields, textOf } from './value.ts'

/**
 * The files that Istio tests its own analyzers with, applied to the lab as kubectl would (strictly): nearly all of them
 * are good Kubernetes, whatever their configuration does. What is refused, and why, is listed.
 */
const folder = fileURLToPath(new URL('../../../shared/data/istio-analysis/inputs', import.meta.url))
const isAbsent = !existsSync(folder)

const noContainers = 'spec.containers: Required value'
const noImage = 'spec.containers[0].image: Required value'
const noPortNames = '[spec.ports[0].name: Required value, spec.ports[1].name: Required value]'
const badName = 'a lowercase RFC 1123 subdomain must consist of'

/** `file: Kind name` → a part of what the server says. */
const refused: Record<string, string> = {
  'condition-analyzer.yaml: Service negative-condition-svc': 'spec.ports: Required value',
  'condition-analyzer.yaml: ServiceEntry negative-condition-svcEntry': badName,
  'conflicting-gateways-invalid-port.yaml: Gateway beta': 'spec.servers[0].port: Required value',
  'conflicting-gateways-invalid-port.yaml: Gateway alpha': 'spec.servers[0].port: Required value',
  'deprecation.yaml: EnvoyFilter istio-multicluster-egressgateway': 'unknown field "spec.workloadLabels"',
  'envoy-filter-add-operation.yaml: EnvoyFilter test-auth-4': 'unknown field "spec.configPatches[0].match.app"',
  'envoy-filter-add-operation.yaml: EnvoyFilter test-auth-5': 'unknown field "spec.configPatches[0].match.app"',
  'gateway-custom-ingressgateway-badport.yaml: Pod my-ingressgateway-1234': noImage,
  'gateway-custom-ingressgateway-translation.yaml: Pod my-ingressgateway-1234': noImage,
  'gateway-duplicate-certificate.yaml: Pod internal-ingressgateway': noImage,
  'gateway-secrets.yaml: Pod custom-gateway': noContainers,
  'gateway-secrets.yaml: Gateway defaultgateway-bogusCredentialName': badName,
  'k8sgateway-selector.yaml: Telemetry telemetry-effective': 'only one of targetRefs or selector can be set',
  'misannotated.yaml: Pod invalid-annotations': noImage,
  'misannotated.yaml: Ingress gateway': 'unknown field "spec.rules[0].http.paths[0].backend.serviceName"',
  'misannotated.yaml: Pod grafana-test': noImage,
  'misannotated.yaml: Pod annotation-set-by-default': noImage,
  'misannotated.yaml: Pod anno-not-set-by-default': noImage,
  'misannotated.yaml: Deployment fortio-deploy': 'spec.template.spec.containers[0].image: Required value',
  'misannotated.yaml: Pod ignore-istio-annotations': noImage,
  'service-no-port-name-system-namespace.yaml: Service my-service1': noPortNames,
  'service-no-port-name.yaml: Service my-service1': noPortNames,
  'sidecar-default-selector.yaml: Pod random-pod': 'spec.containers[0].name: Required value',
  'sidecar-default-selector.yaml: Pod random-pod-ambient': noContainers,
  'telemetry-selector.yaml: Pod productpage': noContainers,
  'telemetry-selector.yaml: Pod productpage-other': noContainers,
  'telemetry-selector.yaml: Pod reviews': noContainers,
  'telemetry-selector.yaml: Pod ratings': noContainers,
  'virtualservice_destinationhosts.yaml: ServiceEntry service-entry-ignore': 'hostname cannot be wildcard',
  'virtualservice_destinationhosts.yaml: VirtualService reviews-bogushost':
    'spec.http[0].route[0].destination: Required value',
  'webhook.yaml: Service istiod': 'spec.ports: Required value',
}
const noServers = 'gateway must have at least one server'
const noRoutes = 'http, tcp or tls must be provided in virtual service'
const emptySidecar = 'sidecar: empty configuration provided'
const samePorts = 'port names in servers must be unique: duplicate name'
const noTarget = 'HTTP route, redirect or direct_response is required'

/** What the API server takes and istiod's webhook does not. */
const denied: Record<string, string> = {
  'authorizationpolicies.yaml: ServiceEntry istio': 'hosts must be FQDN if no endpoints are provided',
  'conflicting-gateways-multiple-ports.yaml: Gateway alpha': samePorts,
  'conflicting-gateways-multiple-ports.yaml: Gateway beta': samePorts,
  'deprecation.yaml: VirtualService productpage': noTarget,
  'gateway-no-workload.yaml: Gateway httpbin-gateway': noServers,
  'gateway-secrets.yaml: Gateway defaultgateway-nocredential': 'SIMPLE TLS requires a server certificate',
  'sidecar-default-selector.yaml: Sidecar namespace-not-ambient': emptySidecar,
  'sidecar-default-selector.yaml: Sidecar namespace-scoped': emptySidecar,
  'sidecar-default-selector.yaml: Sidecar pod-scoped': emptySidecar,
  'virtualservice_gateways.yaml: Gateway crossnamespace-gw': noServers,
  'virtualservice_gateways.yaml: Gateway httpbin-gateway': noServers,
  'virtualservice_gateways.yaml: VirtualService cross-test': noRoutes,
  'virtualservice_gateways.yaml: VirtualService httpbin': noRoutes,
  'virtualservice_gateways.yaml: VirtualService httpbin-bogus': noRoutes,
  'virtualservice_gateways.yaml: VirtualService httpbin-mesh': noRoutes,
  'virtualservice_host_not_found_gateway_beta.yaml: Gateway testing-gateway-01-test-04': samePorts,
  'virtualservice_internal_gateway_ref.yaml: VirtualService httpbin': 'invalid value for gateway name',
}
/** Kinds that no cluster with this Istio serves. */
const unserved = ['QuotaSpec']

interface Written {
  title: string
  object: Fields
}

const files = (): string[] =>
  isAbsent
    ? []
    : readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter(file => file.endsWith('.yaml'))
        .toSorted()

const objectsIn = (file: string): Written[] =>
  parseAllDocuments(readFileSync(join(folder, file), 'utf8')).flatMap(document => {
    const object: unknown = 'toJS' in document ? document.toJS() : undefined
    // Some files hold a mesh's settings: no objects.
    if (!isFields(object) || typeof object['kind'] !== 'string') return []
    return [{ title: `${file}: ${object['kind']} ${textOf(at(object, 'metadata.name'))}`, object }]
  })

it.skipIf(!isAbsent)(
  'Istio’s own files are not here (../shared/data/istio-analysis): they are not applied',
  () => undefined,
)

const clusters = [
  { title: 'the API server alone', hasIstiod: false },
  { title: 'the API server and istiod', hasIstiod: true },
]

describe.skipIf(isAbsent).each(clusters)('Istio’s own files, before $title', ({ hasIstiod }) => {
  const expectations = hasIstiod ? { ...refused, ...denied } : refused

  let cluster: Awaited<ReturnType<typeof startCluster>>
  beforeAll(async () => {
    cluster = await startCluster()
    if (hasIstiod) cluster.store.create(validatorWebhook())
  })
  afterAll(() => cluster.server.close())

  async function apply(object: Fields): Promise<{ status: number; message: string }> {
    const apiVersion = textOf(object['apiVersion'])
    const kind = cluster.store.resources.of(apiVersion, textOf(object['kind']))
    if (!kind) return { status: 404, message: `no kind ${textOf(object['kind'])}` }
    const metadata = fieldsOf(object['metadata'])
    const namespace = kind.namespaced ? textOf(metadata['namespace'], 'default') : undefined
    if (namespace !== undefined && !cluster.store.get('namespaces', undefined, namespace))
      cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    const { group, version } = splitApiVersion(apiVersion)
    const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
    const place = namespace === undefined ? kind.plural : `namespaces/${namespace}/${kind.plural}`
    const { resourceVersion: _, ...rest } = metadata
    const { status, body } = await cluster.call({
      method: 'POST',
      path: `${root}/${place}?dryRun=All&fieldValidation=Strict`,
      body: { ...object, metadata: { ...rest, ...(namespace === undefined ? {} : { namespace }) } },
    })
    return { status, message: textOf(at(body, 'message')) }
  }

  it.each(files())('%s is taken, but for what is listed', async file => {
    for (const { title, object } of objectsIn(file)) {
      const { status, message } = await apply(object)
      if (unserved.some(kind => message === `no kind ${kind}`)) continue
      const expected = expectations[title]
      // 409: the cluster has it already.
      if (expected === undefined) expect([201, 409], `${title}: ${message}`).toContain(status)
      else expect(message, title).toContain(expected)
    }
  })

  it('hold every object that is listed', () => {
    const titles = files().flatMap(file => objectsIn(file).map(({ title }) => title))
    expect(titles).toEqual(expect.arrayContaining(Object.keys(expectations)))
  })
})
