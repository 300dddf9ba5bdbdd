import { type Configured, principal } from './configured.ts'
import { httpRoute, ingressGateway, waypointGateway } from './gateway-objects.ts'
import { meshWide } from './mesh-objects.ts'
import { secureHosts } from './secure-hosts.ts'
import { shopAudience, shopIssuer } from './clients.ts'
import {
  allowFrom,
  authorizationPolicy,
  denyAll,
  dryRun,
  needsLogin,
  peerAuthentication,
  requestAuthentication,
} from './security-objects.ts'
import { destinationRule, egressThrough, plainVirtualService, weightedVirtualService } from './traffic-objects.ts'

/** Everything the shop's owners wrote for Istio. */
export function shopConfiguration(): Configured[] {
  return [...meshWide('PERMISSIVE'), ...gateways(), ...shop(), ...pay(), ...data(), ...logistics()]
}

const webGateway = { namespace: 'gateways', name: 'web-gateway' }
const hostname = 'www.shop.example'

/** What only a signed-in customer may do. */
const personal = { paths: ['/checkout', '/account/*'] }

const gateways = (): Configured[] => [
  ingressGateway('gateways', 'web-gateway', secureHosts(hostname)),
  httpRoute('shop', webGateway, { hostname, pathPrefix: '/', service: 'storefront', port: 8080, timeout: '15s' }),
  httpRoute('shop', webGateway, { hostname, pathPrefix: '/images', service: 'images', port: 8080 }),
  requestAuthentication('gateways', { gateway: 'web-gateway' }, shopIssuer, [shopAudience]),
  needsLogin('gateways', 'personal-pages-need-login', { gateway: 'web-gateway' }, personal),
  ...egressThrough({ namespace: 'gateways', name: 'egress-gateway' }, 'risk.cards.example'),
]

const shop = (): Configured[] => [
  peerAuthentication('shop', 'default', 'STRICT'),
  destinationRule('shop', 'storefront', { versions: ['v1', 'v2'] }),
  destinationRule('shop', 'recommendations', { versions: ['v1', 'v2'] }),
  weightedVirtualService('shop', 'recommendations', { v1: 90, v2: 10 }, { timeout: '2s' }),
  destinationRule('shop', 'catalog', {
    trafficPolicy: {
      connectionPool: { http: { http1MaxPendingRequests: 512, maxRetries: 3 } },
      outlierDetection: { consecutive5xxErrors: 7, interval: '10s', baseEjectionTime: '30s', maxEjectionPercent: 50 },
    },
  }),
  plainVirtualService('shop', 'catalog', {
    timeout: '3s',
    retries: { attempts: 2, perTryTimeout: '1s', retryOn: 'connect-failure,refused-stream,unavailable' },
  }),
  allowFrom('shop', 'storefront', [principal('gateways', 'web-gateway-istio')]),
  requestAuthentication('shop', { app: 'storefront' }, shopIssuer, [shopAudience]),
  needsLogin('shop', 'personal-pages-need-login', { app: 'storefront' }, personal),
  authorizationPolicy('shop', 'orders-ask-authorizer', {
    app: 'checkout',
    action: 'CUSTOM',
    provider: 'lab-authorizer',
    rules: [{ to: [{ operation: { methods: ['POST'], paths: ['/orders'] } }] }],
  }),
  dryRun(
    authorizationPolicy('shop', 'no-batch-reads', {
      app: 'catalog',
      action: 'DENY',
      rules: [
        {
          from: [{ source: { notPrincipals: [principal('shop', 'search')] } }],
          to: [{ operation: { paths: ['/products/batch'] } }],
        },
      ],
    }),
  ),
  authorizationPolicy('shop', 'deny-admin-paths', {
    action: 'DENY',
    rules: [{ to: [{ operation: { paths: ['/admin', '/admin/*'] } }] }],
  }),
]

const pay = (): Configured[] => [
  peerAuthentication('pay', 'default', 'STRICT'),
  peerAuthentication('pay', 'ledger', 'PERMISSIVE', 'ledger'),
  denyAll('pay'),
  allowFrom('pay', 'payments', [principal('shop', 'checkout')], { methods: ['POST'], paths: ['/v1/payments*'] }),
  allowFrom('pay', 'fraud', [principal('pay', 'payments')], { paths: ['/risk.v1.Fraud/*'] }),
  allowFrom('pay', 'ledger', [principal('pay', 'payments')]),
  plainVirtualService('pay', 'payments', {
    timeout: '5s',
    retries: { attempts: 2, perTryTimeout: '2500ms', retryOn: 'connect-failure,refused-stream' },
  }),
]

const data = (): Configured[] => [
  destinationRule('data', 'postgres', { trafficPolicy: { connectionPool: { tcp: { maxConnections: 200 } } } }),
  allowFrom(
    'data',
    'postgres',
    [principal('shop', 'catalog'), principal('pay', 'ledger'), principal('logistics', 'inventory')],
    { ports: ['5432'] },
  ),
  allowFrom('data', 'redis', [principal('shop', 'catalog'), principal('shop', 'cart')], { ports: ['6379'] }),
]

const logistics = (): Configured[] => [
  waypointGateway('logistics'),
  authorizationPolicy('logistics', 'notifications-senders', {
    service: 'notifications',
    rules: [
      { from: [{ source: { principals: [principal('logistics', 'inventory'), principal('logistics', 'shipping')] } }] },
    ],
  }),
]
