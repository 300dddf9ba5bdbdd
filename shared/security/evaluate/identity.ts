import type { Facts, Identity, Value } from './facts.ts'
import { type Field, takesAny } from './field.ts'
import { all, atom, type Expression, type Seeds, sharedAtom } from './kleene.ts'
import { anyNamespace, anyText } from './text.ts'

/** Who calls: what a certificate proves. */

const isIdentity = (value: Value): value is Identity =>
  typeof value === 'object' && value !== null && 'principal' in value

/** Only a connection with mTLS proves who calls. */
export const isMtls: Expression = atom({
  variable: 'mtls',
  fact: 'mtls',
  read: facts => facts.mtls,
  test: value => value === true,
  seeds: { kind: 'flag' },
})

const who = (
  fact: string,
  test: (identity: Identity) => boolean,
  seeds: Partial<Extract<Seeds, { kind: 'who' }>>,
  isPlain = false,
): Expression =>
  all([
    isMtls,
    sharedAtom([fact, seeds, isPlain], () => ({
      variable: 'who',
      fact,
      read: facts => facts.who ?? partOf(facts, fact),
      test: value => isIdentity(value) && test(value),
      seeds: { kind: 'who', principals: [], namespaces: [], accounts: [], ...seeds },
    })),
  ])

/** Of an identity of which only the namespace is told, that much can be asked. */
function partOf({ who: identity, flow }: Facts, fact: string): Identity | null | undefined {
  const { namespace } = flow.source
  if (identity === null || fact !== 'source.namespace' || typeof namespace !== 'string') return identity
  return { principal: '', namespace, account: null }
}

/**
 * A whole principal that names a trust domain of the mesh means all its names, and `cluster.local` stands for them;
 * `cluster.local/ns/shop/*` is compared as it stands. Istio docs, "Trust Domain Migration".
 */
function withTrustDomains(pattern: string, trustDomains: readonly string[]): string[] {
  const [domain = '', ...rest] = pattern.split('/')
  const isOwn = domain === 'cluster.local' || trustDomains.some(name => anyText([domain])(name))
  return rest.length === 4 && domain !== '*' && isOwn
    ? [...new Set([pattern, ...trustDomains.map(name => [name, ...rest].join('/'))])]
    : [pattern]
}

export const principal: Field = {
  needs: 'ztunnel',
  takes: takesAny,
  asks: (values, { trustDomains, sight }) => {
    // ztunnel knows no other names of its trust domain: istio/ztunnel#1260.
    const principals =
      sight === 'ztunnel' ? [...values] : values.flatMap(value => withTrustDomains(value, trustDomains))
    const test = anyText(principals)
    return who('source.principal', identity => test(identity.principal), { principals })
  },
}
export const namespace: Field = {
  needs: 'ztunnel',
  takes: takesAny,
  asks: (values, { sight }) => {
    // ztunnel takes a star at either end only (istio/istio, `stringToMatch` of its ambient policies).
    const isPlain = sight === 'ztunnel'
    const test = isPlain ? anyText(values) : anyNamespace(values)
    // A proxy looks for `/ns/…/` in the whole identity, where a star may stand for `shop/s` of `/ns/shop/sa/`, too.
    const fits = (own: string) => test(own) || (!isPlain && test(`${own}/sa`))
    return who('source.namespace', ({ namespace: own }) => own !== null && fits(own), { namespaces: values }, isPlain)
  },
}
export const serviceAccount: Field = {
  needs: 'ztunnel',
  takes: value => /^[^/*]+(\/[^/*]+)?$/.test(value),
  asks: (values, reading) => {
    const accounts = values.map(value => (value.includes('/') ? value : `${reading.namespace}/${value}`))
    const wanted = new Set(accounts)
    return who('source.serviceAccount', ({ namespace: own, account }) => wanted.has(`${own}/${account}`), { accounts })
  },
}
