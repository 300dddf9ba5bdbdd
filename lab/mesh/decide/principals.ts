import { anyText, type TextTest, textTest } from './patterns.ts'

/**
 * Principals as policies write them, `trust-domain/ns/…/sa/…`. One that names a trust domain of the mesh means all of
 * its names, and `cluster.local` stands for them. See Istio docs, "Trust Domain Migration".
 */
export const anyPrincipal = (patterns: readonly string[], trustDomains: readonly string[]): TextTest =>
  anyText(patterns.flatMap(pattern => withAliases(pattern, trustDomains)))

function withAliases(pattern: string, trustDomains: readonly string[]): string[] {
  const [domain = '', ...rest] = pattern.split('/')
  // Only a whole principal names a trust domain that counts; `*/ns/…` asks for any.
  if (rest.length !== 4 || domain === '*') return [pattern]
  const isOwn = domain === 'cluster.local' || trustDomains.some(textTest(domain))
  if (!isOwn) return [pattern]
  return [...new Set([pattern, ...trustDomains.map(name => [name, ...rest].join('/'))])]
}
