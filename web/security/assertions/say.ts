import { type Name, print } from '#shared/security/assert/sentence.ts'
import { assertionsHref } from '#web/security/address.ts'

/** A sentence begun: what calls there may go on calling; or what is refused there stays so. */
export const sayHref = (from: Name, to: Name, passes = true): string =>
  assertionsHref({
    say: print({ who: { kind: 'these', names: [from] }, passes, methods: [], paths: [], port: null, at: [to] }),
    in: to.namespace ?? undefined,
  })
