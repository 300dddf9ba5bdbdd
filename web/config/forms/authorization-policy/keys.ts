import type { Suggestion } from '#web/config/forms/form.ts'

/** Istio docs, "Authorization Policy Conditions". Beside each: what has to be read for it. */
export const keys: readonly Suggestion[] = [
  ['request.headers[name]', 'HTTP'],
  ['source.ip', 'TCP'],
  ['remote.ip', 'HTTP'],
  ['source.namespace', 'mTLS'],
  ['source.principal', 'mTLS'],
  ['source.serviceAccount', 'mTLS'],
  ['request.auth.principal', 'JWT'],
  ['request.auth.audiences', 'JWT'],
  ['request.auth.presenter', 'JWT'],
  ['request.auth.claims[name]', 'JWT'],
  ['destination.ip', 'TCP'],
  ['destination.port', 'TCP'],
  ['connection.sni', 'TLS'],
  ['experimental.envoy.filters.network.mysql_proxy[database.table]', 'MySQL'],
].map(([value = '', detail = '']) => ({ value, detail }))
