import { at, type Fields, isFields, numberOf, textOf } from '#lab/kubernetes/value.ts'
import { has, itemsAt, textsAt } from './fields.ts'
import { error, errorIf, type Finding, repeated, warningIf } from './findings.ts'
import { isAddress, isHttp, isLabel, isProtocol, isTls, namespacedHostErrors, portErrors } from './names.ts'

/** https://istio.io/latest/docs/reference/config/networking/gateway/ */
export function gatewayFindings(spec: Fields, _: string, name: string): Finding[] {
  const servers = itemsAt(spec, 'servers')
  return [
    ...errorIf(!isLabel(name), `invalid gateway name: "${name}"`),
    ...errorIf(servers.length === 0, 'gateway must have at least one server'),
    ...servers.flatMap(serverFindings),
    ...repeated(servers.map(server => textOf(at(server, 'port.name')))).map(port =>
      error(`port names in servers must be unique: duplicate name ${port}`),
    ),
  ]
}

function serverFindings(server: Fields): Finding[] {
  const hosts = textsAt(server, 'hosts')
  const protocol = textOf(at(server, 'port.protocol'))
  const number = numberOf(at(server, 'port.number'))
  const bind = textOf(server['bind'])
  const isSocket = bind.startsWith('unix://')
  const { tls } = server
  return [
    ...errorIf(hosts.length === 0, 'server config must contain at least one host'),
    ...hosts.flatMap(host => namespacedHostErrors(host, 'gateway')),
    ...errorIf(
      !isProtocol(protocol),
      `invalid protocol "${protocol}", supported protocols are HTTP, HTTP2, GRPC, GRPC-WEB, MONGO, REDIS, MYSQL, TCP`,
    ),
    ...(isSocket && number === 0 ? [] : portErrors(number)),
    ...errorIf(numberOf(at(server, 'port.targetPort')) > 0, 'targetPort has no impact on Gateways'),
    ...errorIf(!isSocket && bind !== '' && !isAddress(bind), `${bind} is not a valid IP`),
    ...serverTlsFindings(tls),
    ...errorIf(isTls(protocol) && tls === undefined, 'server must have TLS settings for HTTPS/TLS protocols'),
    ...(isTls(protocol) || tls === undefined || !isProtocol(protocol) ? [] : plainFindings(tls, protocol)),
    ...warningIf(
      at(tls, 'httpsRedirect') === true && !isHttp(protocol),
      'tls.httpsRedirect should only be used with http servers',
    ),
  ]
}

/** A server without TLS has no TLS settings, but for the redirect of an HTTP one. */
function plainFindings(tls: unknown, protocol: string): Finding[] {
  if (!isHttp(protocol)) return [error('server cannot have TLS settings for non HTTPS/TLS ports')]
  const { mode = 'PASSTHROUGH' } = isFields(tls) ? tls : {}
  const hasFiles = ['caCertificates', 'privateKey', 'serverCertificate'].some(field => Boolean(at(tls, field)))
  return errorIf(
    hasFiles || !['PASSTHROUGH', 'AUTO_PASSTHROUGH'].includes(textOf(mode)),
    'server cannot have TLS settings for plain text HTTP ports',
  )
}

export function serverTlsFindings(tls: unknown): Finding[] {
  if (!isFields(tls)) return []
  const mode = textOf(tls['mode'], 'PASSTHROUGH')
  const set = (...fields: string[]): boolean => fields.some(field => has(tls, field) && tls[field] !== '')
  const isOld = ['TLSV1_0', 'TLSV1_1'].includes(textOf(tls['minProtocolVersion']))
  const old = warningIf(
    isOld && textsAt(tls, 'cipherSuites').length === 0,
    'TLS version below TLSV1_2 require setting compatible ciphers as by default they no longer include compatible ciphers.',
  )
  const credentials = set('credentialName', 'credentialNames', 'tlsCertificates')
  switch (mode) {
    case 'ISTIO_MUTUAL':
      return [
        ...old,
        ...errorIf(set('serverCertificate'), 'ISTIO_MUTUAL TLS cannot have associated server certificate'),
        ...errorIf(set('privateKey'), 'ISTIO_MUTUAL TLS cannot have associated private key'),
        ...errorIf(set('caCertificates'), 'ISTIO_MUTUAL TLS cannot have associated CA bundle'),
        ...errorIf(set('credentialName'), 'ISTIO_MUTUAL TLS cannot have associated credentialName'),
      ]
    case 'PASSTHROUGH':
    case 'AUTO_PASSTHROUGH':
      return [
        ...old,
        ...warningIf(
          set('caCrl', 'serverCertificate', 'privateKey', 'caCertificates', 'credentialName'),
          `${mode} mode does not use certificates, they will be ignored`,
        ),
      ]
    case 'SIMPLE':
      if (credentials) return old
      return [
        ...old,
        ...errorIf(!set('serverCertificate'), 'SIMPLE TLS requires a server certificate'),
        ...errorIf(!set('privateKey'), 'SIMPLE TLS requires a private key'),
        ...errorIf(set('caCrl'), 'CRL is not supported with SIMPLE TLS'),
      ]
    default:
      if (credentials) return old
      return [
        ...old,
        ...errorIf(!set('serverCertificate'), 'MUTUAL TLS requires a server certificate'),
        ...errorIf(!set('privateKey'), 'MUTUAL TLS requires a private key'),
        ...errorIf(!set('caCertificates'), 'MUTUAL TLS requires a client CA bundle'),
      ]
  }
}
