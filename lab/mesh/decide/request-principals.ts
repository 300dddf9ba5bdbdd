import type { Token } from '#lab/contract.ts'
import { type TextTest, textTest } from './patterns.ts'

/** `issuer/subject` of a validated token. The issuer may hold slashes: the last one parts them. Istio docs, `requestPrincipals`. */
export function anyRequestPrincipal(patterns: readonly string[]): (token: Token) => boolean {
  const tests = patterns.map(requestPrincipal)
  return token => tests.some(({ issuer, subject }) => issuer(token.issuer) && subject(token.subject))
}

const some = textTest('*')
const exact =
  (wanted: string): TextTest =>
  value =>
    value === wanted

function requestPrincipal(pattern: string): { issuer: TextTest; subject: TextTest } {
  if (pattern === '*') return { issuer: some, subject: some }
  const slash = pattern.lastIndexOf('/')
  if (slash < 0) {
    if (pattern.startsWith('*')) return { issuer: some, subject: textTest(pattern) }
    return pattern.endsWith('*')
      ? { issuer: textTest(pattern), subject: some }
      : { issuer: exact(pattern), subject: exact('') }
  }
  const [issuer, subject] = [pattern.slice(0, slash), pattern.slice(slash + 1)]
  if (pattern.startsWith('*')) return { issuer: textTest(issuer), subject: exact(subject) }
  return { issuer: exact(issuer), subject: subject.endsWith('*') ? textTest(subject) : exact(subject) }
}
