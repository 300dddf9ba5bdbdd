import type { MeshAnalyzer, Report } from '#shared/config/analyze/analyzer.ts'
import { fitsSelector, type Labels } from '#shared/config/world/labels.ts'
import { has, items, record, text, textMap, texts } from '#shared/config/world/read.ts'
import type { World } from '#shared/config/world/world.ts'
import type { Json, MeshObject } from '#shared/mesh/object.ts'
import { invalidWebhook } from './messages.ts'

interface Hook {
  configuration: MeshObject
  hook: Json
  index: number
  name: string
}

const revision = 'istio.io/rev'

/** Every pod is injected by one webhook at most, and each webhook leads to an istiod that exists. */
export const webhooks: MeshAnalyzer = {
  name: 'webhook.Analyzer',
  mesh: true,
  analyze(world, report) {
    const configurations = world
      .list('admissionregistration.k8s.io/MutatingWebhookConfiguration')
      .filter(configuration => isIstios(configuration) || revisionsIn(configuration).length > 0)
    const hooks = configurations.flatMap(configuration =>
      items(configuration['webhooks']).map(
        (hook, index): Hook => ({
          configuration,
          hook,
          index,
          name: `${configuration.metadata.name}/${text(hook['name'])}`,
        }),
      ),
    )
    overlaps(hooks, [...new Set(configurations.flatMap(revisionsIn))], report)
    services(hooks, world, report)
  },
}

/** All the labels that decide about injection, in every mixture: none may be caught twice. */
function overlaps(hooks: readonly Hook[], revisions: readonly string[], report: Report): void {
  const told = new Set<string>()
  for (const namespace of mixtures('istio-injection', ['enabled', 'disabled'], revisions))
    for (const object of mixtures('sidecar.istio.io/inject', ['true', 'false'], revisions)) {
      const caught = hooks.filter(
        ({ hook }) =>
          fitsSelector(hook['namespaceSelector'], namespace) && fitsSelector(hook['objectSelector'], object),
      )
      if (caught.length < 2) continue
      for (const one of caught) {
        const others = caught.filter(other => other !== one).map(other => other.name)
        const key = `${one.name}|${others.join(',')}`
        if (told.has(key)) continue
        told.add(key)
        const problem = `The webhook ${one.name} catches the same pods as ${others.join(', ')}: they may be injected twice.`
        report(one.configuration, invalidWebhook, [problem], { path: ['webhooks', one.index] })
      }
    }
}

const mixtures = (key: string, values: readonly string[], revisions: readonly string[]): Labels[] =>
  [{}, ...values.map(value => ({ [key]: value }))].flatMap((base: Labels) => [
    base,
    ...revisions.map(name => ({ ...base, [revision]: name })),
  ])

function services(hooks: readonly Hook[], world: World, report: Report): void {
  for (const { configuration, hook, index, name } of hooks) {
    const client = record(hook['clientConfig'])
    if (!has(client, 'service')) continue
    const service = record(client['service'])
    const [namespace, called] = [text(service['namespace']), text(service['name'])]
    if (world.get('/Service', namespace, called) !== undefined) continue
    const problem = `The webhook ${name} leads to the Service ${namespace}/${called}, which does not exist.`
    report(configuration, invalidWebhook, [problem], { path: ['webhooks', index, 'clientConfig', 'service'] })
  }
}

const isIstios = (configuration: MeshObject): boolean =>
  items(configuration['webhooks']).some(hook => text(hook['name']).endsWith('istio.io'))

function revisionsIn(configuration: MeshObject): string[] {
  const own = configuration.metadata.labels?.[revision]
  const selectors = items(configuration['webhooks']).flatMap(hook => [
    record(hook['namespaceSelector']),
    record(hook['objectSelector']),
  ])
  const selected = selectors.flatMap(selector => {
    const label = textMap(selector['matchLabels'])[revision]
    const expressions = items(selector['matchExpressions']).filter(expression => expression['key'] === revision)
    return [...(label === undefined ? [] : [label]), ...expressions.flatMap(expression => texts(expression['values']))]
  })
  return [...new Set([...(own === undefined ? [] : [own]), ...selected])]
}
