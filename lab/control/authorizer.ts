import { answers, type Authorizer } from '#lab/mesh/authorizers.ts'
import type { AuthorizerAnswer } from '#lab/mesh/snapshot/facts.ts'
import { bad, type ControlRoute, ok } from './server.ts'

/** `POST /lab/authorizer {"provider":"lab-authorizer","answer":"deny"}`; `GET` tells how all of them answer. */
export const authorizerRoute = (mesh: {
  authorizers(): Authorizer[]
  setAuthorizer(provider: string, answer: AuthorizerAnswer): void
}): ControlRoute => ({
  path: '/lab/authorizer',
  usage: `GET, POST {"provider": …, "answer": ${answers.join(', ')}}`,
  get: () => ok({ authorizers: mesh.authorizers() }),
  post(body) {
    const known = mesh.authorizers()
    const provider = known.find(authorizer => authorizer.provider === body?.['provider'])?.provider
    const answer = answers.find(candidate => candidate === body?.['answer'])
    const names = known.map(authorizer => authorizer.provider).join(', ')
    if (provider === undefined || answer === undefined)
      return bad(`Send {"provider": one of ${names}, "answer": one of ${answers.join(', ')}}.`)
    mesh.setAuthorizer(provider, answer)
    return ok({ provider, answer })
  },
})
