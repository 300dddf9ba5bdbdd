import { claimIn, type Token, type Value } from './evaluate-facts.ts'
import { type Field, takesAny } from './evaluate-field.ts'
import { all, atom, type Expression, sharedAtom } from './evaluate-kleene.ts'
import { anyText } from './evaluate-text.ts'

/** What tokens say, once they are found valid. */

const isToken = (value: Value): value is Token => typeof value === 'object' && value !== null && 'issuer' in value

/** `issuer/subject` of a validated token. */
export const requestPrincipal: Field = {
  needs: 'http',
  takes: takesAny,
  asks: (values, { isValidated }) => {
    const asked = sharedAtom(['request principal', values], () => {
      const test = anyText(values)
      return {
        variable: 'token',
        fact: 'jwt',
        read: facts => facts.token,
        test: value => isToken(value) && test(`${value.issuer}/${value.subject}`),
        seeds: { kind: 'token', issuers: [], principals: values },
      }
    })
    return all([isValidated, asked])
  },
}

export const claim = (path: readonly string[], fact: string): Field => ({
  needs: 'http',
  takes: takesAny,
  asks: (values, { isValidated }) => {
    const asked = sharedAtom(['claim', path, fact, values], () => {
      const test = anyText(values)
      return {
        variable: fact,
        fact,
        read: facts => claimIn(facts, path),
        test: value => Array.isArray(value) && value.some(item => test(item)),
        seeds: { kind: 'list', patterns: values },
      }
    })
    return all([isValidated, asked])
  },
})

/** Is a token brought at all? */
export const hasToken: Expression = atom({
  variable: 'token',
  fact: 'jwt',
  read: facts => (facts.flow.jwt ? (facts.token ?? { issuer: '', subject: '' }) : facts.flow.jwt),
  test: value => value !== null,
  seeds: { kind: 'token', issuers: [], principals: [] },
})

/** The issuer is this one, and the token is for one of the audiences, if any are asked for. */
export const isTokenOf = (issuer: string, audiences: readonly string[]): Expression => {
  const wanted = new Set(audiences.map(plainAudience))
  const byIssuer = sharedAtom(['issuer', issuer], () => ({
    variable: 'token',
    fact: 'jwt',
    read: ({ flow, token }) =>
      typeof flow.jwt?.issuer === 'string' ? { issuer: flow.jwt.issuer, subject: '' } : token,
    test: value => isToken(value) && value.issuer === issuer,
    seeds: { kind: 'token', issuers: [issuer], principals: [] },
  }))
  if (wanted.size === 0) return byIssuer
  const byAudience = sharedAtom(['audiences', audiences], () => ({
    variable: 'jwt.audiences',
    fact: 'jwt.audiences',
    read: facts => facts.audiences,
    test: value => Array.isArray(value) && value.some(item => wanted.has(plainAudience(item))),
    seeds: { kind: 'list', patterns: audiences },
  }))
  return all([byIssuer, byAudience])
}

/** Envoy compares audiences without scheme and closing slash. */
const plainAudience = (audience: string): string => audience.replace(/^https?:\/\//, '').replace(/\/$/, '')
