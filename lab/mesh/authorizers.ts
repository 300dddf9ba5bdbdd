import type { AuthorizerAnswer, Snapshot } from './snapshot/facts.ts'

/** The lab's external authorizers: what CUSTOM policies ask. Each has a switch. */

export interface Authorizer {
  /** Name of the extension provider in the mesh config. */
  provider: string
  answer: AuthorizerAnswer
}

export const answers: readonly AuthorizerAnswer[] = ['allow', 'deny', 'down']

/** Those that the mesh config names, and how they answer. */
export const authorizersOf = ({ config, mesh }: Pick<Snapshot, 'config' | 'mesh'>): Authorizer[] =>
  [...config.extensionProviders.values()]
    .filter(({ kind }) => kind === 'envoyExtAuthzGrpc' || kind === 'envoyExtAuthzHttp')
    .map(({ name }) => ({ provider: name, answer: mesh.authorizers.get(name) ?? 'allow' }))
