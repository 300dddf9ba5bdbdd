import { editsBetween } from '#shared/config/change/edits-between.ts'
import { items, record, texts } from '#shared/config/world/read.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import { type Json, refOf } from '#shared/mesh/object.ts'
import { closed } from './expose-close.ts'
import { ingress, opened } from './expose-open.ts'
import { gatewayRefused, rivals } from './expose-warnings.ts'
import {
  type Exposure,
  type ExposeView,
  exposeView,
  gatewayAt,
  pathIn,
  saidBy,
  wantedBy,
  type Way,
} from './exposure.ts'
import { type Intent, isProblem, noChange, type Problem } from './intent.ts'
import { backendsIn, gatewayRefsOf, hostsField, routeKinds, rulesField } from './route-ends.ts'
import { apiOf, nameOfRef, ruleKey } from './rules.ts'
import { fittingDoor, placeOfPods } from './ways-in.ts'

export const expose: Intent<Exposure> = {
  id: 'expose',
  on: ['service'],
  read(scene, target) {
    const view = exposeView(scene, target)
    if (isProblem(view)) return view
    return { model: saidBy(scene, view), from: view.way === null ? [] : [view.way.object], notes: notesOf(view) }
  },
  check(scene, target, model) {
    const view = exposeView(scene, target)
    if (isProblem(view)) return [view]
    if (!model.isOn) return []
    const { way, service } = view
    const before = saidBy(scene, view)
    const problems: Problem[] = []
    if (
      !/^(\*\.)?([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)*[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(model.host) ||
      model.host.length > 253
    )
      problems.push({ field: 'host', code: 'hostname' })
    if (!model.path.startsWith('/') && model.path !== before.path) problems.push({ field: 'path', code: 'slash' })
    if (!service.ports.some(({ number }) => number === model.port))
      problems.push({ field: 'port', code: 'noSuchPort', values: { service: service.name, port: model.port } })
    if (way !== null) {
      for (const field of ['api', 'gateway', 'secret'] as const)
        if (model[field] !== before[field])
          problems.push({ field, code: 'fixedWay', values: { name: nameOfRef(way.object) } })
      return problems
    }
    if (model.secret !== '' && !/^[^/]+\/[^/]+$/.test(model.secret))
      problems.push({ field: 'secret', code: 'secretName' })
    const gateway = gatewayAt(scene, model)
    if (model.gateway !== '' && gateway === undefined) problems.push({ field: 'gateway', code: 'noGateway' })
    if (model.api === 'istio') {
      const place = gateway === undefined ? ingress(scene)?.namespace : placeOfPods(scene, gateway)
      if (place === undefined) problems.push({ field: 'gateway', code: 'noIngress' })
      else if (model.secret !== '' && !model.secret.startsWith(`${place}/`))
        problems.push({ field: 'secret', code: 'secretPlace', values: { namespace: place } })
    }
    return problems
  },
  warn(scene, target, model) {
    const view = exposeView(scene, target)
    if (isProblem(view) || !model.isOn) return []
    const { inventory } = scene
    const warnings: Problem[] = []
    const isKnown = ({ namespace, name }: { namespace: string; name: string }) =>
      `${namespace}/${name}` === model.secret
    if (model.secret !== '' && !inventory.secrets.some(isKnown))
      warnings.push({ field: null, code: 'noSecret', values: { secret: model.secret } })
    const gateway = gatewayAt(scene, model)
    if (view.way === null && gateway !== undefined && fittingDoor(scene, gateway, wantedBy(view, model)) === undefined)
      warnings.push({ field: null, code: 'newListener', values: { name: nameOfRef(refOf(gateway)), host: model.host } })
    warnings.push(...gatewayRefused(scene, view, model))
    for (const other of rivals(scene, view, model))
      warnings.push({ field: null, code: 'sameHost', values: { name: nameOfRef(refOf(other)), host: model.host } })
    return warnings
  },
  write(scene, target, model) {
    const view = exposeView(scene, target)
    if (isProblem(view)) return noChange
    const { way } = view
    if (way === null) return model.isOn ? opened(scene, view, model) : noChange
    if (!model.isOn) return closed(scene, way)
    const before = saidBy(scene, view)
    if (isEqual(before, model)) return noChange
    const spec = record(way.route.spec)
    return {
      ...noChange,
      edit: [{ object: way.object, edits: editsBetween(spec, changed(spec, way, before, model), ['spec']) }],
    }
  },
  about: object => {
    const home = object.metadata.namespace ?? ''
    const [way] = Object.values(routeKinds).some(({ kind }) => kind === object.kind) ? backendsIn(object) : []
    return way === undefined || gatewayRefsOf(object).length === 0
      ? null
      : {
          namespace: way.namespace || home,
          service: way.name,
          rule: ruleKey({ object: refOf(object), index: way.rule }),
        }
  },
}

function changed(spec: Json, { rule, index, backend, object }: Way, before: Exposure, model: Exposure): Json {
  const api = apiOf(object)
  let next = rule
  if (model.path !== before.path) {
    const field = api === 'istio' ? 'match' : 'matches'
    const [first = {}, ...rest] = items(rule[field])
    const path = api === 'istio' ? { uri: { prefix: model.path } } : { path: { type: 'PathPrefix', value: model.path } }
    next = { ...next, [field]: [{ ...first, ...path }, ...rest] }
  }
  if (model.port !== before.port) {
    const field = api === 'istio' ? 'route' : 'backendRefs'
    const entries = items(next[field]).map((entry, each) => {
      if (each !== backend.index) return entry
      return api === 'istio'
        ? { ...entry, destination: { ...record(entry['destination']), port: { number: model.port } } }
        : { ...entry, port: model.port }
    })
    next = { ...next, [field]: entries }
  }
  const field = hostsField(api)
  const hosts = model.host === before.host ? spec[field] : [model.host, ...texts(spec[field]).slice(1)]
  const rules = items(spec[rulesField(api)]).map((each, place) => (place === index ? next : each))
  return { ...spec, ...(hosts === undefined ? {} : { [field]: hosts }), [rulesField(api)]: rules }
}

function notesOf({ way, ways }: ExposeView): Problem[] {
  if (way === null) return []
  const name = nameOfRef(way.object)
  const notes: Problem[] = []
  const hosts = texts(way.route.spec?.[hostsField(apiOf(way.object))])
  if (hosts.length > 1) notes.push({ field: null, code: 'moreHosts', values: { name, hosts: hosts.join(', ') } })
  if (pathIn(apiOf(way.object), way.rule) === '') notes.push({ field: null, code: 'otherPath', values: { name } })
  if (way.gateway === null) notes.push({ field: null, code: 'gatewayGone', values: { name } })
  if (ways.length > 1) notes.push({ field: null, code: 'moreWays', values: { count: ways.length } })
  return notes
}
