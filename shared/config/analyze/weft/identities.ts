import type { EachAnalyzer, Report } from '#shared/config/analyze/analyzer.ts'
import { items, record, text, texts } from '#shared/config/world/read.ts'
import type { World } from '#shared/config/world/world.ts'
import { type MeshObject, type Path, refOf } from '#shared/mesh/object.ts'
import { principalNeverMatches, serviceAccountUnknown, trustDomainUnknown } from './messages.ts'

/** Identities that somebody has. Istio docs, "Security", identity: `trust-domain/ns/namespace/sa/account`. */
export const identities: EachAnalyzer = {
  name: 'weft.Identities',
  each: ['security.istio.io/AuthorizationPolicy'],
  analyze(policy, world, report) {
    for (const [rule, written] of items(policy.spec?.['rules']).entries()) {
      for (const [index, { source }] of items(written['from']).entries())
        for (const field of ['principals', 'notPrincipals', 'serviceAccounts', 'notServiceAccounts'])
          for (const [place, value] of texts(record(source)[field]).entries()) {
            const path = ['spec', 'rules', rule, 'from', index, 'source', field, place]
            if (field.endsWith('rincipals')) principal(policy, value, path, world, report)
            else account(policy, value, path, world, report)
          }
      for (const [index, condition] of items(written['when']).entries())
        if (text(condition['key']) === 'source.principal')
          for (const field of ['values', 'notValues'])
            for (const [place, value] of texts(condition[field]).entries())
              principal(policy, value, ['spec', 'rules', rule, 'when', index, field, place], world, report)
    }
  },
}

function principal(policy: MeshObject, written: string, path: Path, world: World, report: Report): void {
  if (written.startsWith('spiffe://')) {
    const value = written.slice('spiffe://'.length)
    report(policy, principalNeverMatches, [written, 'principals are written without spiffe://'], {
      path,
      fix: {
        title: 'Leave out spiffe://',
        edits: [{ object: refOf(policy), edits: [{ op: 'set', path: [...path], value }] }],
      },
    })
    return
  }
  if (written.slice(1, -1).includes('*'))
    report(policy, principalNeverMatches, [written, '* stands for something only at the beginning or the end'], {
      path,
    })
  // A pattern may mean what is yet to come.
  if (written.includes('*')) return
  const [, domain, namespace = '', name = ''] = /^([^/]+)\/ns\/([^/]+)\/sa\/([^/]+)$/.exec(written) ?? []
  if (domain === undefined) {
    report(policy, principalNeverMatches, [written, 'it is not trust-domain/ns/namespace/sa/account'], { path })
    return
  }
  const { trustDomain, meshConfig } = world.settings
  // cluster.local stands for the mesh's own, whatever that is called.
  const own = [...new Set([trustDomain, 'cluster.local'])]
  const aliases = texts(meshConfig['trustDomainAliases'])
  if (own.includes(domain)) exists(policy, namespace, name, path, world, report)
  else if (!aliases.includes(domain)) report(policy, trustDomainUnknown, [domain, [...own, ...aliases]], { path })
}

/** `account` of the policy's own namespace, or `namespace/account`. */
function account(policy: MeshObject, written: string, path: Path, world: World, report: Report): void {
  const slash = written.indexOf('/')
  const namespace = slash < 0 ? (policy.metadata.namespace ?? '') : written.slice(0, slash)
  exists(policy, namespace, written.slice(slash + 1), path, world, report)
}

function exists(policy: MeshObject, namespace: string, name: string, path: Path, world: World, report: Report): void {
  if (!world.has('/ServiceAccount') || world.get('/ServiceAccount', namespace, name)) return
  // Kubernetes makes one called default in every namespace.
  if (name === 'default' && world.get('/Namespace', '', namespace)) return
  report(policy, serviceAccountUnknown, [`${namespace}/${name}`], { path })
}
