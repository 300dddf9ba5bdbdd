import { claimIn, type Token, type Value } from './facts.ts'
import { type Field, takesAny } from './field.ts'
import { all, atom, type Expression, sharedAtom } from './kleene.ts'
import { anyText, type TextTest } from './text.ts'

/** What tokens say, once they are found valid. */

const isToken = (value: Value): value is Token => typeof value === 'object' && value !== null && 'issuer' in value

/** `issuer/subject` of a validated token. */
export const requestPrincipal: Field = {
  needs: 'http',
  takes: takesAny,
  asks: (values, { isValidated }) => {
    const asked = sharedAtom(['request principal', values], () => {
      const tests = values.map(subjectTest)
      return {
        variable: 'token',
        fact: 'jwt',
        read: facts => facts.token,
        test: value => isToken(value) && tests.some(test => test(value)),
        seeds: { kind: 'token', issuers: [], principals: values },
      }
    })
    return all([isValidated, asked])
  },
}

/**
 * istiod parts a pattern at its last slash, for an issuer may be an address: what stands before is compared with the
 * issuer, what stands behind with the subject, and a star in front or at the end goes with the part it stands in.
 */
function subjectTest(pattern: string): (token: Token) => boolean {
  const { issuer, subject } = patternsOf(pattern)
  return token => issuer(token.issuer) && subject(token.subject)
}

function patternsOf(pattern: string): { issuer: TextTest; subject: TextTest } {
  const exactly =
    (wanted: string): TextTest =>
    text =>
      // A claim that is not there is no empty one.
      wanted !== '' && text === wanted
  const some = anyText(['*'])
  const slash = pattern.lastIndexOf('/')
  const [before, after] = slash < 0 ? [pattern, ''] : [pattern.slice(0, slash), pattern.slice(slash + 1)]
  if (pattern === '*') return { issuer: some, subject: some }
  if (pattern.startsWith('*'))
    return slash < 0
      ? { issuer: some, subject: anyText([pattern]) }
      : { issuer: anyText([before]), subject: exactly(after) }
  if (pattern.endsWith('*'))
    return slash < 0
      ? { issuer: anyText([pattern]), subject: some }
      : { issuer: exactly(before), subject: anyText([after]) }
  return { issuer: exactly(before), subject: exactly(after) }
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

/**
 * The issuer is this one, and the token is for one of the audiences, if any are asked for. Without an issuer it may be any
 * (Envoy docs, `JwtProvider.issuer`).
 */
export const isTokenOf = (issuer: string, audiences: readonly string[]): Expression => {
  const wanted = new Set(audiences.map(plainAudience))
  const byIssuer =
    issuer === ''
      ? hasToken
      : sharedAtom(['issuer', issuer], () => ({
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
